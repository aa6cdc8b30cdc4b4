"""Parts of an XLSX file: XML in a ZIP archive, untrusted.

Declared sizes are not trusted: bytes are counted while unpacking. No part may have a DTD.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from choices.imports.reading.rows import unreadable

MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
# A row of a table of people has some hundred bytes, the parts beside the rows some megabytes.
MAX_ROW_BYTES = 8 * 1024 * 1024
MAX_PART_BYTES = 256 * 1024 * 1024
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, etree.LxmlError, EOFError, KeyError, IndexError, ValueError,
    NotImplementedError, RuntimeError, OSError, ArithmeticError,
)  # fmt: skip


# Parser options for untrusted XML. Comments are removed: one between two halves of a value would hide the second.
CAREFULLY: dict[str, Any] = {
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}


@contextmanager
def broken_is_told() -> Iterator[None]:
    """Report any damage inside the archive as one sentence."""
    try:
        yield
    except _BROKEN:
        raise unreadable(_("Filen går inte att läsa. Spara den på nytt som .xlsx.")) from None


class Part(io.RawIOBase):
    """A part being unpacked. ``since``: bytes since it was last set to zero."""

    def __init__(self, stream: IO[bytes], package: "Package", most: int) -> None:
        self._stream, self._package, self.most = stream, package, most
        self.since = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(min(size, 65_536) if size >= 0 else 65_536)
        self.since += len(found)
        self._package.unpacked += len(found)
        if self.since > self.most or self._package.unpacked > MAX_UNPACKED_BYTES:
            raise unreadable(_("Filen är för stor. Dela upp den i flera."))
        return found


class Package:
    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.unpacked = 0
        names = self._archive.namelist()
        # Part names are case-insensitive (ECMA-376-2, 7.3); two that differ by case only are refused.
        self._names = {name.lower().lstrip("/"): name for name in names}
        if len(self._names) < len(names):
            raise ValueError

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    @contextmanager
    def open(self, name: str, most: int = MAX_PART_BYTES) -> Iterator[Part]:
        with self._archive.open(self._names[name.lower()]) as stream:
            yield Part(stream, self, most)

    def elements(self, part: Part, root: str, *tags: str) -> Iterator[etree._Element]:
        """Elements with these tags as they end, in a part whose root is ``root``; each is cleared when the next is
        requested.

        Raises:
            ImportRefused, ValueError, etree.LxmlError: too large, with a DTD, another root, or not XML.
        """
        context = etree.iterparse(part, events=("end",), tag=tags, **CAREFULLY)
        first = True
        for _event, element in context:
            if first and _has_dtd(element):
                raise ValueError
            first = False
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        if context.root is None or context.root.tag != root or _has_dtd(context.root):
            raise ValueError

    def root(self, name: str) -> etree._Element:
        """Root element of a small part, parsed at once."""
        with self.open(name, MAX_ROW_BYTES) as part:
            content = b"".join(iter(part.read, b""))
        parser = etree.XMLParser(**CAREFULLY)
        root = etree.fromstring(content, parser)
        if _has_dtd(root):
            raise ValueError
        return root


def _has_dtd(element: Any) -> bool:
    return bool(element.getroottree().docinfo.doctype)
