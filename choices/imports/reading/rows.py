"""Rows of a file, spilled to disk when many, with marks on single cells."""

import marshal
import tempfile
import time
import weakref
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _

from choices.imports.report import ImportRefused, Problem

MAX_ROWS = 500_000
# Last row of a spreadsheet.
MAX_ROW_NUMBER = 1_048_576
MAX_COLUMNS = 200
# A table of people does not take longer than this to read.
MAX_SECONDS = 120
_IN_MEMORY = 4 * 1024 * 1024


class Mark(StrEnum):
    """Property of a cell besides its text. Some are accepted in some columns (a date), most in none."""

    DATE = "date"
    BOOLEAN = "boolean"
    # The row ended before this column (CSV).
    CUT = "cut"
    FORMULA = "formula"
    ERROR = "error"
    FORMAT = "format"
    PART_OF_DATE = "part_of_date"
    DIGITS = "digits"
    MERGED = "merged"
    # A list or an object (JSON).
    NO_VALUE = "no_value"


Row = tuple[int, list[str], dict[int, str]]


def unreadable(message: str) -> ImportRefused:
    return ImportRefused([Problem(1, "", message)])


def is_blank(cell: str) -> bool:
    return not cell or not cell.strip(" \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff")


class Rows:
    """Rows that are not empty: number as a spreadsheet shows it, cells, marks by position. Can be iterated
    repeatedly.

    ``add`` cuts and pads to the width of the headers. A longer row keeps its length and is reported later.

    Raises:
        ImportRefused: too many rows, too wide, or too slow.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (lives as long as the rows)
        weakref.finalize(self, self._file.close)
        self._count = 0
        self._until = time.monotonic() + MAX_SECONDS
        self.blank = 0

    def add(self, number: int, cells: list[str], marks: dict[int, str], width: int, *, pad_with: str = "") -> None:
        while len(cells) > width and is_blank(cells[-1]) and len(cells) - 1 not in marks:
            cells.pop()
        if not marks and all(map(is_blank, cells)):
            self.blank += 1
            return
        if len(cells) > MAX_COLUMNS:
            raise unreadable(_("Raden %(row)s har för många kolumner.") % {"row": number})
        if len(cells) < width:
            if pad_with:
                marks = marks | dict.fromkeys(range(len(cells), width), pad_with)
            cells += [""] * (width - len(cells))
        self._file.write(marshal.dumps((number, cells, {at: str(mark) for at, mark in marks.items()})))
        self._count += 1
        if self._count > MAX_ROWS:
            raise unreadable(
                _("Filen har för många rader. Dela upp den i flera, på högst %(most)s rader.") % {"most": MAX_ROWS}
            )
        self.keep_time()

    def keep_time(self) -> None:
        if time.monotonic() > self._until:
            raise unreadable(_("Filen tar för lång tid att läsa. Dela upp den i flera."))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        self._file.seek(0)
        for _each in range(self._count):
            yield marshal.load(self._file)  # noqa: S302  (written above, never outside)


def header_row(cells: list[str], number: int = 1) -> list[str]:
    """Headers of a table, without the empty columns at the end. Every row is padded to their width.

    Raises:
        ImportRefused: none on row 1, or too many.
    """
    while cells and is_blank(cells[-1]):
        cells.pop()
    if number != 1 or not cells:
        raise unreadable(_("Rubrikerna ska stå på rad 1. Ta bort tomma rader ovanför."))
    if len(cells) > MAX_COLUMNS:
        raise unreadable(_("Filen har för många kolumner."))
    return cells
