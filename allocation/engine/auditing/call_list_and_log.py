"""Audit of the call list and the log: broken promises line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from allocation.engine.columns import Columns
from allocation.engine.outcome import Call, LogLine, Outcome

from .book import Book, Moves


def wrong_calls(columns: Columns, books: Sequence[Book], outcome: Outcome) -> Iterator[str]:
    if not outcome.calls:
        return
    if not columns.problem.policy.call_list:
        yield "P1"
    owner = dict(zip(columns.member_ids, columns.member_unit.tolist(), strict=True))
    called: set[str] = set()
    lines: dict[tuple[int, str], list[tuple[bool, int]]] = {}
    for number, call in enumerate(outcome.calls, start=1):
        if call.order != number:
            yield "P7"
        if call.person not in owner or call.person in called:
            yield "P7"
            continue
        called.add(call.person)
        row = owner[call.person]
        book = books[columns.area[row]]
        unit = int(np.searchsorted(book.rows, row))
        yield from _wrong_call(book, unit, call)
        wished = columns.wished[columns.wishes_from[row] : columns.wishes_from[row + 1]].tolist()
        listed = call.to_provider in [columns.providers[provider] for provider in wished]
        lines.setdefault((int(columns.area[row]), call.to_provider), []).append((not listed, int(book.draw[unit])))
    # Units that list the provider first, then the others; each by lottery.
    if any(line != sorted(line) for line in lines.values()):
        yield "P3"


def _wrong_call(book: Book, unit: int, call: Call) -> Iterator[str]:
    names, contracts = book.columns.providers, book.contracts
    chose_municipal = book.answered[unit] and book.ends_municipal[unit] and book.together[unit] == book.municipal
    callable_ = book.columns.callable[book.rows[unit]]
    alone = book.size[unit] == 1 and book.minutes[unit] > 0
    if not (chose_municipal and callable_ and alone) or book.has_wishes(unit):
        yield "P1"
    if call.from_provider != names[book.municipal]:
        yield "P7"
    to = names.index(call.to_provider) if call.to_provider in names else None
    if to is None or not contracts.there[to] or not contracts.intake[to] or len(book.queue_of(to)):
        yield "P3"
    elif book.final[0][to] >= contracts.guarantee[to] or not Moves(book, np.array([unit]), np.array([to])).fits[0]:
        yield "P1"


def wrong_log(columns: Columns, books: Sequence[Book], log: Sequence[LogLine]) -> Iterator[str]:
    if log and columns.problem.policy.switch_when_share_full != "free":
        yield "P3"
    for line in log:
        book = next((book for book in books if book.unit_of(line.unit) is not None), None)
        if book is None:
            yield "P3"
        else:
            yield from _wrong_line(book, line)


def _wrong_line(book: Book, line: LogLine) -> Iterator[str]:
    names = book.columns.providers
    unit, closing = book.unit_of(line.unit), book.unit_of(line.closed_by)
    assert unit is not None  # noqa: S101
    members = slice(book.first[unit], book.first[unit] + book.size[unit])
    if (book.had[members] == book.municipal).any():
        yield "P3"
    to = names.index(line.to_provider) if line.to_provider in names else None
    if to is None or not book.contracts.intake[to]:
        yield "P1"
    wish = book.wish_for(unit, line.to_provider)
    if wish is None or book.met[unit] > wish:
        yield "P2"
    if book.share is None or closing is None or not book.has_wishes(closing):
        yield "P3"
    if min(line.room_minutes or 0, line.room_persons or 0) < 0:
        yield "P1"
    if _is_wrong_past(book, line, closing):
        yield "P3"


def _is_wrong_past(book: Book, line: LogLine, closing: int | None) -> bool:
    if (line.past is None) != (line.passed == 0):
        return True
    if line.past is None or closing is None:
        return False
    past = book.unit_of(line.past)
    if past is None or book.wish_for(past, line.to_provider) is None:
        return True
    return bool(book.order[past] < book.order[closing])
