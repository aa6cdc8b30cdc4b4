"""CALL-LIST: people to phone while a provider's guarantee is unmet. Proposals, never placements."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from .columns import Flags, Ints
from .no_answer import shortfall
from .state import State
from .units import MUNICIPAL


class Proposal(NamedTuple):
    unit: int
    site: int


def call_list(state: State) -> list[Proposal]:
    """Enough people to fill every guarantee if all accept; after a refusal the next run proposes others.

    The provider with the largest shortfall relative to its guarantee comes first; people who list it come before
    those who do not. Nobody is proposed where somebody waits: an acceptance would pass them.
    """
    sites = _short_sites(state)
    if not sites:
        return []
    people = np.flatnonzero(_may_be_called(state))
    people = people[np.argsort(state.units.draw[people])]
    calls = _Calls(state)
    for listed in (True, False):
        for site in sites:
            calls.fill(site, people[_list(state, people, site) == listed].tolist())
    return calls.proposals


def _may_be_called(state: State) -> Flags:
    """People who chose the municipal provider and wait for nothing. Units of 0 minutes add nothing to a guarantee."""
    units = state.units
    may: Flags = (units.end_wish > 0) & (state.place == MUNICIPAL) & (units.persons == 1) & (units.minutes > 0)
    may &= state.columns.callable[units.row]
    may[state.wishes.unit] = False
    may[state.hopeless.unit] = False
    return may


def _short_sites(state: State) -> list[int]:
    guarantee = state.sites.guarantee
    short = [
        site
        for site, intake in enumerate(state.sites.intake)
        if intake and shortfall(state, site) > 0 and state.nobody_waits(site)
    ]
    return sorted(short, key=lambda site: (-Fraction(shortfall(state, site), guarantee[site]), site))


def _list(state: State, people: Ints, site: int) -> Flags:
    """Units with the provider anywhere on their list."""
    columns = state.columns
    wishes = np.flatnonzero(columns.wished == state.sites.provider[site])
    lists = np.zeros(len(columns.unit_ids), bool)
    lists[np.searchsorted(columns.wishes_from, wishes, side="right") - 1] = True
    return lists[state.units.row[people]]


class _Calls:
    """Running totals, as if everybody proposed so far accepted."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.proposals: list[Proposal] = []
        self.called: set[int] = set()
        self.minutes = [0] * len(state.sites)
        self.persons = [0] * len(state.sites)

    def fill(self, site: int, people: Iterable[int]) -> None:
        for unit in people:
            if self.minutes[site] >= shortfall(self.state, site):
                return
            minutes = int(self.state.units.minutes[unit])
            if unit not in self.called and self._has_room(site, minutes):
                self.called.add(unit)
                self.proposals.append(Proposal(unit, site))
                self.minutes[site] += minutes
                self.persons[site] += 1

    def _has_room(self, site: int, minutes: int) -> bool:
        state = self.state
        taken, persons = state.minutes[site] + self.minutes[site], state.persons[site] + self.persons[site]
        if not state.sites.fits(site, taken, persons, minutes, 1):
            return False
        if state.share is None:
            return True
        external = state.external() + sum(self.minutes) + minutes
        return external <= state.share and self._committed(site, minutes) <= max(state.share, state.committed())

    def _committed(self, site: int, minutes: int) -> int:
        taken = [now + more for now, more in zip(self.state.minutes, self.minutes, strict=True)]
        taken[site] += minutes
        return self.state.sites.committed(taken)
