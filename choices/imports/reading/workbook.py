"""XLSX (ECMA-376, transitional): the first visible sheet, each cell as displayed.

One pass over the sheet's XML, the only source for: a formula without a value, an error, the number format, a hidden
row. (Why no library reads it: docs/adr/0030.)
"""

import functools
import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from lxml import etree

from choices.imports.reading import number_formats
from choices.imports.reading.cell_values import MAIN, Book, text_of, value_of
from choices.imports.reading.package import MAX_ROW_BYTES, Package, broken_is_told
from choices.imports.reading.rows import MAX_COLUMNS, MAX_ROW_NUMBER, Mark, Rows, header_row, unreadable
from choices.imports.report import ImportRefused, Problem

_STRICT = "{http://purl.oclc.org/ooxml/"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
# More merged areas than this are reported as one.
_MOST_MERGED = 20


class Sheet(NamedTuple):
    headers: list[str]
    rows: Rows
    name: str
    # Visible sheets that were not read.
    others: list[str]
    hidden_rows: int
    hidden_columns: int


def read_workbook(content: bytes) -> Sheet:
    """The first visible sheet of a workbook.

    Raises:
        ImportRefused: not a workbook, damaged, too large, or headers in merged cells.
    """
    with broken_is_told():
        package = Package(content)
        book = _open(package)
        return _read(book)


def _open(package: Package) -> Book:
    if "xl/workbook.bin" in package:
        raise unreadable(_("Filen är en binär arbetsbok (.xlsb). Spara den som .xlsx."))
    if "content.xml" in package and "mimetype" in package:
        raise unreadable(_("Filen är ett OpenDocument-dokument. Spara den som .xlsx eller .csv."))
    if "[Content_Types].xml" in package and not any(name in package for name in ("xl/workbook.xml", "_rels/.rels")):
        raise unreadable(_("Filen är ingen Excel-arbetsbok. Spara tabellen som .xlsx eller .csv."))
    if "word/document.xml" in package or "ppt/presentation.xml" in package:
        raise unreadable(_("Filen är ingen Excel-arbetsbok. Spara tabellen som .xlsx eller .csv."))
    at = _main_part(package)
    root = package.root(at)
    if root.tag.startswith(_STRICT):
        raise unreadable(_("Filen är sparad som Strict Open XML. Spara den som vanlig Excel-arbetsbok (.xlsx)."))
    if root.tag != f"{MAIN}workbook":
        raise ValueError
    related = _related(package, at)
    sheets = [
        (sheet.get("name", ""), related[sheet.get(_RELATION, "")][1])
        for sheet in root.iterfind(f"{MAIN}sheets/{MAIN}sheet")
        if sheet.get("state", "visible") == "visible"
        and related.get(sheet.get(_RELATION, ""), ("", ""))[0] == "worksheet"
    ]
    if not sheets:
        raise unreadable(_("Arbetsboken har inget synligt blad med celler. Visa bladet som ska läsas in."))
    parts = dict(related.values())
    properties, calculation = root.find(f"{MAIN}workbookPr"), root.find(f"{MAIN}calcPr")
    return Book(
        package=package,
        sheet=sheets[0][1],
        name=sheets[0][0],
        others=[name for name, _part in sheets[1:]],
        strings=list(_strings(package, parts["sharedStrings"])) if "sharedStrings" in parts else [],
        formats=_formats(package, parts["styles"]) if "styles" in parts else [],
        since_1904=properties is not None and properties.get("date1904") in ("1", "true"),
        not_computed=calculation is not None and calculation.get("fullCalcOnLoad") in ("1", "true"),
    )


def _main_part(package: Package) -> str:
    for kind, part in _related(package, "").values():
        if kind == "officeDocument":
            return part
    raise KeyError


def _related(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Id → type and target of the parts that ``part`` refers to."""
    folder, name = posixpath.split(part)
    root = package.root(posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for relation in root:
        if not isinstance(relation.tag, str) or relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "")
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (posixpath.basename(relation.get("Type", "")), target)
    return found


def _strings(package: Package, part: str) -> Iterator[str]:
    with package.open(part) as stream:
        for element in package.elements(stream, f"{MAIN}sst", f"{MAIN}si"):
            yield text_of(element)


def _formats(package: Package, part: str) -> list[str]:
    root = package.root(part)
    own = {
        int(each.get("numFmtId", "")): each.get("formatCode", "")
        for each in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
    }
    return [
        number_formats.format_code(int(style.get("numFmtId", "0")), own)
        for style in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf")
    ]


def _read(book: Book) -> Sheet:
    rows, headers = Rows(), None
    hidden_rows = hidden_columns = last = 0
    merged: list[str] = []
    with book.package.open(book.sheet, MAX_ROW_BYTES) as part:
        tags = [f"{MAIN}{tag}" for tag in ("row", "mergeCell", "col")]
        for element in book.package.elements(part, f"{MAIN}worksheet", *tags):
            part.since = 0
            tag = element.tag.removeprefix(MAIN)
            if tag == "col" and element.get("hidden") in ("1", "true"):
                hidden_columns += min(int(element.get("max", "1")), MAX_COLUMNS) - int(element.get("min", "1")) + 1
            elif tag == "mergeCell":
                merged.append(element.get("ref", ""))
            elif tag == "row":
                number = int(element.get("r", last + 1))
                if not last < number <= MAX_ROW_NUMBER:
                    raise ValueError
                last = number
                cells, marks = _cells(element, number, book)
                if headers is None:
                    headers = _headers(cells, marks, number)
                    continue
                before = len(rows)
                rows.add(number, cells, marks, len(headers))
                hidden_rows += len(rows) > before and element.get("hidden") in ("1", "true")
    if headers is None:
        raise unreadable(_("Bladet %(sheet)s är tomt.") % {"sheet": book.name})
    _refuse_merged(merged, len(headers), last)
    return Sheet(headers, rows, book.name, book.others, hidden_rows, max(hidden_columns, 0))


def _headers(cells: list[str], marks: dict[int, str], number: int) -> list[str]:
    headers = header_row(cells, number)
    if set(marks) - {at for at, mark in marks.items() if mark in (Mark.DATE, Mark.BOOLEAN)}:
        raise unreadable(_("En rubrik är en formel eller ett fel. Skriv rubrikerna som text."))
    return headers


def _refuse_merged(merged: list[str], width: int, last: int) -> None:
    """In a merged area only the first cell holds the value displayed for all."""
    problems = []
    for area in merged:
        first, _colon, second = area.partition(":")
        (left, top), (right, bottom) = _place(first), _place(second or first)
        if (left, top) == (right, bottom) or left >= width or top > last:
            continue
        problems.append(
            Problem(top, "", _("Cellerna %(area)s är sammanfogade. Dela dem och fyll i varje cell.") % {"area": area})
        )
    if problems:
        raise ImportRefused(problems[:_MOST_MERGED])


def _place(reference: str) -> tuple[int, int]:
    """Column from 0, row from 1."""
    match = _PLACE.match(reference.replace("$", ""))
    if match is None:
        raise ValueError
    return _column(match[1]), int(match[2])


@functools.cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _cells(row: etree._Element, number: int, book: Book) -> tuple[list[str], dict[int, str]]:
    cells: list[str] = []
    marks: dict[int, str] = {}
    for cell in row.iterchildren(f"{MAIN}c"):
        at = len(cells)
        if reference := cell.get("r"):
            at, there = _place(reference)
            if there != number or at < len(cells):
                raise ValueError
        if at > 16_383:
            raise ValueError
        cells += [""] * (at - len(cells))
        text, mark = value_of(cell, book)
        cells.append(text)
        if mark:
            marks[at] = mark
    return cells, marks
