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
from .outcome import Outcome, Placement
from .problem import Problem, Unit, Wish
from .reader import Reader
from .streaming import IrregularError, Rows

PIECE = 1 << 22
MANY = 150_000  # units
Read = Callable[[Reader, Any], Any]


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


def canonical_problem(pieces: Iterator[bytes], read: Read) -> Problem | None:
    """`read`: makes the problem of the object in the file. None: it is not canonical, or not right."""
    units: list[Unit] = []
    wishes: dict[Wish, Wish] = {}
    names: dict[str, str] = {}

    def take(rows: Sequence[Unit]) -> None:
        if len(units) > MANY:
            # Ten providers and some hundred days make millions of wishes: what is equal is kept once. It takes a
            # tenth of the time of reading, so only where memory would run short.
            for unit in rows:
                object.__setattr__(unit, "wishes", tuple([wishes.setdefault(wish, wish) for wish in unit.wishes]))
                object.__setattr__(unit, "area", names.setdefault(unit.area, unit.area))
        units.extend(rows)

    problem: Problem | None = _canonical(pieces, UNITS, take, lambda: Rows(units), read)
    return problem


def canonical_outcome(pieces: Iterator[bytes], read: Read) -> Outcome | None:
    """The same for an outcome."""
    from .rows import Collected

    found = Collected()
    outcome: Outcome | None = _canonical(pieces, PLACEMENTS, found.add, found.placements, read)
    return outcome


def _canonical(
    pieces: Iterator[bytes],
    kind: Kind,
    take: Callable[[Sequence[Any]], object],
    taken: Callable[[], object],
    read: Read,
) -> Any:
    reader = Reader()
    try:
        value = reader.parse(read_rows(pieces, kind, take))
        value[kind.name] = taken()
        found = read(reader, value)
    except (IrregularError, ValueError, OverflowError, TypeError):
        return None
    return None if reader.faults else found


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
