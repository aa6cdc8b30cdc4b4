"""Audit of a payment basis: seven promises, checked from the problem and the outcome alone.

P1 a line for everything that is to be paid, no other lines · P2 days as in the facts · P3 exact öre, rounded once ·
P4 adjustments are known now minus paid, complete · P5 true causes · P6 unserved days · P7 totals, fingerprint, order.

The audit evaluates single days (`day_facts`) and shares no computation with the engine: only the input check, the
canonical form and the keys of lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from allocation.engine.problem import Fault
from reimbursement.engine.canonical import problem_sha256
from reimbursement.engine.input_check import check_inputs
from reimbursement.engine.line import Key, Line, key_of
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem

from .book import Book, Expected
from .day_facts import Facts
from .p5_changes import by_day, is_true, of_expected


def audit(problem: Problem, outcome: Outcome) -> list[Fault]:
    """Broken promises, or the faults of an invalid problem."""
    if faults := check_inputs(problem):
        return faults
    try:
        books = _books(problem)
    except (ValueError, IndexError):
        return [Fault("", "the problem asks for a policy, service, rate or ladder that is missing or said twice")]
    lines = {month: book.lines for month, book in books.items()}
    expected = lines.pop(problem.month)
    now = {key: line for of_month in lines.values() for key, line in of_month.items()}
    return [
        *_head(problem, outcome),
        *_lines(expected, outcome),
        *_adjustments(problem, now, outcome),
        *_unserved(books, outcome),
        *_totals(outcome),
    ]


def _books(problem: Problem) -> dict[str, Book]:
    facts = Facts(problem)
    books = {}
    for month in sorted({problem.month, *(row.month for row in problem.closed)}):
        book = books[month] = Book(problem, facts, month)
        for person in problem.people:
            book.add(person)
        book.close()
    return books


def _head(problem: Problem, outcome: Outcome) -> Iterator[Fault]:
    if outcome.problem_sha256 != problem_sha256(problem):
        yield Fault("/problem_sha256", "P7 is not the fingerprint of this problem")
    if outcome.month != problem.month:
        yield Fault("/month", "P7 is not the month of the problem")
    for name, keys in (
        ("lines", [key_of(line) for line in outcome.lines]),
        ("adjustments", [key_of(row.line) for row in outcome.adjustments]),
    ):
        if sorted(set(keys)) != keys:
            yield Fault(f"/{name}", "P7 must be in order, each key once")


def _lines(expected: dict[Key, Expected], outcome: Outcome) -> Iterator[Fault]:
    said = {key_of(line) for line in outcome.lines}
    for key in sorted(expected.keys() - said):
        yield Fault("/lines", f"P1 a line is missing: {_named(key)}")
    for number, line in enumerate(outcome.lines):
        right = expected.get(key_of(line))
        if right is None:
            yield Fault(f"/lines/{number}", f"P1 nothing is to be paid for this: {_named(key_of(line))}")
        else:
            yield from _line(f"/lines/{number}", line, right)


def _line(pointer: str, line: Line, right: Expected) -> Iterator[Fault]:
    if line.days != right.days:
        yield Fault(f"{pointer}/days", "P2 are not the days as the problem has them")
    if line.quantity != right.quantity:
        yield Fault(f"{pointer}/quantity", f"P3 is {right.quantity} by the problem")
    if line.ore != right.ore:
        yield Fault(f"{pointer}/ore", f"P3 is {right.ore} by the problem")


def _adjustments(problem: Problem, now: dict[Key, Expected], outcome: Outcome) -> Iterator[Fault]:
    paid = {key_of(line): line for line in problem.paid}
    nothing = Expected(0, (), 0)
    due = {}
    for key in paid.keys() | now.keys():
        before = paid[key].ore if key in paid else 0
        if now.get(key, nothing).ore != before:
            due[key] = before
    said = {key_of(row.line) for row in outcome.adjustments}
    for key in sorted(due.keys() - said):
        yield Fault("/adjustments", f"P4 an adjustment is missing: {_named(key)}")
    people = {(row.line.person or "", row.line.month) for row in outcome.adjustments}
    was = by_day(((key, line.days) for key, line in paid.items()), people)
    known = by_day(of_expected(now), people)
    deaths = {person.id: person.death for person in problem.people}
    for number, row in enumerate(outcome.adjustments):
        pointer, key = f"/adjustments/{number}", key_of(row.line)
        if key not in due:
            yield Fault(pointer, f"P4 nothing is to be adjusted: {_named(key)}")
            continue
        yield from _line(f"{pointer}/line", row.line, now.get(key, nothing))
        if (row.paid_ore, row.ore) != (due[key], row.line.ore - due[key]):
            yield Fault(f"{pointer}/ore", "P4 is not what is known now less what is paid")
        if not is_true(row, key, was, known, deaths.get(row.line.person or "")):
            yield Fault(f"{pointer}/changes", "P5 days or causes are not those that differ")


def _unserved(books: dict[str, Book], outcome: Outcome) -> Iterator[Fault]:
    expected = sorted(day for book in books.values() for day in book.unserved)
    said = [(row.person, row.first + timedelta(days=n)) for row in outcome.unserved for n in range(row.days)]
    ends = {(row.person, row.first + timedelta(days=row.days)) for row in outcome.unserved}
    if said != expected or ends & {(row.person, row.first) for row in outcome.unserved}:
        yield Fault("/unserved", "P6 are not the days on which somebody with help granted had no provider")


def _totals(outcome: Outcome) -> Iterator[Fault]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in outcome.lines:
        sums[line.provider, line.tax_code][0] += line.ore
        sums[line.provider, line.tax_code][2] += line.ore
    for row in outcome.adjustments:
        sums[row.line.provider, row.line.tax_code][1] += row.ore
        sums[row.line.provider, row.line.tax_code][2] += row.ore
    said = [(row.provider, row.tax_code, [row.lines_ore, row.adjustments_ore, row.ore]) for row in outcome.totals]
    if said != [(*key, amounts) for key, amounts in sorted(sums.items())]:
        yield Fault("/totals", "P7 are not the sums of the lines and adjustments")


def _named(key: Key) -> str:
    """Month, provider, kind, area, service and price. No person: faults end up in logs."""
    month, provider, kind, _, area, service, _, price, _ = key
    return ", ".join(str(part) for part in (month, provider, kind, area, service, price) if part != "")
