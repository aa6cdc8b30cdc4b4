"""Audit of the call list and the log, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from allocation.engine.outcome import Call, LogLine, Outcome
from allocation.engine.problem import Problem

from .book import Book
from .case import Case


def wrong_calls(problem: Problem, books: list[Book], outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Pairs of JSON pointer and message."""
    if outcome.calls and not problem.policy.call_list:
        yield "/calls", "P1 the round allows no call list"
    cases = {member.id: (case, book) for book in books for case in book.cases for member in case.unit.members}
    called: set[str] = set()
    lines: dict[str, list[tuple[bool, int, str]]] = {}
    for number, call in enumerate(outcome.calls):
        pointer = f"/calls/{number}"
        if call.order != number + 1:
            yield f"{pointer}/order", f"P7 call number {number + 1} has order {call.order}"
        if call.person not in cases or call.person in called:
            yield f"{pointer}/person", f"P7 {call.person} is not somebody to call, or is called already"
            continue
        called.add(call.person)
        case, book = cases[call.person]
        for words in _wrong_call(book, case, call):
            yield pointer, words
        listed = any(wish.provider == call.to_provider for wish in case.unit.wishes)
        lines.setdefault(f"{book.area.id}/{call.to_provider}", []).append((not listed, case.lottery, case.unit.id))
    for line in lines.values():
        if line != sorted(line):
            yield "/calls", "P3 the calls are not in order: who lists the provider first, then by lottery"


def _wrong_call(book: Book, case: Case, call: Call) -> Iterator[str]:
    contract = book.contracts.get(call.to_provider)
    chose_municipal = case.unit.answered and case.ends_municipal and case.together == book.municipal
    if not chose_municipal or case.wished or not case.unit.callable or case.size != 1 or case.minutes == 0:
        yield f"P1 {call.person} may not be called"
    if call.from_provider != book.municipal:
        yield f"P7 {call.person} has the municipal provider, not {call.from_provider}"
    if contract is None or not contract.intake or book.queues[call.to_provider]:
        yield f"P3 {call.to_provider} takes nobody in, or somebody waits there"
    elif book.final[call.to_provider][0] >= contract.guaranteed_minutes:
        yield f"P1 the guarantee of {call.to_provider} is met"
    elif not book.fits(case, call.to_provider):
        yield f"P1 {call.person} does not fit {call.to_provider}"


def wrong_log(problem: Problem, books: list[Book], outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Pairs of JSON pointer and message."""
    if outcome.log and problem.policy.switch_when_share_full != "free":
        yield "/log", "P3 nobody may switch past others in this round"
    by_unit = {case.unit.id: book for book in books for case in book.cases}
    for number, line in enumerate(outcome.log):
        book = by_unit.get(line.unit)
        if book is None:
            yield f"/log/{number}", f"P3 there is no unit {line.unit}"
        else:
            for words in _wrong_line(book, line):
                yield f"/log/{number}", words


def _wrong_line(book: Book, line: LogLine) -> Iterator[str]:
    case, closing = book.by_id[line.unit], book.by_id.get(line.closed_by)
    contract = book.contracts.get(line.to_provider)
    if not case.wholly_external_at_start:
        yield f"P3 {line.unit} was no client of external providers when the run began"
    if contract is None or not contract.intake:
        yield f"P1 {line.to_provider} takes nobody in"
    met = case.met()
    wish = next((wish for wish in case.wished if wish.provider == line.to_provider), None)
    if wish is None or met is None or met.number > wish.number:
        yield f"P2 {line.unit} did not end with {line.to_provider} or something it prefers"
    if book.share is None or closing is None or not closing.wished:
        yield f"P3 {line.closed_by} does not wait for new share"
    if min(line.room_minutes or 0, line.room_persons or 0) < 0:
        yield f"P1 {line.to_provider} had no room"
    yield from _wrong_past(book, line, case, closing)


def _wrong_past(book: Book, line: LogLine, case: Case, closing: Case | None) -> Iterator[str]:
    if (line.past is None) != (line.passed == 0):
        yield f"P3 {line.unit} passed {line.passed} units, yet the first is {line.past}"
    past = book.by_id.get(line.past) if line.past is not None else None
    if line.past is None or closing is None:
        return
    if past is None or not any(wish.provider == line.to_provider for wish in past.wished):
        yield f"P3 {line.past} does not wait for {line.to_provider}"
    elif past.area_order < closing.area_order:
        yield f"P3 {line.unit} passed {line.past}, who comes before {line.closed_by} in the area"
