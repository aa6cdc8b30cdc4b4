"""CALL-LIST: people to phone while a provider's guarantee is unmet. Proposals, never placements."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from .applicant import MUNICIPAL, Applicant
from .no_answer import shortfall
from .state import State


class Proposal(NamedTuple):
    unit: int
    site: int


def call_list(state: State) -> list[Proposal]:
    """Enough people to fill every guarantee if all accept; after a refusal the next run proposes others.

    The provider with the largest shortfall relative to its guarantee comes first; people who list it come before
    those who do not. Nobody is proposed where somebody waits: an acceptance would pass them.
    """
    people = sorted(
        (unit for unit, applicant in enumerate(state.applicants) if _may_be_called(state, unit, applicant)),
        key=state.draw.__getitem__,
    )
    calls = _Calls(state)
    sites = _short_sites(state)
    for listed in (True, False):
        for site in sites:
            calls.fill(site, (unit for unit in people if _lists(state, unit, site) == listed))
    return calls.proposals


def _may_be_called(state: State, unit: int, applicant: Applicant) -> bool:
    chose_municipal = applicant.end_wish is not None and state.place[unit] == MUNICIPAL
    waits = bool(applicant.wishes or applicant.hopeless)
    # A unit of 0 minutes adds nothing to a guarantee.
    return (
        chose_municipal and not waits and applicant.unit.callable and applicant.persons == 1 and applicant.minutes > 0
    )


def _short_sites(state: State) -> list[int]:
    short = [
        i for i, site in enumerate(state.sites) if site.intake and shortfall(state, i) > 0 and state.nobody_waits(i)
    ]
    return sorted(short, key=lambda i: (-Fraction(shortfall(state, i), state.sites[i].guarantee), i))


def _lists(state: State, unit: int, site: int) -> bool:
    provider = state.sites[site].provider
    return any(wish.provider == provider for wish in state.applicants[unit].unit.wishes)


class _Calls:
    """Running totals, as if everybody proposed so far accepted."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.proposals: list[Proposal] = []
        self.called: set[int] = set()
        self.minutes = [0] * len(state.sites)
        self.persons = [0] * len(state.sites)

    def fill(self, site: int, people: Iterator[int]) -> None:
        for unit in people:
            if self.minutes[site] >= shortfall(self.state, site):
                return
            if unit not in self.called and self._has_room(site, self.state.applicants[unit].minutes):
                self.called.add(unit)
                self.proposals.append(Proposal(unit, site))
                self.minutes[site] += self.state.applicants[unit].minutes
                self.persons[site] += 1

    def _has_room(self, site: int, minutes: int) -> bool:
        state = self.state
        taken, persons = state.minutes[site] + self.minutes[site], state.persons[site] + self.persons[site]
        if not state.sites[site].fits(taken, persons, minutes, 1):
            return False
        if state.share is None:
            return True
        external = state.external() + sum(self.minutes) + minutes
        return external <= state.share and self._committed(site, minutes) <= max(state.share, state.committed())

    def _committed(self, site: int, minutes: int) -> int:
        taken = [now + more for now, more in zip(self.state.minutes, self.minutes, strict=True)]
        taken[site] += minutes
        return sum(each.committed(load) for each, load in zip(self.state.sites, taken, strict=True))
