"""Displayed value of a cell of a workbook, and what it has besides its text."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lxml import etree

from choices.imports.reading import number_formats
from choices.imports.reading.package import Package
from choices.imports.reading.rows import Mark

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Book(NamedTuple):
    package: Package
    sheet: str
    name: str
    others: list[str]
    strings: list[str]
    # The number format of each cell style.
    formats: list[str]
    since_1904: bool
    # The program that wrote the formulas left their computation to the next one.
    not_computed: bool


def text_of(element: etree._Element) -> str:
    """Plain or rich text, without phonetic runs (rPh)."""
    if len(element) == 1 and element[0].tag == f"{MAIN}t":
        text = element[0].text or ""
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
    own = [
        node.text or ""
        for node in element.iter(f"{MAIN}t")
        if not any(above.tag == f"{MAIN}rPh" for above in node.iterancestors())
    ]
    text = "".join(own)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def value_of(cell: etree._Element, book: Book) -> tuple[str, str]:
    text, mark = _content(cell, book)
    if text and cell.get("t") in ("s", "str", "inlineStr") and not number_formats.shows_text(_format(cell, book)):
        return "", Mark.FORMAT
    return text, mark


def _format(cell: etree._Element, book: Book) -> str:
    return book.formats[int(cell.get("s", "0"))] if book.formats else number_formats.GENERAL


def _content(cell: etree._Element, book: Book) -> tuple[str, str]:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return ("" if inline is None else text_of(inline)), ""
    value = formula = None
    for child in cell:
        if child.tag == f"{MAIN}v":
            value = child.text or ""
        elif child.tag == f"{MAIN}f":
            formula = child
    if formula is not None and (book.not_computed or value is None or (value == "" and kind != "str")):
        return "", Mark.FORMULA
    if value is None:
        return "", ""
    if kind == "s":
        at = int(value)
        if at < 0:
            raise ValueError
        return book.strings[at], ""
    if kind == "str":
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value), ""
    if kind == "e":
        return "", Mark.ERROR
    if kind == "b":
        return {"1": ("ja", Mark.BOOLEAN), "0": ("nej", Mark.BOOLEAN)}[value]
    if kind == "d":
        return value[:10], Mark.DATE if value[10:] in ("", "T00:00:00", "T00:00:00Z") else Mark.PART_OF_DATE
    if kind != "n":
        raise ValueError
    return _number(value, _format(cell, book), book) if value.strip() else ("", "")


def _number(value: str, code: str, book: Book) -> tuple[str, str]:
    try:
        # A spreadsheet has fifteen digits; further ones are rounding noise.
        number = Decimal(f"{float(value):.15g}")
    except (ValueError, InvalidOperation):
        raise ValueError from None
    if not number.is_finite():
        raise ValueError
    if number_formats.is_date(code):
        date = number_formats.shown_date(number, code, since_1904=book.since_1904)
        if date is None:
            return "", Mark.PART_OF_DATE
        return date[0], Mark.DATE if date[1] else Mark.PART_OF_DATE
    if abs(number) >= number_formats.TOO_LONG:
        return "", Mark.DIGITS
    shown = number_formats.shown_number(number, code)
    return ("", Mark.FORMAT) if shown is None else (shown, "")
