"""Tables as spreadsheet files."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A cell that begins like this is executed as a formula by spreadsheets (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe_cell(value: object) -> str:
    """Text; a possible formula gets a leading apostrophe, which spreadsheets hide. Numbers have a decimal comma."""
    if isinstance(value, int | Decimal):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with BOM and semicolons: opened by Swedish Excel without an import dialog."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """A workbook of one sheet, written row by row to a temporary file, which the caller closes.

    Text cells are typed as text, so that nothing is a formula. What looks like one also has Excel's quote prefix, and
    stays text when the sheet is saved as CSV and opened again.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, cell) for cell in header])
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    out = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(out)
    out.seek(0)
    return out


def _typed(sheet: Any, value: object) -> Any:
    if isinstance(value, Decimal):
        number: Any = value  # The stubs do not know that decimals are written.
        cell: Any = WriteOnlyCell(sheet, number)
        cell.number_format = "#,##0.00"
        return cell
    return value if isinstance(value, int) else _text(sheet, value)


def _text(sheet: Any, value: object) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))
    if not text.lstrip(" ").startswith(_FORMULA):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
