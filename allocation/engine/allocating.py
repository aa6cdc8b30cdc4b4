"""Allocation of a whole problem: one function for the first large round and for every night."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from operator import lt

import numpy as np

from . import plain
from .call_list import call_list
from .canonical import problem_sha256
from .chain import chain
from .columns import NOBODY, Columns, Flags, Ints, TooLargeError, starts
from .cutoffs import tighten
from .garbage_collection import gc_disabled
from .no_answer import no_answer
from .outcome import AreaTotal, Call, ContractTotal, LogLine, Outcome
from .placement_rows import HOWS, NONE, Placements, UnmetRows
from .problem import Problem
from .queues import line_up
from .reasons import reasons, wishes_got
from .soundness import checked_columns
from .state import State
from .switch import switch
from .units import MUNICIPAL, SPLIT
from .version import ENGINE_VERSION


@gc_disabled()
def allocate(problem: Problem, *, clients_at_start: Collection[str] | None = None) -> Outcome:
    """Allocate everybody, area by area. Raises InvalidProblemError when `check_inputs` finds faults.

    `clients_at_start`: ids of the units that may switch while the share is full. Given when the problem continues the
    result of an earlier run; otherwise these are the units that are wholly external in the problem.
    """
    try:
        columns = checked_columns(problem)
    except TooLargeError:
        return plain.allocate(problem, clients_at_start=clients_at_start)
    clients = None
    if clients_at_start is not None:
        clients = np.array([id_ in clients_at_start for id_ in columns.unit_ids], bool)
    return outcome_of(columns, problem_sha256(problem), clients)


def outcome_of(columns: Columns, sha256: str, clients: Flags | None = None) -> Outcome:
    """Allocate a checked problem; `clients` is a mask per unit, see `clients_at_start` above."""
    calls: list[Call] = []
    totals: list[AreaTotal] = []
    log: list[LogLine] = []
    table = PlacementTable(columns)
    for state, lines in settled_areas(columns, clients):
        log += lines
        table.add(state)
        totals.append(total_of(state))
        if state.policy.call_list:
            calls += calls_of(state, len(calls))
        del state  # Free the memory before the next area is read.
    return Outcome(
        problem_sha256=sha256,
        engine=ENGINE_VERSION,
        placements=table.placements(),
        calls=tuple(calls),
        totals=tuple(totals),
        log=tuple(log),
    )


def settled_areas(columns: Columns, clients: Flags | None = None) -> Iterator[tuple[State, list[LogLine]]]:
    for area in range(len(columns.areas)):
        state = State(columns, area)
        mine = state.clients() if clients is None else clients[state.units.row]
        yield state, settle_all(state, mine)


def settle_all(state: State, clients: Flags) -> list[LogLine]:
    """Settle, apply the no-answer rule, and repeat until nothing changes.

    A unit assigned by the no-answer rule may fill a guarantee, which may let a client of that provider switch.
    """
    log: list[LogLine] = []
    passes = 0
    while True:
        passes = settle(state, clients, log, passes)
        if not no_answer(state):
            return log


def settle(state: State, clients: Flags, log: list[LogLine], passes: int) -> int:
    """Run passes until one changes nobody's place; return the number of passes so far.

    Terminates: no unit ever gets a worse place, and lists are finite.
    """
    changed = True
    while changed:
        passes += 1
        if state.policy.household_class and passes > 1:
            state.queues = line_up(state)
        changed = tighten(state)
        changed = chain(state) or changed
        if state.policy.switch_when_share_full == "free":
            lines = switch(state, clients, passes)
            log += lines
            changed = changed or bool(lines)
    return passes


def moved_persons(columns: Columns, clients: Flags) -> Iterator[str]:
    """Persons of the units that a run gives another provider; `clients` as in `outcome_of`."""
    for state, _ in settled_areas(columns, clients):
        moved = state.place != state.units.home
        for member in state.members[moved[_member_units(state)]].tolist():
            yield columns.member_ids[member]


def by_person(columns: Columns) -> Ints:
    """Members in the order of their ids."""
    persons = columns.member_ids
    if all(map(lt, persons, persons[1:])):
        return np.arange(len(persons))
    return np.array(sorted(range(len(persons)), key=persons.__getitem__), np.int64)


def total_of(state: State) -> AreaTotal:
    names = [state.columns.providers[provider] for provider in state.sites.provider]
    contracts = tuple(map(ContractTotal, names, state.minutes, state.persons))
    return AreaTotal(state.columns.areas[state.area], state.external(), state.committed(), contracts)


def calls_of(state: State, already: int) -> list[Call]:
    columns = state.columns
    return [
        Call(
            already + order,
            columns.member_ids[columns.members_from[state.units.row[each.unit]]],
            columns.providers[columns.municipal],
            columns.providers[state.sites.provider[each.site]],
        )
        for order, each in enumerate(call_list(state), start=1)
    ]


class PlacementTable:
    """Placements of all areas, concatenated.

    Per member: `provider` and `how`; per unit: `wish`, and the slice of `unmet` that belongs to it.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.provider = np.full(len(columns.member_ids), columns.municipal, np.int64)
        self.how = np.zeros_like(self.provider)
        self.wish = np.full(len(columns.unit_ids), NONE, np.int64)
        self.unmet_from = np.zeros(len(columns.unit_ids), np.int64)
        self.unmet_count = np.zeros(len(columns.unit_ids), np.int64)
        self.unmet: list[UnmetRows] = []

    def add(self, state: State) -> None:
        rows = reasons(state)
        counts = np.bincount(rows.unit, minlength=len(state.units))
        before = sum(len(part.unit) for part in self.unmet)
        self.unmet_from[state.units.row], self.unmet_count[state.units.row] = before + starts(counts)[:-1], counts
        self.unmet.append(rows)
        got = wishes_got(state)
        self.wish[state.units.row] = np.where(got > 0, got, NONE)
        self.provider[state.members] = providers_of(state)
        self.how[state.members] = _hows(state, got > 0, self.provider[state.members])

    def placements(self) -> Placements:
        """Placements by person."""
        columns = self.columns
        order = by_person(columns)
        unit = columns.member_unit[order]
        found = Placements(
            providers=columns.providers,
            persons=[columns.member_ids[member] for member in order.tolist()],
            units=[columns.unit_ids[each] for each in unit.tolist()],
            provider=self.provider[order],
            how=self.how[order],
            wish=self.wish[unit],
            unmet_from=self.unmet_from[unit],
            unmet_count=self.unmet_count[unit],
            unmet=_joined(self.unmet),
        )
        found.columns = columns
        return found


def _joined(parts: list[UnmetRows]) -> UnmetRows:
    none = np.zeros(0, np.int64)
    empty = UnmetRows(none, none, none, none, none, none, none)
    columns = zip(*((part.unit, part.number, *part.reason_columns()) for part in (empty, *parts)), strict=True)
    return UnmetRows(*map(np.concatenate, columns))


def _member_units(state: State) -> Ints:
    return np.repeat(np.arange(len(state.units)), state.units.persons)


def providers_of(state: State) -> Ints:
    """Provider per member; a split household that has not moved keeps its providers."""
    columns, place = state.columns, state.place[_member_units(state)]
    current = columns.current[state.members]
    stays = np.where(current == NOBODY, columns.municipal, current)
    # The last entry is for MUNICIPAL, which is -1.
    got = np.array([*state.sites.provider, columns.municipal], np.int64)[np.where(place == SPLIT, MUNICIPAL, place)]
    return np.where(place == SPLIT, stays, got)


def _hows(state: State, by_wish: Flags, provider: Ints) -> Ints:
    """Index into HOWS, per member."""
    number = {how: place for place, how in enumerate(HOWS)}
    unit, current = _member_units(state), state.columns.current[state.members]
    without_rule = np.where(current == provider, number["no_answer_kept"], number["no_answer_municipal"])
    by_rule = np.full(len(state.units), -1, np.int64)
    for each, how in state.no_answer_how.items():
        by_rule[each] = number[how]
    no_answer = np.where(by_rule[unit] >= 0, by_rule[unit], without_rule)
    answered = np.where(current == NOBODY, number["fallback"], number["kept"])
    found = np.where(state.units.answered[unit], answered, no_answer)
    return np.where(by_wish[unit], number["wish"], found)
