"""P5: changed days and causes of adjustments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from reimbursement.engine.line import Days, Key
from reimbursement.engine.outcome import Adjustment, Change, Day

from .book import Expected

Told = tuple[Key, tuple[int, int, str | None, int | None]]
# Person, month and service → day → the line that has it, and how.
ByDay = Mapping[tuple[str, str, str], Mapping[date, Told]]
OTHERS = {
    "first_month": "first_month",
    "guarantee": "guarantee",
    "manual": "manual",
    "vat_compensation": "sum_of_lines",
    "municipal_overhead": "sum_of_lines",
}


def by_day(lines: Iterable[tuple[Key, tuple[Days, ...]]], people: set[tuple[str, str]]) -> ByDay:
    """Days by person, month and service. `people`: the persons and months wanted."""
    found: dict[tuple[str, str, str], dict[date, Told]] = defaultdict(dict)
    for key, rows in lines:
        if (key[3], key[0]) in people:
            for row in rows:
                for n in range(row.days):
                    number = None if row.away_day is None else row.away_day + n
                    told = (row.minutes, row.percent, row.away, number)
                    found[key[3], key[0], key[5]][row.first + timedelta(days=n)] = key, told
    return found


def of_expected(lines: Mapping[Key, Expected]) -> Iterable[tuple[Key, tuple[Days, ...]]]:
    return ((key, expected.days) for key, expected in lines.items())


def is_true(adjustment: Adjustment, key: Key, was: ByDay, now: ByDay, death: date | None) -> bool:
    other = OTHERS.get(key[2])
    if other:
        return adjustment.causes == (other,) and not adjustment.changes
    mine = (key[3], key[0], key[5])
    before, after = was.get(mine, {}), now.get(mine, {})
    expected = []
    for day in sorted({*before, *after}):
        told, told_now = before.get(day), after.get(day)
        in_line = told[1] if told and told[0] == key else None
        in_line_now = told_now[1] if told_now and told_now[0] == key else None
        if in_line != in_line_now:
            expected.append((day, _cause(told, told_now, day, death), in_line, in_line_now))
    said = [one for change in adjustment.changes for one in _single(change)]
    causes = tuple(sorted({each[1] for each in expected}))
    return said == expected and adjustment.causes == causes and not _could_join(adjustment.changes)


def _cause(was: Told | None, now: Told | None, day: date, death: date | None) -> str:
    if was is None or now is None:
        died = was is not None and death is not None and day > death
        return "added" if was is None else "death" if died else "removed"
    (key, before), (key_now, after) = was, now
    for name, at in (("provider", 1), ("area", 4), ("rate", 7), ("rate", 6)):
        if key[at] != key_now[at]:
            return name
    if before[0] != after[0]:
        return "minutes"
    if "death" in (before[2], after[2]):
        return "death"
    return "ladder" if before[2:] == after[2:] else "absence"


def _single(change: Change) -> Iterable[tuple[date, str, object, object]]:
    for n in range(change.days):
        yield change.first + timedelta(days=n), change.cause, _told(change.was, n), _told(change.now, n)


def _told(day: Day | None, n: int) -> tuple[int, int, str | None, int | None] | None:
    if day is None:
        return None
    return day.minutes, day.percent, day.away, None if day.away_day is None else day.away_day + n


def _could_join(changes: tuple[Change, ...]) -> bool:
    for last, change in pairwise(changes):
        is_next = last.first + timedelta(days=last.days) == change.first and last.cause == change.cause
        alike = (_told(last.was, last.days), _told(last.now, last.days)) == (_told(change.was, 0), _told(change.now, 0))
        if is_next and alike:
            return True
    return False
