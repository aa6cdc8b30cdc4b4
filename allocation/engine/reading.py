"""Canonical files read quickly, a piece at a time; whatever else a file may be is left to `reader` and `streaming`.

A piece of rows is decoded, and written again. If the bytes are the same, nothing was in it that is not in the rows:
no unknown field, no field twice, no number with a decimal point. If they are not, or anything else is out of the
ordinary, the file is read once more by the reader that names every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from .canonical import row_text
from .outcome import Placement
from .problem import Unit
from .streaming import IrregularError

PIECE = 1 << 22


@dataclass(frozen=True)
class Kind:
    """The field `name`, written `field`, is a list of many rows, each of which begins with `row`; `end` comes after
    its last."""

    name: str
    field: bytes
    row: bytes
    end: bytes
    decode: Callable[[bytes], Sequence[Any]]


# Inside a text the sign " is written otherwise, so that none of these can stand in one.
UNITS = Kind("units", b'"units":[', b'{"answered":', b"]}", msgspec.json.Decoder(list[Unit]).decode)
PLACEMENTS = Kind(
    "placements", b'"placements":[', b'{"how":', b'],"problem_sha256":"', msgspec.json.Decoder(list[Placement]).decode
)


def pieces_of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def pieces_of_bytes(content: bytes) -> Iterator[bytes]:
    return (content[begin : begin + PIECE] for begin in range(0, len(content), PIECE))


def read_rows(pieces: Iterator[bytes], kind: Kind, take: Callable[[Sequence[Any]], object]) -> bytes:
    """Hands the rows to `take`, some at a time; gives the file without them. Raises IrregularError."""
    begin = kind.field + kind.row
    text = next(pieces, b"")
    while (at := text.find(begin)) < 0:
        more = next(pieces, b"")
        if not more or not text.startswith(b"{"):
            raise IrregularError
        text += more
    head, text = text[: at + len(kind.field)], text[at + len(kind.field) :]
    between = b"}," + kind.row
    for piece in pieces:
        text += piece
        cut = text.rfind(between)
        if cut >= 0:
            take(_decoded(kind, text[: cut + 1]))
            text = text[cut + 2 :]
    cut = text.rfind(kind.end)
    if cut < 0:
        raise IrregularError
    take(_decoded(kind, text[:cut]))
    return head + text[cut:]


def _decoded(kind: Kind, text: bytes) -> Sequence[Any]:
    try:
        rows = kind.decode(b"[" + text + b"]")
        same = row_text(rows) == text
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise IrregularError from error
    if not same:
        raise IrregularError
    return rows
