"""A problem as columns: arrays of integers with everything the rules use, units in id order.

The columns do not depend on the order of the problem's rows, and the engine sees nothing else (P6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, lt

import numpy as np
from numpy.typing import NDArray

from .lottery import draw_order
from .problem import Member, Problem, Unit

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY = -1  # no provider yet
NO_DAY = 2**22  # after every calendar day: no area date
MOST = 2**52  # bound on all sums, so that they are exact in every NumPy type used
NO_CEILING = 2**60  # above every sum, with room for a tolerance on top


class TooLargeError(ValueError):
    """Amounts exceed 64-bit arithmetic. The plain engine has no such limit."""


@dataclass(slots=True)
class Columns:
    """Units are indexed in id order; providers and areas likewise.
    Per unit:    area, answered, callable, day (area date as ordinal, NO_DAY), members_from and wishes_from
                 (offsets of its rows; one value more than there are units)
    Per member:  minutes, current (provider or NOBODY); sorted by id within the unit
    Per wish:    wished (provider), received (date as ordinal), in list order
    `drawn`:     units in lottery order
    """

    problem: Problem
    providers: list[str]
    municipal: int
    areas: list[str]
    unit_ids: list[str]
    member_ids: list[str]
    area: Ints
    answered: Flags
    callable: Flags
    day: Ints
    members_from: Ints
    wishes_from: Ints
    minutes: Ints
    current: Ints
    wished: Ints
    received: Ints
    drawn: Ints

    def with_current(self, current: Ints) -> Columns:
        """The same people with other current providers."""
        return replace(self, current=current)

    @property
    def member_unit(self) -> Ints:
        return np.repeat(np.arange(len(self.unit_ids)), np.diff(self.members_from))


def columns_of(problem: Problem) -> Columns:
    """Columns of a problem that passes `check_inputs`. Raises TooLargeError."""
    units = _by_id(problem.units)
    providers = sorted(provider.id for provider in problem.providers)
    areas = sorted(area.id for area in problem.areas)
    number = dict(zip(providers, range(len(providers)), strict=True))
    number_or_nobody: dict[str | None, int] = {None: NOBODY}
    number_or_nobody.update(number)
    area_number = dict(zip(areas, range(len(areas)), strict=True))
    members: list[Member] = []
    for unit in units:
        members += unit.members if len(unit.members) == 1 else sorted(unit.members, key=attrgetter("id"))
    wishes = [wish for unit in units for wish in unit.wishes]
    unit_ids = [unit.id for unit in units]
    return Columns(
        problem=problem,
        providers=providers,
        municipal=number[next(provider.id for provider in problem.providers if provider.municipal)],
        areas=areas,
        unit_ids=unit_ids,
        member_ids=[member.id for member in members],
        area=_ints([area_number[unit.area] for unit in units]),
        answered=np.array([unit.answered for unit in units], bool),
        callable=np.array([unit.callable for unit in units], bool),
        day=_ints([unit.area_date.toordinal() if unit.area_date else NO_DAY for unit in units]),
        members_from=starts([len(unit.members) for unit in units]),
        wishes_from=starts([len(unit.wishes) for unit in units]),
        minutes=_minutes(problem, members),
        current=_ints([number_or_nobody[member.current] for member in members]),
        wished=_ints([number[wish.provider] for wish in wishes]),
        received=_ints([wish.date.toordinal() for wish in wishes]),
        drawn=draw_order(problem.seed, problem.round, unit_ids, [unit.lottery for unit in units]),
    )


def _by_id(units: Sequence[Unit]) -> Sequence[Unit]:
    ids = [unit.id for unit in units]
    if all(map(lt, ids, ids[1:])):
        return units
    return sorted(units, key=attrgetter("id"))


def _ints(values: Iterable[int]) -> Ints:
    return np.array(values, np.int64)


def starts(counts: Iterable[int] | Ints) -> Ints:
    """Start offset of each group, then the end offset of the last: shape (groups + 1,)."""
    return np.concatenate([[0], np.cumsum(np.asarray(counts, np.int64))]).astype(np.int64)


def _minutes(problem: Problem, members: Sequence[Member]) -> Ints:
    amounts = [member.minutes for member in members]
    most = sum(amounts) + sum(contract.guaranteed_minutes + contract.reserved_minutes for contract in problem.contracts)
    persons = len(amounts) + sum(contract.reserved_persons for contract in problem.contracts)
    least = min((contract.tolerance_minutes for contract in problem.contracts), default=0)
    if most >= MOST or persons >= MOST or least < 0:
        raise TooLargeError
    return _ints(amounts)


def bounded(amount: int | None) -> int:
    """A ceiling, tolerance or cap as an array value: above every possible sum it has no effect."""
    return NO_CEILING if amount is None else min(amount, NO_CEILING)
