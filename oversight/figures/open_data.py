"""Figures as open data (docs/open-data.md). Field names and codes are stable: add, never rename."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from common.suppression import SMALLEST_SHOWN
from oversight.figures.labels import EVERYBODY, name, names
from oversight.figures.sheet import Sheet
from providers.models import Municipality

FIELDS = ("period", "day", "figure", "row_kind", "row", "column_kind", "column", "unit", "value", "status")
# State of ``value``: present; hidden for disclosure control; not applicable (no ceiling, nobody has waited).
SHOWN, HIDDEN, NONE = "shown", "hidden", "none"
VERSION = 1


def as_csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(sheet))
    return out.getvalue().encode()


def as_json(sheet: Sheet, municipality: Municipality) -> bytes:
    known = names(sheet.kinds)
    used = {kind: dict[str, str]() for kind in known}
    rows = list(_rows(sheet))
    for row in rows:
        for axis in ("row", "column"):
            kind, code = row[f"{axis}_kind"], row[axis]
            if code not in EVERYBODY:
                used[kind][code] = str(name(known, kind, code))
    content = {
        "version": VERSION,
        "municipality": municipality.name,
        "period": sheet.period.code,
        "period_name": str(sheet.period.name),
        "day": sheet.day.isoformat(),
        "smallest_shown": SMALLEST_SHOWN,
        "names": {kind: codes for kind, codes in used.items() if codes},
        "rows": rows,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _rows(sheet: Sheet) -> Iterator[dict[str, Any]]:
    for table in sheet.tables.values():
        for row, numbers in zip(table.row_codes, table.values, strict=False):
            for column, value in zip(table.column_codes, numbers, strict=True):
                yield {
                    "period": sheet.period.code,
                    "day": sheet.day.isoformat(),
                    "figure": table.code,
                    "row_kind": table.rows.kind,
                    "row": row,
                    "column_kind": table.columns.kind,
                    "column": column,
                    "unit": table.unit,
                    "value": value,
                    "status": SHOWN if value is not None else HIDDEN if table.hides else NONE,
                }
