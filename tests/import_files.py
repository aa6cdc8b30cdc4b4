"""Small files for imports: rows as dicts of header → cell, based on a valid row."""

import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest

from choices import imports
from choices.models import ImportFile
from tests.world import SYSTEM, test_number

PERSON = {
    "personnummer": test_number(0),
    "förnamn": "Åsa",
    "efternamn": "Öberg",
    "språk": "sv",
    "område": "north",
    "c/o": "",
    "gatuadress": "Provgränd 1",
    "postnummer": "145 55",
    "postort": "Norsborg",
    "post c/o": "",
    "post gatuadress": "",
    "post postnummer": "",
    "post postort": "",
    "post land": "",
    "telefon": "070-174 06 05",
    "sekretessmarkering": "nej",
    "skyddad folkbokföring": "nej",
    "avliden": "",
    "hushåll": "",
}
DECISION = {
    "personnummer": test_number(0),
    "beslut": "B-1",
    "insats": "hemtjanst",
    "minuter per månad": "600",
    "beslutsdatum": "2020-01-01",
    "från": "2020-01-10",
    "till och med": "",
}
CHOICE = {
    "personnummer": test_number(0),
    "valomgång": "2020",
    "kom in": "2020-09-10",
    "registrerad": "2020-09-14",
    "kanal": "Blankett",
    "val 1": "p",
    "val 2": "",
    "val 3": "",
    "val 4": "",
    "val 5": "",
    "vill inte välja": "nej",
    "tillsammans": "nej",
    "vill köa": "ja",
    "tillfällig utförare": "ja",
}
PLACEMENT = {"personnummer": test_number(0), "utförare": "kommunen", "från": "2020-01-10"}
MANDATE = {
    "personnummer": test_number(0),
    "slag": "Anhörig",
    "omfattning": "Val av utförare",
    "gemensamt": "ja",
    "underlag": "Läkarintyg",
    "från": "2020-01-01",
    "till och med": "",
    "företrädarens personnummer": "",
    "företrädarens namn": "Élise Öberg",
    "företrädarens telefon": "",
    "företrädarens gatuadress": "",
    "företrädarens postnummer": "",
    "företrädarens postort": "",
}
ABSENCE = {
    "personnummer": test_number(0),
    "frånvaro": "sjukhus",
    "planerad": "nej",
    "första dagen borta": "2020-11-10",
    "sista dagen borta": "2020-11-17",
    "rapporterad": "2020-11-11",
}
RIGHT_ROW = {
    "persons": PERSON,
    "decisions": DECISION,
    "choices": CHOICE,
    "placements": PLACEMENT,
    "mandates": MANDATE,
    "absences": ABSENCE,
}


def grid(kind: str, *rows: dict[str, str]) -> list[list[str]]:
    base = RIGHT_ROW[kind]
    assert all(row.keys() <= base.keys() for row in rows)
    return [list(base), *([*(base | row).values()] for row in rows)]


def as_csv(cells: Sequence[Sequence[object]], *, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(cells)
    return text.getvalue().encode(encoding)


def as_xlsx(cells: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in cells:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def table(kind: str, *rows: dict[str, str]) -> imports.Table:
    return imports.read(kind, as_csv(grid(kind, *rows)))


def take_in(kind: str, *rows: dict[str, str], actor=SYSTEM, yes_by: str = "") -> ImportFile:
    """``yes_by``: user name that approves the doubts, if there are any."""
    file = table(kind, *rows)
    try:
        return imports.apply(kind=kind, table=file, actor=actor)
    except imports.ImportDoubted as doubted:
        if not yes_by:
            raise
        yes = imports.DoubtsApproval(by=yes_by, code=doubted.code)
        return imports.apply(kind=kind, table=file, actor=actor, yes=yes)


def faults(kind: str, *rows: dict[str, str]) -> list[tuple[int, str, str]]:
    """Errors, which must be equal in preview and import."""
    file = table(kind, *rows)
    preview = imports.preview(kind=kind, table=file, actor=SYSTEM)
    with pytest.raises(imports.ImportRefused) as refused:
        imports.apply(kind=kind, table=file, actor=SYSTEM)
    assert refused.value.problems == preview.errors
    return [(problem.row, problem.column, problem.message) for problem in preview.errors]
