"""Adjustments of closed months: known now minus paid, with the days that differ and the causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from .line import Key, Line, key_of
from .months import ONE_DAY
from .outcome import Adjustment, Cause, Change, Day

OTHER: dict[str, Cause] = {
    "first_month": "first_month",
    "guarantee": "guarantee",
    "manual": "manual",
    "vat_compensation": "sum_of_lines",
    "municipal_overhead": "sum_of_lines",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of one person and service: its line and how it is paid."""

    line: Line
    day: Day


# The days of one person in one month, by service (None: a fixed sum).
Entries = Mapping[tuple[str | None, date], Entry]


def adjustments(paid: Iterable[Line], now: Iterable[Line], deaths: Mapping[str, date | None]) -> Iterator[Adjustment]:
    """Differences between two states of the same months, unordered. `deaths`: day of death by person."""
    before, after = {key_of(line): line for line in paid}, {key_of(line): line for line in now}
    changed = [key for key in before.keys() | after.keys() if _ore(before.get(key)) != _ore(after.get(key))]
    whose = {(line.person, line.month) for key in changed for line in [_either(before, after, key)]}
    was, is_now = _entries(before.values(), whose), _entries(after.values(), whose)
    for key in changed:
        line = after.get(key) or msgspec.structs.replace(before[key], quantity=0, days=(), ore=0)
        owner = (line.person, line.month)
        cause = OTHER.get(line.kind)
        changes = (
            ()
            if cause
            else tuple(_changes(key, was.get(owner, {}), is_now.get(owner, {}), deaths.get(line.person or "")))
        )
        causes = (cause,) if cause else tuple(sorted({change.cause for change in changes}))
        paid_ore = _ore(before.get(key))
        yield Adjustment(line, paid_ore, line.ore - paid_ore, causes, changes)


def _ore(line: Line | None) -> int:
    return line.ore if line else 0


def _either(before: Mapping[Key, Line], after: Mapping[Key, Line], key: Key) -> Line:
    return after[key] if key in after else before[key]


def _entries(
    lines: Iterable[Line], whose: set[tuple[str | None, str]]
) -> dict[tuple[str | None, str], dict[tuple[str | None, date], Entry]]:
    found: dict[tuple[str | None, str], dict[tuple[str | None, date], Entry]] = defaultdict(dict)
    for line in lines:
        owner = (line.person, line.month)
        if line.days and owner in whose:
            for day, entry in _days_of(line):
                found[owner][line.service, day] = entry
    return found


def _days_of(line: Line) -> Iterator[tuple[date, Entry]]:
    for row in line.days:
        for number in range(row.days):
            away_day = None if row.away_day is None else row.away_day + number
            yield row.first + timedelta(days=number), Entry(line, Day(row.minutes, row.percent, row.away, away_day))


def _changes(key: Key, was: Entries, now: Entries, death: date | None) -> Iterator[Change]:
    """Changed days of one line; consecutive days with the same change are one row."""
    last: Change | None = None
    service = key[5] or None
    days = {day for (of, day), entry in (*was.items(), *now.items()) if of == service and key_of(entry.line) == key}
    for day in sorted(days):
        before, after = was.get((service, day)), now.get((service, day))
        mine = [entry.day if entry and key_of(entry.line) == key else None for entry in (before, after)]
        if mine[0] == mine[1]:
            continue
        change = Change(day, 1, _cause(before, after, day, death), mine[0], mine[1])
        if last and _goes_on(last, change):
            last = msgspec.structs.replace(last, days=last.days + 1)
            continue
        if last:
            yield last
        last = change
    if last:
        yield last


def _goes_on(last: Change, change: Change) -> bool:
    return (
        last.first + last.days * ONE_DAY == change.first
        and last.cause == change.cause
        and all(_same(a, b, last.days) for a, b in ((last.was, change.was), (last.now, change.now)))
    )


def _same(before: Day | None, after: Day | None, days: int) -> bool:
    if before is None or before.away_day is None:
        return before == after
    return msgspec.structs.replace(before, away_day=before.away_day + days) == after


def _cause(before: Entry | None, after: Entry | None, day: date, death: date | None) -> Cause:
    """Reason why a day is in another line, or paid differently in the same line."""
    if before is None:
        return "added"
    if after is None:
        return "death" if death is not None and day > death else "removed"
    for cause, field in PARTS:
        if getattr(before.line, field) != getattr(after.line, field):
            return cause
    if before.day.minutes != after.day.minutes:
        return "minutes"
    if "death" in (before.day.away, after.day.away):
        return "death"
    return "absence" if (before.day.away, before.day.away_day) != (after.day.away, after.day.away_day) else "ladder"


PARTS: tuple[tuple[Cause, str], ...] = (
    ("provider", "provider"),
    ("area", "area"),
    ("rate", "price"),
    ("rate", "tax_code"),
)
