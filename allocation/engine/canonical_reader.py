"""Fast path for canonical files, in pieces; other files are left to `strict_reader` and `streaming_reader`.

Each piece of rows is decoded and encoded again. Equal bytes prove that the piece holds nothing but the rows: no
unknown or repeated field, no decimal point. Otherwise the whole file is read again by the reader that names every
fault.
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
from .streaming_reader import IrregularError, StreamedRows
from .strict_reader import Reader

PIECE = 1 << 22
MANY = 150_000  # units
Read = Callable[[Reader, Any], Any]


@dataclass(frozen=True)
class ListField:
    """Field `name`, written `field`: a list of many rows, each beginning with `row`; `end` follows the last."""

    name: str
    field: bytes
    row: bytes
    end: bytes
    decode: Callable[[bytes], Sequence[Any]]


# Quotation marks are escaped inside a JSON string, so none of these can occur in one.
UNITS = ListField("units", b'"units":[', b'{"answered":', b"]}", msgspec.json.Decoder(list[Unit]).decode)
PLACEMENTS = ListField(
    "placements", b'"placements":[', b'{"how":', b'],"problem_sha256":"', msgspec.json.Decoder(list[Placement]).decode
)


def pieces_of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def pieces_of_bytes(content: bytes) -> Iterator[bytes]:
    return (content[begin : begin + PIECE] for begin in range(0, len(content), PIECE))


def canonical_problem(pieces: Iterator[bytes], read: Read) -> Problem | None:
    """`read` builds the problem from the object in the file. None: not canonical, or not valid."""
    units: list[Unit] = []
    wishes: dict[Wish, Wish] = {}
    names: dict[str, str] = {}

    def take(rows: Sequence[Unit]) -> None:
        if len(units) > MANY:
            # Ten providers and a few hundred dates make millions of wishes: equal ones are kept once. It takes a
            # tenth of the reading time, so only where memory would run short.
            for unit in rows:
                object.__setattr__(unit, "wishes", tuple([wishes.setdefault(wish, wish) for wish in unit.wishes]))
                object.__setattr__(unit, "area", names.setdefault(unit.area, unit.area))
        units.extend(rows)

    problem: Problem | None = _canonical(pieces, UNITS, take, lambda: StreamedRows(units), read)
    return problem


def canonical_outcome(pieces: Iterator[bytes], read: Read) -> Outcome | None:
    """`canonical_problem` for an outcome."""
    from .placement_rows import Collected

    found = Collected()
    outcome: Outcome | None = _canonical(pieces, PLACEMENTS, found.add, found.placements, read)
    return outcome


def _canonical(
    pieces: Iterator[bytes],
    kind: ListField,
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


def read_rows(pieces: Iterator[bytes], kind: ListField, take: Callable[[Sequence[Any]], object]) -> bytes:
    """Pass the rows to `take` in pieces; return the file without them. Raises IrregularError."""
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


def _decoded(kind: ListField, text: bytes) -> Sequence[Any]:
    try:
        rows = kind.decode(b"[" + text + b"]")
        same = row_text(rows) == text
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise IrregularError from error
    if not same:
        raise IrregularError
    return rows
