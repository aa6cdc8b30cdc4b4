"""Audit of an outcome: eight promises, each checked from the problem and the outcome alone.

P1 no newcomer above a ceiling, the share or another's guarantee · P2 nobody worse off than before · P3 nobody passed
in a queue · P4 the head of each queue cannot be admitted · P5 a second run changes nothing · P6 the order of the
input does not matter · P7 totals reconcile · P8 every reason is true. P4 and P5 take the outcome as the status quo.

P1 and P7 are counted from the rows of the problem and the outcome (`p7_totals`); P2–P4 and P8 are checked on columns
(`book`, `p1_to_p4`, `p8_reasons`, `call_list_and_log`), with code that the engine does not use. When a check fails,
the plain audit repeats all of them and words the faults. P5 continues the run. P6 reruns it with the rows reversed:
for up to `PLAIN_UP_TO` people the plain engine must give the same bytes; for more, the engine itself must.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from allocation.engine import plain
from allocation.engine.allocating import by_person, moved_persons, outcome_of
from allocation.engine.canonical import outcome_bytes, problem_sha256
from allocation.engine.columns import Columns, Ints, TooLargeError, columns_of
from allocation.engine.garbage_collection import gc_disabled
from allocation.engine.input_check import InvalidProblemError
from allocation.engine.outcome import Outcome
from allocation.engine.placement_rows import Placements, in_columns
from allocation.engine.problem import Fault, Problem, Unit
from allocation.engine.soundness import checked_columns

from .book import Book
from .call_list_and_log import wrong_calls, wrong_log
from .p1_to_p4 import LogLines, broken
from .p7_totals import Loads, Tally
from .p8_reasons import StatedReasons

PLAIN_UP_TO = 3_000  # persons


class Allocate(Protocol):
    def __call__(self, problem: Problem, *, clients_at_start: Collection[str] | None = None) -> Outcome: ...


@gc_disabled()
def audit(problem: Problem, outcome: Outcome, allocate: Allocate | None = None) -> list[Fault]:
    """List every broken promise. P5 and P6 run `allocate`: by default the engine's own."""
    try:
        columns = _columns(problem, outcome)
    except InvalidProblemError as error:
        return list(error.faults)
    except TooLargeError:
        return plain.audit(problem, outcome, allocate)
    stated = _outcome_columns(columns, outcome)
    if stated is None:
        return plain.audit(problem, outcome, allocate)
    faults = _static(columns, outcome, stated)
    reruns = plain.reruns(problem, outcome, allocate) if allocate else _reruns(columns, outcome, stated)
    return faults + [Fault("/placements", words) for words in reruns]


@gc_disabled()
def audit_static(problem: Problem, outcome: Outcome) -> list[Fault]:
    """Check P1–P4, P7 and P8, without running the engine."""
    try:
        columns = _columns(problem, outcome)
    except InvalidProblemError as error:
        return list(error.faults)
    except TooLargeError:
        return plain.audit_static(problem, outcome)
    stated = _outcome_columns(columns, outcome)
    return plain.audit_static(problem, outcome) if stated is None else _static(columns, outcome, stated)


def _columns(problem: Problem, outcome: Outcome) -> Columns:
    """Columns of this problem, as read by the engine or read again. P6 always reads its own."""
    read = getattr(outcome.placements, "columns", None)
    return read if read is not None and read.problem is problem else checked_columns(problem)


def _static(columns: Columns, outcome: Outcome, stated: OutcomeColumns) -> list[Fault]:
    codes = set(broken_promises(columns, outcome, stated))
    if not codes:
        return []
    faults = plain.audit_static(columns.problem, outcome)
    unseen = codes - {fault.words[:2] for fault in faults}
    return faults + [Fault("", f"{code} is broken by what the columns say") for code in sorted(unseen)]


# Outcome rows as columns --------------------------------------------------------------------------


class OutcomeColumns:
    """Placements indexed by member as in `Columns`: `got` (provider) and the stated reasons."""

    def __init__(self, columns: Columns, placements: Placements) -> None:
        self.placements = placements
        order = by_person(columns)
        known = {name: number for number, name in enumerate(columns.providers)}
        # -1: a provider that is not in the problem.
        number = np.array([*(known.get(name, -1) for name in placements.providers), -1], np.int64)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        self.got: Ints = number[placements.provider][place]
        provider, *others = placements.unmet.reason_columns()
        self.reasons = StatedReasons(
            placements.wish[place],
            placements.how[place],
            placements.unmet_from[place],
            placements.unmet_count[place],
            (number[provider], *others),
        )


def _outcome_columns(columns: Columns, outcome: Outcome) -> OutcomeColumns | None:
    """Outcome rows as columns, or None when they do not fit the problem.

    A person is missing, repeated or in another unit, a provider is unknown, or a word has no number. The plain audit
    then says which.
    """
    placements = outcome.placements
    if not isinstance(placements, Placements):
        try:
            placements = in_columns(sorted(placements, key=lambda row: row.person))
        except (ValueError, OverflowError, TypeError):
            return None
    order = by_person(columns)
    unit = columns.member_unit[order].tolist()
    if list(placements.persons) != [columns.member_ids[member] for member in order.tolist()]:
        return None
    if list(placements.units) != [columns.unit_ids[each] for each in unit]:
        return None
    stated = OutcomeColumns(columns, placements)
    return None if (stated.got < 0).any() else stated


# P1–P4, P7, P8 -----------------------------------------------------------------------------------


def broken_promises(columns: Columns, outcome: Outcome, stated: OutcomeColumns) -> Iterator[str]:
    problem = columns.problem
    tally = Tally(problem, stated.placements)
    if outcome.problem_sha256 != problem_sha256(problem) or not tally.reconciles(outcome):
        yield "P7"
    books = []
    lines = LogLines(outcome.log)
    for area, name in enumerate(columns.areas):
        start, final = (_by_number(columns, loads[name]) for loads in (tally.start, tally.final))
        book = Book(columns, area, stated.got, stated.reasons.how, start, final)
        yield from broken(book, lines)
        if not stated.reasons.is_true(book):
            yield "P8"
        books.append(book)
    yield from wrong_calls(columns, books, outcome)
    yield from wrong_log(columns, books, outcome.log)


def _by_number(columns: Columns, loads: Loads) -> Ints:
    return np.array([loads.get(name, (0, 0)) for name in columns.providers], np.int64).T


# P5, P6 ------------------------------------------------------------------------------------------


def _reruns(columns: Columns, outcome: Outcome, stated: OutcomeColumns) -> Iterator[str]:
    """Check P5 and P6. The problem is known to be sound, and so are its reordered and continued forms."""
    # The run continues: a unit that joined an external provider in it still may not pass others by a switch.
    external = (columns.current >= 0) & (columns.current != columns.municipal)
    clients = np.ones(len(columns.unit_ids), bool)
    clients[columns.member_unit[~external]] = False
    moved = sorted(moved_persons(columns.with_current(stated.got), clients))
    if moved:
        yield f"P5 a second run moves {', '.join(moved[:10])}"
    backwards = _backwards(columns.problem)
    is_small = len(columns.member_ids) <= PLAIN_UP_TO
    if is_small and _plain_bytes(backwards, outcome) == outcome_bytes(outcome):
        return  # other code, rows in another order: there is no stronger comparison to make
    if not _same(outcome_of(columns_of(backwards), outcome.problem_sha256), outcome, stated):
        yield "P6 the same problem with its rows in another order gives another outcome"
    elif is_small:
        yield "P6 the plain engine gives another outcome"


def _plain_bytes(problem: Problem, outcome: Outcome) -> bytes:
    return outcome_bytes(replace(plain.allocate_checked(problem), problem_sha256=outcome.problem_sha256))


def _same(backwards: Outcome, outcome: Outcome, stated: OutcomeColumns) -> bool:
    """Equality of the canonical bytes, compared row by row."""
    mine = backwards.placements
    assert isinstance(mine, Placements)  # noqa: S101
    heads = [outcome_bytes(replace(each, placements=())) for each in (backwards, outcome)]
    return heads[0] == heads[1] and mine.same(stated.placements)


def _backwards(problem: Problem) -> Problem:
    return replace(
        problem,
        areas=problem.areas[::-1],
        providers=problem.providers[::-1],
        contracts=problem.contracts[::-1],
        units=tuple([_with_members_backwards(unit) for unit in problem.units[::-1]]),
    )


def _with_members_backwards(unit: Unit) -> Unit:
    return unit if len(unit.members) == 1 else replace(unit, members=unit.members[::-1])
