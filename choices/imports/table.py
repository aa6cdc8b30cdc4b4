"""A file as a table, from any program: XLSX, CSV, or JSON Lines of the interchange format."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from choices.imports.reading.json_lines import is_json, read_json_lines
from choices.imports.reading.rows import Rows, unreadable
from choices.imports.reading.text_file import read_text
from choices.imports.reading.workbook import read_workbook

# 100,000 people are about 20 MB. A larger file is a mistake or an attack.
MAX_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """Headers and rows as text.

    A row has its number as a spreadsheet shows it (the headers are row 1), its cells, and marks for cells that are
    more than text (``reading.rows``).
    """

    sha256: str
    encoding: str
    headers: list[str]
    rows: Rows
    filename: str = ""
    # Cell separator (CSV).
    separator: str = ""
    # Sheet read, visible sheets not read, and hidden parts that were read (XLSX).
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0

    def described(self) -> list[str]:
        """Sentences about content that was read and skipped."""
        said = []
        if self.filename:
            said.append(_("Fil: %(name)s.") % {"name": self.filename})
        if self.sheet:
            said.append(_("Blad: %(sheet)s.") % {"sheet": self.sheet})
        elif self.separator:
            said.append(
                _("Teckenkodning: %(encoding)s. Skiljetecken: %(separator)s.")
                % {"encoding": self.encoding, "separator": self.separator}
            )
        rows = len(self.rows)
        said.append(ngettext("%(rows)s rad är läst.", "%(rows)s rader är lästa.", rows) % {"rows": rows})
        if self.other_sheets:
            said.append(_("Inte lästa blad: %(sheets)s.") % {"sheets": ", ".join(self.other_sheets)})
        if self.hidden_rows:
            said.append(
                ngettext(
                    "%(rows)s av dem är dold i kalkylbladet.",
                    "%(rows)s av dem är dolda i kalkylbladet.",
                    self.hidden_rows,
                )
                % {"rows": self.hidden_rows}
            )
        if self.hidden_columns:
            said.append(_("Dolda kolumner är också lästa: %(columns)s.") % {"columns": self.hidden_columns})
        if blank := self.rows.blank:
            said.append(
                ngettext("%(rows)s tom rad är utelämnad.", "%(rows)s tomma rader är utelämnade.", blank)
                % {"rows": blank}
            )
        return said


def read(kind: str, file: str | Path | bytes | IO[bytes], filename: str = "") -> Table:
    """The file as a table. Its type is detected from the first bytes; the name is not trusted.

    Raises:
        ImportRefused: it cannot be read, or a sheet cannot be read as displayed.
    """
    content = _content(file)
    filename = filename or (Path(file).name if isinstance(file, (str, Path)) else "")
    if len(content) > MAX_BYTES:
        raise unreadable(_("Filen är för stor. Dela upp den i flera."))
    sha256 = hashlib.sha256(kind.encode() + b"\n" + content).hexdigest()
    if not content.strip():
        raise unreadable(_("Filen är tom."))
    if content.startswith(b"PK"):
        sheet = read_workbook(content)
        return Table(
            sha256=sha256,
            encoding="XLSX",
            headers=sheet.headers,
            rows=sheet.rows,
            filename=filename,
            sheet=sheet.name,
            other_sheets=sheet.others,
            hidden_rows=sheet.hidden_rows,
            hidden_columns=sheet.hidden_columns,
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # An encrypted workbook uses the same container, with a stream of this name ([MS-OFFCRYPTO] 2.3.4.5).
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise unreadable(_("Filen har ett lösenord. Ta bort lösenordet och spara den på nytt."))
        raise unreadable(_("Filen är i ett gammalt Excelformat. Spara den som .xlsx eller .csv."))
    if is_json(content):
        lines = read_json_lines(kind, content)
        return Table(sha256=sha256, encoding="JSON", headers=lines.headers, rows=lines.rows, filename=filename)
    text = read_text(content)
    return Table(
        sha256=sha256,
        encoding=text.encoding,
        headers=text.headers,
        rows=text.rows,
        filename=filename,
        separator=text.separator,
    )


def _content(file: str | Path | bytes | IO[bytes]) -> bytes:
    """At most one byte more than the limit."""
    if isinstance(file, bytes):
        return file
    if isinstance(file, (str, Path)):
        with Path(file).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    return file.read(MAX_BYTES + 1)
