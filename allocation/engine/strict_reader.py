"""Strict JSON reader: lists every fault with a pointer and accepts no unknown fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from .problem import Fault

Read = Callable[["Reader", Any, str], Any]
T = TypeVar("T")
BAD: Any = None  # stands in for a faulty value; never used, since faults are raised


class FileFaultsError(ValueError):
    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


class Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._days: dict[str, date] = {}
        self._once: dict[Any, Any] = {}

    def once(self, value: T) -> T:
        """The first equal value seen: interning, so that ten provider names are not kept a million times."""
        found: T = self._once.setdefault(value, value)
        return found

    def day(self, text: str) -> date | None:
        """Calendar day as 2021-01-31, or None."""
        found = self._days.get(text)
        if found is None and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            with suppress(ValueError):
                found = self._days[text] = date.fromisoformat(text)
        return found

    def fault(self, pointer: str, words: str) -> Any:
        self.faults.append(Fault(pointer, words))
        return BAD

    def parse(self, text: bytes) -> Any:
        try:
            return json.loads(text, object_pairs_hook=self.unique_keys, parse_constant=no_constant)
        except (ValueError, RecursionError) as error:
            return self.fault("", f"this is not JSON: {error}")

    def unique_keys(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            self.fault("", f"fields given twice in one object: {', '.join(twice)}; keep one of each")
        return found

    def fields(
        self,
        value: Any,
        pointer: str,
        required: Mapping[str, Read],
        optional: Mapping[str, Read] | None = None,
    ) -> dict[str, Any]:
        """Values of the object by field name; optional fields only if present."""
        known = {**required, **optional} if optional else required
        if not isinstance(value, dict):
            self.fault(pointer, "must be an object")
            return dict.fromkeys(required, BAD)
        if value.keys() == required.keys():
            return {name: read(self, value[name], f"{pointer}/{name}") for name, read in required.items()}
        for name in sorted(value.keys() - known.keys()):
            self.fault(f"{pointer}/{escape(name)}", "unknown field; remove it")
        for name in sorted(required.keys() - value.keys()):
            self.fault(f"{pointer}/{name}", "this field is missing; add it")
        read = {name: known[name](self, value[name], f"{pointer}/{name}") for name in known if name in value}
        return dict.fromkeys(required, BAD) | read


def escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def text(reader: Reader, value: Any, pointer: str) -> Any:
    if isinstance(value, str) and value and (value.isascii() or not _has_lone_surrogate(value)):
        return value
    return reader.fault(pointer, "must be a text that is not empty")


def _has_lone_surrogate(value: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in value)


def name(reader: Reader, value: Any, pointer: str) -> Any:
    """A text shared by many rows."""
    found = text(reader, value, pointer)
    return found if found is BAD else reader.once(found)


def whole(reader: Reader, value: Any, pointer: str) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return reader.fault(pointer, "must be a whole number, without a decimal point")


def amount(reader: Reader, value: Any, pointer: str) -> Any:
    number = whole(reader, value, pointer)
    if isinstance(number, int) and number < 0:
        return reader.fault(pointer, "must not be negative")
    return number


def flag(reader: Reader, value: Any, pointer: str) -> Any:
    return value if isinstance(value, bool) else reader.fault(pointer, "must be true or false")


def day(reader: Reader, value: Any, pointer: str) -> Any:
    if isinstance(value, str) and (found := reader.day(value)) is not None:
        return found
    return reader.fault(pointer, "must be a day of the calendar, as 2021-01-31")


def or_null(read: Read) -> Read:
    return lambda reader, value, pointer: None if value is None else read(reader, value, pointer)


def one_of(*allowed: str) -> Read:
    def read(reader: Reader, value: Any, pointer: str) -> Any:
        if isinstance(value, str) and value in allowed:
            return value
        return reader.fault(pointer, f"must be one of: {', '.join(allowed)}")

    return read


def rows(read: Read) -> Read:
    def read_all(reader: Reader, value: Any, pointer: str) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, list | str):
            return value  # Rows that `canonical_reader` or `streaming_reader` has read; JSON itself has no such type.
        if not isinstance(value, list):
            return reader.fault(pointer, "must be a list")
        return tuple(read(reader, row, f"{pointer}/{number}") for number, row in enumerate(value))

    return read_all
