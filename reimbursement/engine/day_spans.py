"""Spans of days without changes: granted help, provider and absence of one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

import msgspec

from .line import AwayKind
from .months import ONE_DAY
from .problem import Decision, Person, Placement
from .terms import Terms, covers


@dataclass(frozen=True, slots=True)
class Away:
    """Absence `[valid_from, valid_until)`. `day_one` is day 1 of the count; it is earlier when rows touch."""

    kind: AwayKind
    planned: bool
    valid_from: date
    valid_until: date | None
    day_one: date


@dataclass(frozen=True, slots=True)
class Known:
    """Facts of a person. After death: help and provider of the day of death, and an absence without end."""

    id: str
    death: date | None
    decisions: Sequence[Decision]
    placements: Sequence[Placement]
    away: Sequence[Away]

    def is_alive(self, day: date) -> bool:
        return self.death is None or day <= self.death


@dataclass(frozen=True, slots=True)
class Span:
    """Days `[first, end)` without changes."""

    first: date
    end: date
    decisions: Sequence[Decision]
    placement: Placement | None
    away: Away | None


def known_of(person: Person) -> Known:
    away = _absences(person) if person.absences else ()
    death = person.death
    if death is None:
        return Known(person.id, None, person.decisions, person.placements, away)
    after = death + ONE_DAY
    return Known(
        person.id,
        death,
        _as_on_the_day_of_death(person.decisions, death, lambda row: row.service),
        _as_on_the_day_of_death(person.placements, death, lambda row: ""),
        [
            *(_ended(row, after) for row in away if row.valid_from <= death),
            Away("death", False, after, None, after),
        ],
    )


def _absences(person: Person) -> list[Away]:
    """Absences by day. Touching rows of the same kind share one count of days."""
    found: list[Away] = []
    for row in sorted(person.absences, key=lambda row: row.valid_from):
        before = found[-1] if found else None
        goes_on = (
            before is not None
            and before.valid_until == row.valid_from
            and (before.kind, before.planned) == (row.kind, row.planned)
        )
        day_one = before.day_one if before is not None and goes_on else row.valid_from
        found.append(Away(row.kind, row.planned, row.valid_from, row.valid_until, day_one))
    return found


def _ended(row: Away, day: date) -> Away:
    until = day if row.valid_until is None else min(day, row.valid_until)
    return Away(row.kind, row.planned, row.valid_from, until, row.day_one)


R = TypeVar("R", Decision, Placement)


def _as_on_the_day_of_death(rows: Sequence[R], death: date, part: Callable[[R], str]) -> list[R]:
    """Rows that cover the day of death, extended without end, and all earlier rows. Later rows are dropped.

    A row that ends on the day of death covers that day unless another row has the same `part` on it.
    """
    taken = {part(row) for row in rows if covers(row, death)}
    found = []
    for row in rows:
        if covers(row, death) or (row.valid_until == death and part(row) not in taken):
            found.append(msgspec.structs.replace(row, valid_until=None))
        elif row.valid_from < death:
            found.append(row)
    return found


def spans(known: Known, terms: Terms) -> Iterator[Span]:
    """Spans of the month with help granted, in order."""
    first, end = terms.month.first, terms.month.end
    borders: set[date] = set()
    decisions = _touching(known.decisions, first, end, borders)
    if not decisions:
        return
    placements = _touching(known.placements, first, end, borders)
    away = _touching(known.away, first, end, borders) if known.away else ()
    borders.update(terms.borders)
    if not borders:
        yield Span(first, end, decisions, placements[0] if placements else None, away[0] if away else None)
        return
    for day, until in pairwise(sorted({first, end, *borders})):
        granted = [row for row in decisions if covers(row, day)]
        if granted:
            placement = next((row for row in placements if covers(row, day)), None)
            yield Span(day, until, granted, placement, next((row for row in away if covers(row, day)), None))


T = TypeVar("T", Decision, Placement, Away)


def _touching(rows: Sequence[T], first: date, end: date, borders: set[date]) -> list[T]:
    """Rows that cover a day of `[first, end)`. Adds their first and end days inside it to `borders`."""
    found = []
    for row in rows:
        since, until = row.valid_from, row.valid_until
        if since < end and (until is None or until > first):
            found.append(row)
            if since > first:
                borders.add(since)
            if until is not None and until < end:
                borders.add(until)
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a span with the same percent."""

    first: date
    days: int
    percent: int
    away: AwayKind | None
    away_day: int | None


def parts(span: Span, terms: Terms) -> list[Part]:
    """The span divided at the steps of the ladder. Days after the last step for death are left out."""
    away, days = span.away, (span.end - span.first).days
    if away is None:
        return [Part(span.first, days, 100, None, None)]
    steps = terms.steps(away.kind, away.planned, span.first) or ()
    number = (span.first - away.day_one).days + 1
    last = number + days - 1
    found = []
    for step in steps:
        low, high = max(number, step.first), min(last, step.last)
        if low <= high:
            found.append(Part(_day(span, low - number), high - low + 1, step.percent, away.kind, low))
    beyond = max(number, steps[-1].last + 1 if steps else 1)
    if beyond <= last and away.kind != "death":
        found.append(Part(_day(span, beyond - number), last - beyond + 1, 0, away.kind, beyond))
    return found


def _day(span: Span, number: int) -> date:
    return span.first + timedelta(days=number)
