"""Joins PDFs written by pikepdf into one file, object by object. Memory use does not grow with their number; pikepdf
itself keeps every object until the file is saved.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pikepdf

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# A string is matched first, so that nothing in it is taken for a reference. qpdf escapes the parentheses in it.
_STRING_OR_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|\b(\d+) 0 R\b", re.DOTALL)
# Numbers of the file's own objects.
_CATALOG, _PAGES = 1, 2


def join(parts: Sequence[Path], target: Path) -> None:
    """Write the pages of ``parts`` in order to ``target``: the page tree of each part is a branch of the new one.

    Equal parts give equal bytes. The parts have no object streams, and nothing besides pages.
    """
    with target.open("wb") as file:
        joined = _Joined(file)
        for path in parts:
            with pikepdf.open(path) as pdf:
                joined.add(pdf)
        joined.end()


class _Joined:
    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest, self._size = file, hashlib.sha256(), 0
        # By object number; 0: no such object.
        self._positions = [0] * (_PAGES + 1)
        self._branches: list[bytes] = []
        self._count = 0
        self._write(_HEADER)

    def add(self, pdf: pikepdf.Pdf) -> None:
        """Copy the objects with new numbers."""
        catalog, branch = pdf.Root.objgen[0], pdf.Root.Pages.objgen[0]
        shift = len(self._positions) - 1
        self._positions += [0] * (int(pdf.trailer.Size) - 1)
        self._branches.append(b"%d 0 R" % (shift + branch))
        self._count += int(pdf.Root.Pages.Count)
        for each in pdf.objects:
            number, _generation = each.objgen
            if number == branch:
                top = _moved(each.unparse(resolved=True), shift).removesuffix(b">>")
                self._object(shift + number, top + b"/Parent %d 0 R >>" % _PAGES)
            elif isinstance(each, pikepdf.Stream):
                words = _moved(each.stream_dict.unparse(resolved=True), shift)
                self._object(shift + number, words, b"\nstream\n", each.read_raw_bytes(), b"\nendstream")
            elif number != catalog:
                self._object(shift + number, _moved(each.unparse(resolved=True), shift))

    def end(self) -> None:
        self._object(_CATALOG, b"<< /Type /Catalog /Pages %d 0 R >>" % _PAGES)
        branches = b" ".join(self._branches)
        self._object(_PAGES, b"<< /Type /Pages /Count %d /Kids [ %b ] >>" % (self._count, branches))
        table, entries, identifier = self._size, len(self._positions), self._digest.hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n" % entries)
        for position in self._positions:
            self._write(b"%010d 00000 n \n" % position if position else b"0000000000 65535 f \n")
        self._write(
            b"trailer\n<< /Size %d /Root %d 0 R /ID [ <%b> <%b> ] >>\n" % (entries, _CATALOG, identifier, identifier)
        )
        self._write(b"startxref\n%d\n%%%%EOF\n" % table)

    def _object(self, number: int, *content: bytes) -> None:
        self._positions[number] = self._size
        self._write(b"%d 0 obj\n" % number, *content, b"\nendobj\n")

    def _write(self, *content: bytes) -> None:
        for each in content:
            self._file.write(each)
            self._digest.update(each)
            self._size += len(each)


def _moved(words: bytes, shift: int) -> bytes:
    """The object with ``shift`` added to the numbers that it refers to."""

    def move(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % (int(found[1]) + shift) if found[1] else found[0]

    return _STRING_OR_REFERENCE.sub(move, words)
