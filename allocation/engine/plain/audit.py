"""Plain audit of an outcome: eight promises, each checked from the problem and the outcome alone.

P1 no newcomer above a ceiling, the share or another's guarantee · P2 nobody worse off than before · P3 nobody passed
in a queue · P4 the head of each queue cannot be admitted · P5 a second run changes nothing · P6 the order of the
input does not matter · P7 totals reconcile · P8 every reason is true. P4 and P5 take the outcome as the status quo.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain
from typing import Protocol

from allocation.engine.canonical import outcome_bytes, problem_sha256
from allocation.engine.garbage_collection import gc_disabled
from allocation.engine.input_check import check_inputs
from allocation.engine.outcome import Outcome
from allocation.engine.problem import Fault, Problem, Unit

from .auditing.book import Book, open_books
from .auditing.call_list_and_log import wrong_calls, wrong_log
from .auditing.p1_ceilings import over_room
from .auditing.p2_floor import below_floor
from .auditing.p3_p4_queues import passed, wrongly_waiting
from .auditing.p7_totals import unreadable, wrong_totals
from .auditing.p8_reasons import untrue


class Allocate(Protocol):
    def __call__(self, problem: Problem, *, clients_at_start: Collection[str] | None = None) -> Outcome: ...


@gc_disabled()
def audit(problem: Problem, outcome: Outcome, allocate: Allocate | None = None) -> list[Fault]:
    """List every broken promise. P5 and P6 run `allocate`: by default the engine's own."""
    if faults := check_inputs(problem) or _unreadable(problem, outcome):
        return faults
    faults = _static(problem, outcome)
    return faults + [Fault("/placements", words) for words in reruns(problem, outcome, allocate)]


@gc_disabled()
def audit_static(problem: Problem, outcome: Outcome) -> list[Fault]:
    """Check P1–P4, P7 and P8, without running the engine."""
    return check_inputs(problem) or _unreadable(problem, outcome) or _static(problem, outcome)


def _unreadable(problem: Problem, outcome: Outcome) -> list[Fault]:
    """Faults that make all other checks pointless."""
    faults = unreadable(problem, outcome)
    return _wrong_fingerprint(problem, outcome) + faults if faults else []


def _static(problem: Problem, outcome: Outcome) -> list[Fault]:
    books = open_books(problem, outcome)
    faults = _wrong_fingerprint(problem, outcome)
    faults += [Fault("/placements", words) for book in books for words in _of_area(book, outcome)]
    faults += [Fault("/totals", words) for book in books for words in wrong_totals(book, outcome)]
    if len(outcome.totals) != len(books):
        faults.append(Fault("/totals", "P7 there is not one row for each area"))
    lists = chain(wrong_calls(problem, books, outcome), wrong_log(problem, books, outcome))
    return faults + [Fault(pointer, words) for pointer, words in lists]


def _wrong_fingerprint(problem: Problem, outcome: Outcome) -> list[Fault]:
    true = problem_sha256(problem)
    if outcome.problem_sha256 == true:
        return []
    return [Fault("/problem_sha256", f"P7 this outcome belongs to another problem; this one is {true}")]


def _of_area(book: Book, outcome: Outcome) -> Iterator[str]:
    yield from over_room(book, outcome)
    yield from below_floor(book)
    yield from passed(book, outcome)
    yield from wrongly_waiting(book)
    yield from untrue(book, outcome)


def reruns(problem: Problem, outcome: Outcome, allocate: Allocate | None) -> Iterator[str]:
    """Check P5 and P6. The problem is known to be sound, and so are its reordered and continued forms."""
    from .allocate import allocate_checked, moved_persons

    got = {placement.person: placement.provider for placement in outcome.placements}
    # The run continues: a unit that joined an external provider in it still may not pass others by a switch.
    clients = {unit.id for unit in problem.units if _is_client(problem, unit)}
    settled = _with_everybody_there(problem, got)
    if allocate is None:
        moved = sorted(moved_persons(settled, clients))
    else:
        again = allocate(settled, clients_at_start=clients)
        moved = [row.person for row in again.placements if row.provider != got[row.person]]
    if moved:
        yield f"P5 a second run moves {', '.join(moved[:10])}"
    backwards = (allocate or allocate_checked)(_backwards(problem))
    # Equal outcomes have equal bytes; unequal ones may only differ in the order of their rows.
    if backwards != outcome and outcome_bytes(backwards) != outcome_bytes(outcome):
        yield "P6 the same problem with its rows in another order gives another outcome"


def _is_client(problem: Problem, unit: Unit) -> bool:
    external = {provider.id for provider in problem.providers if not provider.municipal}
    return all(member.current in external for member in unit.members)


def _with_everybody_there(problem: Problem, got: dict[str, str]) -> Problem:
    return replace(problem, units=tuple([_there(unit, got) for unit in problem.units]))


def _there(unit: Unit, got: dict[str, str]) -> Unit:
    if all(member.current == got[member.id] for member in unit.members):
        return unit
    return replace(unit, members=tuple(replace(member, current=got[member.id]) for member in unit.members))


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
