"""JSON reader for large files: the text is read in pieces, and of the named lists one row at a time is held as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from .strict_reader import Read, Reader, no_constant

PIECE = 1 << 20  # characters
SPACE = " \t\n\r"


class StreamedRows(tuple[Any, ...]):
    """Rows of a list, each already converted while the file was read."""


class IrregularError(ValueError):
    """The file cannot be streamed. A strict read of the whole file reports the errors, if any."""


def read_object(reader: Reader, path: Path, lists: Mapping[str, Read]) -> dict[str, Any]:
    """The object in the file. Fields named in `lists` are lists whose rows are consumed while reading.

    Raises IrregularError unless the file is plain JSON in UTF-8 with each field once.
    """
    with path.open(encoding="utf-8", newline="") as file:
        try:
            return _object(_Pieces(file, reader), reader, lists)
        except (ValueError, RecursionError) as error:
            raise IrregularError from error


def _object(pieces: _Pieces, reader: Reader, lists: Mapping[str, Read]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    pieces.take("{")
    while True:
        name = pieces.value()
        if not isinstance(name, str) or name in found:
            raise IrregularError
        pieces.take(":")
        if name in lists and pieces.next_sign() == "[":
            read = lists[name]
            found[name] = StreamedRows(
                [read(reader, row, f"/{name}/{number}") for number, row in enumerate(pieces.rows())]
            )
        else:
            found[name] = pieces.value()
        if pieces.take(",}") == "}":
            break
    if pieces.next_sign():
        raise IrregularError
    return found


class _Pieces:
    """The text of the file from a position on. Only the piece around the position is in memory."""

    def __init__(self, file: TextIO, reader: Reader) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        decoder = json.JSONDecoder(object_pairs_hook=reader.unique_keys, parse_constant=no_constant)
        self._decode = decoder.raw_decode

    def next_sign(self) -> str:
        """Peek at the next character that is not white space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if (sign := self._text[self._at]) not in SPACE:
                    return sign
                self._at += 1
            if not self._read_more():
                return ""

    def take(self, signs: str) -> str:
        """Read the next character, which is one of `signs`."""
        sign = self.next_sign()
        if not sign or sign not in signs:
            raise IrregularError
        self._at += 1
        return sign

    def value(self) -> Any:
        """Read the next JSON value."""
        self.next_sign()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._read_more():
                    raise
                continue
            # A number at the end of a piece may continue in the next.
            if end < len(self._text) or not self._read_more():
                self._at = min(end, len(self._text))
                return value

    def rows(self) -> Iterator[Any]:
        """Read a list, value by value."""
        self.take("[")
        if self.next_sign() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def _read_more(self) -> bool:
        """Read the next piece, at least as long as the rest, so that a long value is seldom parsed from its start.

        False: the file has ended.
        """
        rest = self._text[self._at :]
        piece = self._file.read(max(PIECE, len(rest)))
        if piece:
            self._text, self._at = rest + piece, 0
        return bool(piece)
