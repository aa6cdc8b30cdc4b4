"""Manifest of a print batch: references and checksums, no name and no number of a person."""

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

SCHEMA = "print-manifest/2"


@dataclass(frozen=True)
class Row:
    """``first_page``: page number in its file; ``pages``: the letter's own, without an added blank page."""

    position: int
    reference: str
    file: str
    first_page: int
    pages: int
    sheets: int
    sha256: str


def totals(rows: list[Row]) -> dict[str, int]:
    return {
        "letters": len(rows),
        "pages": sum(row.pages for row in rows),
        "sheets": sum(row.sheets for row in rows),
    }


def csv_bytes(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [each.name for each in fields(Row)], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return out.getvalue().encode()


def read_csv(content: bytes) -> list[Row]:
    return [
        Row(
            position=int(line["position"]),
            reference=line["reference"],
            file=line["file"],
            first_page=int(line["first_page"]),
            pages=int(line["pages"]),
            sheets=int(line["sheets"]),
            sha256=line["sha256"],
        )
        for line in csv.DictReader(io.StringIO(content.decode(), newline=""))
    ]


def json_bytes(*, batch: str, stack: str, files: dict[str, str], rows: list[Row]) -> bytes:
    """``files``: name → SHA-256 of each print file."""
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "batch": batch,
        "stack": stack,
        "files": files,
        "totals": totals(rows),
        "letters": [asdict(row) for row in rows],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
