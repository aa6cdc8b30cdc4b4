"""CSV: encoding and separator are detected and reported; what is ambiguous is refused."""

import codecs
import csv
import io
import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from choices.imports.reading.rows import Mark, Rows, header_row, unreadable
from choices.imports.report import ImportRefused, Problem

_SEPARATORS = {";": "semikolon", ",": "komma", "\t": "tabb", "|": "lodstreck"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# å ä ö Å Ä Ö é É in legacy encodings. In Windows-1252 these bytes are † „ ” and the like, which are rare in tables.
_OLD = {"DOS (cp850)": "cp850", "Mac Roman": "mac_roman"}
_LETTERS = "åäöÅÄÖéÉüÜ"
# UTF-8 decoded as Windows-1252 and encoded once more: "Ã
#
# " for ö.
_TWICE = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŽžŸ]")
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
)


class Text(NamedTuple):
    headers: list[str]
    rows: Rows
    encoding: str
    separator: str


def read_text(content: bytes) -> Text:
    """Rows of a CSV file.

    Raises:
        ImportRefused: not a text table, unknown encoding, or unbalanced quotes.
    """
    _refuse_other_files(content)
    codec, encoding, start = _encoding(content)
    # More than one byte order mark: a concatenation of two files.
    mark = "\ufeff".encode(codec, errors="ignore")
    while mark and content.startswith(mark, start):
        start += len(mark)
    stream = io.TextIOWrapper(io.BytesIO(content[start:]), codec, newline="")
    separator, skipped = _separator(stream)
    stream.seek(0)
    for _each in range(skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=separator, strict=True)
    rows: Rows = Rows()
    headers: list[str] | None = None
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if headers is None:
                headers = header_row(cells)
                continue
            rows.add(number, cells, {}, len(headers), pad_with=Mark.CUT)
    except csv.Error:
        raise unreadable(_('Citattecknen i filen går inte ihop. Kontrollera rader med " i.')) from None
    if headers is None:
        raise unreadable(_("Filen är tom."))
    return Text(headers, rows, encoding, _SEPARATORS[separator])


def _at(row: int, message: str) -> ImportRefused:
    return ImportRefused([Problem(row, "", message)])


def _refuse_other_files(content: bytes) -> None:
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, name in _OTHER_FILES:
        if start.startswith(beginning.lower()):
            raise unreadable(
                _("Filen är ett dokument (%(kind)s), ingen tabell. Spara den som .csv eller .xlsx.") % {"kind": name}
            )
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<workbook")):
        raise unreadable(_("Filen är en webbsida eller XML, ingen tabell. Öppna den i Excel och spara den som .xlsx."))


def _encoding(content: bytes) -> tuple[str, str, int]:
    """Codec, its display name, and the offset of the text.

    Raises:
        ImportRefused: binary, unknown, or probably another encoding than declared.
    """
    for bom, codec, name in _BOMS:
        if content.startswith(bom):
            if not _decodes(content[len(bom) :], codec):
                raise unreadable(
                    _("Filen har tecken som inte hör till %(name)s. Spara den som CSV UTF-8.") % {"name": name}
                )
            return codec, name, len(bom)
    if b"\0" in content:
        raise unreadable(_("Filen är inte en textfil. Spara den som CSV UTF-8 eller .xlsx."))
    if _decodes(content, "utf-8"):
        return "utf-8", "UTF-8", 0
    # Default of Swedish Windows programs. Å, ä and ö in it are hardly ever valid UTF-8 by chance.
    if not _decodes(content, "cp1252", count_twice=False):
        if old := _old(content, 0):
            raise _looks_like(old)
        raise unreadable(_("Filens teckenkodning går inte att läsa. Spara den som CSV UTF-8."))
    text = content.decode("cp1252")
    if _TWICE.search(text):
        raise unreadable(_("Filen blandar UTF-8 med en annan teckenkodning. Spara den som CSV UTF-8."))
    if old := _old(content, sum(text.count(letter) for letter in _LETTERS)):
        raise _looks_like(old)
    return "cp1252", "Windows-1252", 0


def _decodes(content: bytes, codec: str, *, count_twice: bool = True) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    row = 1
    try:
        for start in range(0, len(content), 1 << 20):
            text = decoder.decode(content[start : start + (1 << 20)])
            if "\0" in text:
                raise unreadable(_("Filen är inte en textfil. Spara den som CSV UTF-8 eller .xlsx."))
            if count_twice and (found := _TWICE.search(text)):
                row += text.count("\n", 0, found.start())
                raise _at(row, _("Å, ä och ö är kodade två gånger. Spara filen på nytt som CSV UTF-8."))
            row += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _old(content: bytes, as_windows: int) -> str:
    """Legacy encoding in which more bytes are Swedish letters than in Windows-1252, if any."""
    found = {name: sum(content.count(letter.encode(codec)) for letter in _LETTERS) for name, codec in _OLD.items()}
    name, other = sorted(found, key=found.__getitem__, reverse=True)
    return name if found[name] > max(as_windows, found[other], 1) else ""


def _looks_like(name: str) -> ImportRefused:
    return unreadable(_("Filen ser ut att vara sparad i %(name)s. Spara den som CSV UTF-8.") % {"name": name})


def _separator(stream: io.TextIOWrapper) -> tuple[str, int]:
    """Cell separator, and the number of lines to skip. A first line ``sep=;`` declares it (Excel)."""
    first = stream.readline(200_000)
    if match := re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE):
        if match[1] not in _SEPARATORS:
            raise unreadable(_("Skiljetecknet på första raden går inte att läsa. Använd semikolon."))
        return match[1], 1
    bare = re.sub(r'"[^"]*"', "", first)
    # Ties: the first.
    return max(_SEPARATORS, key=bare.count), 0
