"""Read a CSV or XLSX file to rows of text, whatever program wrote it."""

import csv
import datetime
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from choices.imports.report import ImportRefused, Problem

# 100,000 people are about 20 MB. A larger file is a mistake, or an attempt to fill the memory.
MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """Headers and rows as text. A row carries the number that a spreadsheet shows for it (the headers are row 1)."""

    sha256: str
    encoding: str
    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read(kind: str, file: str | Path | bytes | IO[bytes], filename: str = "") -> Table:
    """The file as a table. What it is shows in its first bytes; the name is not trusted.

    Raises:
        ImportRefused: it cannot be read at all.
    """
    content = _content(file)
    if len(content) > MAX_BYTES:
        raise _unreadable(_("Filen är för stor. Dela upp den i flera."))
    sha256 = hashlib.sha256(kind.encode() + b"\n" + content).hexdigest()
    if content.startswith(b"PK"):
        encoding, rows = "XLSX", _xlsx_rows(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable(_("Filen är i ett gammalt Excelformat. Spara den som .xlsx eller .csv."))
    else:
        encoding, rows = _csv_rows(content)
    if not rows:
        raise _unreadable(_("Filen är tom."))
    headers = rows[0]
    # A line without any value is nothing, but it counts in the numbering.
    filled = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    return Table(sha256=sha256, encoding=encoding, headers=headers, rows=filled)


def _content(file: str | Path | bytes | IO[bytes]) -> bytes:
    if isinstance(file, bytes):
        return file
    if isinstance(file, (str, Path)):
        return Path(file).read_bytes()
    return file.read()


def _unreadable(message: str) -> ImportRefused:
    return ImportRefused([Problem(1, "", message)])


def _csv_rows(content: bytes) -> tuple[str, list[list[str]]]:
    try:
        encoding, text = "UTF-8", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Swedish Windows programs write when nobody chose. Å, ä and ö are hardly ever valid UTF-8 by chance.
        try:
            encoding, text = "Windows-1252", content.decode("cp1252")
        except UnicodeDecodeError:
            raise _unreadable(_("Filens teckenkodning går inte att läsa. Spara den som CSV UTF-8.")) from None
    if "\0" in text:
        raise _unreadable(_("Filen är inte en textfil. Spara den som CSV UTF-8 eller .xlsx."))
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") >= first_line.count(",") else ","
    try:
        return encoding, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise _unreadable(_('Citattecknen i filen går inte ihop. Kontrollera rader med " i.')) from None


def _xlsx_rows(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _unreadable(_("Filen är för stor. Dela upp den i flera."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise _unreadable(_("Filen går inte att läsa. Spara den på nytt som .xlsx.")) from None
    try:
        sheet = book.worksheets[0]
        # The size a program wrote into the file may be wrong; the rows themselves are right.
        sheet.reset_dimensions()
        rows = [[_as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    if not rows:
        return rows
    headers = rows[0]
    while headers and not headers[-1]:
        headers.pop()
    width = len(headers)
    # A spreadsheet leaves out empty cells at the end of a row, or adds some.
    return [headers] + [_to_width(row, width) for row in rows[1:]]


def _to_width(row: list[str], width: int) -> list[str]:
    while len(row) > width and not row[-1]:
        row.pop()
    return row + [""] * (width - len(row))


def _as_text(value: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
