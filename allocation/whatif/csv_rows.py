"""Every step as spreadsheet rows: semicolons and a BOM, like the product's other files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from allocation.whatif.result import HoursClass, Result

COLUMNS = ("dag", "område", "utförare", "mått", "minuter per månad", "personer")
WAITING = {
    HoursClass.SMALL: "väntar, under 15 h",
    HoursClass.MIDDLE: "väntar, 15–75 h",
    HoursClass.LARGE: "väntar, över 75 h",
}

Row = tuple[str, str, str, str, int | str, int | str]


def rows(result: Result) -> Iterator[Row]:
    """One row per day, area, provider and measure. Empty: no such limit, or not applicable."""
    for step in result.steps:
        day = step.day.isoformat()
        yield (day, "", "", "alla", sum(area.base_minutes for area in step.areas), step.persons)
        yield (day, "", "", "ringda", "", step.called)
        yield (day, "", "", "bytte utförare", "", step.moved)
        for area in step.areas:
            yield (day, area.area, "", "alla", area.base_minutes, "")
            yield (day, area.area, "", "gräns för externa", _or_empty(area.cap_minutes), "")
            yield (day, area.area, "", "externa", area.external_minutes, "")
            yield (day, area.area, "", "externa med garantier", area.committed_minutes, "")
            for kind, queue in area.waiting.items():
                yield (day, area.area, "", WAITING[kind], queue.minutes, queue.persons)
        for row in step.contracts:
            yield (day, row.area, row.provider, "tak", _or_empty(row.ceiling_minutes), "")
            yield (day, row.area, row.provider, "används", row.minutes, row.persons)
            yield (day, row.area, row.provider, "ledigt", _or_empty(row.idle_minutes), "")


def _or_empty(value: int | None) -> int | str:
    return "" if value is None else value


def write_csv(result: Result, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(result))
