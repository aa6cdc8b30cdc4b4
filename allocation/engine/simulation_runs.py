"""Runs without reasons, text or fingerprints, for the many nights of a simulation.

Same rules as every run (`allocating.settled_areas`). Few units change between two nights, so the columns of a unit
are kept as long as the object is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from .allocating import calls_of, providers_of, settled_areas, total_of
from .columns import NO_DAY, NOBODY, Columns, Flags, Ints, starts
from .lottery import unit_lottery
from .outcome import AreaTotal, Call
from .problem import Problem, Unit
from .reasons import misses

Row = tuple[Any, ...]  # the unit and its values of `COLUMNS`
COLUMNS = (
    *("unit", "area", "answered", "callable", "day", "lottery"),
    *("members", "minutes", "current", "wished", "received"),
)
LOTTERY = COLUMNS.index("lottery")


@dataclass(frozen=True, slots=True)
class Settled:
    """Result of a night. Per member: `got` (provider). Per unit: `waits` in some queue; `unmet` has a wish unmet,
    also one that can never be met.
    """

    got: Ints
    waits: Flags
    unmet: Flags
    totals: tuple[AreaTotal, ...]
    calls: tuple[Call, ...]


def settled(columns: Columns) -> Settled:
    """Settle the columns of a problem that passes `check_inputs`."""
    got = np.full(len(columns.member_ids), columns.municipal, np.int64)
    waits, unmet = np.zeros(len(columns.unit_ids), bool), np.zeros(len(columns.unit_ids), bool)
    totals: list[AreaTotal] = []
    calls: list[Call] = []
    for state, _ in settled_areas(columns):
        got[state.members] = providers_of(state)
        waits[state.units.row] = state.better > 0
        unmet[state.units.row] = misses(state)
        totals.append(total_of(state))
        if state.policy.call_list:
            calls += calls_of(state, len(calls))
    return Settled(got, waits, unmet, tuple(totals), tuple(calls))


class Rolling:
    """Columns of a simulated municipality. `problem` holds everything but the units, which are given for each night."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.providers = sorted(provider.id for provider in problem.providers)
        self.areas = sorted(area.id for area in problem.areas)
        self.number: dict[str | None, int] = {name: place for place, name in enumerate(self.providers)}
        self.number[None] = NOBODY
        self.municipal = self.number[next(provider.id for provider in problem.providers if provider.municipal)]
        self.rows: dict[str, Row] = {}

    def columns(self, units: Mapping[str, Unit]) -> Columns:
        """Columns of the given units, by id; the stored problem has none."""
        ids = sorted(units)
        rows = [self._row(units[id_]) for id_ in ids]
        self.rows = dict(zip(ids, rows, strict=True))
        by_column = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
        found: dict[str, tuple[Any, ...]] = dict(zip(COLUMNS, by_column, strict=True))
        lottery = found["lottery"]
        return Columns(
            problem=self.problem,
            providers=self.providers,
            municipal=self.municipal,
            areas=self.areas,
            unit_ids=ids,
            member_ids=list(chain.from_iterable(found["members"])),
            area=np.array(found["area"], np.int64),
            answered=np.array(found["answered"], bool),
            callable=np.array(found["callable"], bool),
            day=np.array(found["day"], np.int64),
            members_from=starts(list(map(len, found["members"]))),
            wishes_from=starts(list(map(len, found["wished"]))),
            minutes=_flat(found["minutes"]),
            current=_flat(found["current"]),
            wished=_flat(found["wished"]),
            received=_flat(found["received"]),
            drawn=np.array(sorted(range(len(ids)), key=lottery.__getitem__), np.int64),
        )

    def under(self, columns: Columns, problem: Problem) -> Columns:
        """The same units under the shares and contracts of another day."""
        return replace(columns, problem=problem)

    def _row(self, unit: Unit) -> Row:
        known = self.rows.get(unit.id)
        if known is not None and known[0] is unit:
            return known
        number = self.number
        members = sorted(unit.members, key=lambda member: member.id)
        return (
            unit,
            self.areas.index(unit.area),
            unit.answered,
            unit.callable,
            unit.area_date.toordinal() if unit.area_date else NO_DAY,
            unit_lottery(self.problem, unit) if known is None else known[LOTTERY],
            tuple(member.id for member in members),
            tuple(member.minutes for member in members),
            tuple(number[member.current] for member in members),
            tuple(number[wish.provider] for wish in unit.wishes),
            tuple(wish.date.toordinal() for wish in unit.wishes),
        )


def _flat(rows: tuple[tuple[int, ...], ...]) -> Ints:
    return np.fromiter(chain.from_iterable(rows), np.int64)
