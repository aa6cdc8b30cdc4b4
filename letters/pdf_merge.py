"""Merging of many PDFs with bounded memory: into parts, then the parts into one."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from letters import files
from letters.pdf_join import join

# Every file may stay open until its part is saved: well below the usual limit of 1024 open files.
PART = 200
_A4 = (595, 842)

# Page number, pages of the letter, reference → drawing operators for the enveloping machine.
Marks = Callable[[int, int, str], bytes]


class MergeError(RuntimeError):
    """A letter's file is not the one that was rendered."""


@dataclass(frozen=True)
class Source:
    path: files.Stored
    sha256: str
    reference: str = ""


def merge(
    sources: Sequence[Source], target: Path, *, part: int = PART, duplex: bool = False, marks: Marks | None = None
) -> list[list[str]]:
    """Write the pages of ``sources`` in order to ``target``. Returns the digests of each source's pages.

    ``duplex``: an odd letter is followed by a blank page, so that the next begins on a new sheet. Equal sources give
    equal bytes.

    Raises:
        MergeError: a source is missing or does not match its checksum.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        digests: list[list[str]] = []
        parts = []
        for start in range(0, len(sources), part):
            parts.append(Path(folder) / f"{start:08}.pdf")
            digests += _merge_part(sources[start : start + part], parts[-1], duplex, marks)
        join(parts, target)
    return digests


def page_digests(path: Path) -> list[str]:
    """Digest of each page's content: equal digests, equal pages."""
    with pikepdf.open(path) as pdf:
        return list(_digests(pdf))


def _merge_part(sources: Sequence[Source], target: Path, duplex: bool, marks: Marks | None) -> list[list[str]]:
    digests = []
    with pikepdf.new() as pdf:
        for source in sources:
            if not source.path.exists() or files.sha256_of(source.path) != source.sha256:
                raise MergeError(f"{source.path.name} is missing or is not the file that was rendered")
            letter = pikepdf.open(source.path if isinstance(source.path, Path) else BytesIO(source.path.read_bytes()))
            if marks:
                for number, page in enumerate(letter.pages, start=1):
                    page.contents_add(marks(number, len(letter.pages), source.reference))
            if duplex and len(letter.pages) % 2:
                letter.add_blank_page(page_size=_A4)
            digests.append(list(_digests(letter)))
            # Not closed but released, which halves the memory: its streams are read when ``pdf`` is saved.
            pdf.pages.extend(letter.pages)
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return digests


def _digests(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        contents = page.get("/Contents", pikepdf.Array())
        streams = contents if isinstance(contents, pikepdf.Array) else [contents]
        yield hashlib.sha256(b"\n".join(stream.read_bytes() for stream in streams)).hexdigest()
