"""Placements of an outcome in columns, with conversion to canonical text and to rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from json.encoder import encode_basestring as _text
from operator import attrgetter, lt
from typing import Any, get_args, overload

import msgspec
import numpy as np

from .columns import Columns, Ints, starts
from .outcome import How, Placement, Unmet, Why

HOWS: tuple[How, ...] = get_args(How)
WHYS: tuple[Why, ...] = get_args(Why)
NONE = -1
PIECE = 50_000  # placements written at a time
KEPT = 200_000  # more rows than this are rebuilt by each reader, not kept


@dataclass(slots=True)
class UnmetRows:
    """Unmet wishes. `unit`: owner; `number`: position in its list; `why`: index in WHYS; `place`, `ahead` and `free`:
    NONE where there is no value.
    """

    unit: Ints
    number: Ints
    provider: Ints
    why: Ints
    place: Ints
    ahead: Ints
    free: Ints

    def and_these(self, unit: Ints, number: Ints, provider: Ints, why: Ints) -> UnmetRows:
        """Append wishes without a queue."""
        none = np.full(len(unit), NONE, np.int64)
        mine = (self.unit, self.number, self.provider, self.why, self.place, self.ahead, self.free)
        more = (unit, number, provider, why, none, none, none)
        return UnmetRows(*(np.concatenate(pair) for pair in zip(mine, more, strict=True)))

    def by_unit(self) -> UnmetRows:
        order = np.lexsort((self.number, self.unit))
        return self.take(order)

    def take(self, rows: Ints) -> UnmetRows:
        columns = (self.unit, self.number, *self.reason_columns())
        return UnmetRows(*(column[rows] if len(column) else column for column in columns))

    def reason_columns(self) -> tuple[Ints, ...]:
        """Columns as an outcome states them."""
        return self.provider, self.why, self.place, self.ahead, self.free


class Placements(Sequence[Placement]):
    """A row per person, in the order of persons' ids; a `Placement` object is built only on demand.

    Per row: `persons`, `units`, `provider` (index in `providers`), `how` (in HOWS), `wish` (NONE: none met), and the
    slice `unmet_from`, `unmet_count` of `unmet`. Members of a household have equal values.
    """

    def __init__(
        self,
        providers: Sequence[str],
        persons: Sequence[str],
        units: Sequence[str],
        provider: Ints,
        how: Ints,
        wish: Ints,
        unmet_from: Ints,
        unmet_count: Ints,
        unmet: UnmetRows,
    ) -> None:
        self.providers, self.persons, self.units = list(providers), persons, units
        self.provider, self.how, self.wish = provider, how, wish
        self.unmet_from, self.unmet_count, self.unmet = unmet_from, unmet_count, unmet
        self.columns: Columns | None = None  # of the problem that this outcome was computed from

    def __len__(self) -> int:
        return len(self.persons)

    @overload
    def __getitem__(self, at: int) -> Placement: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Placement, ...]: ...
    def __getitem__(self, at: int | slice) -> Placement | tuple[Placement, ...]:
        return self.rows[at]

    def __iter__(self) -> Iterator[Placement]:
        if "rows" in self.__dict__ or len(self) <= KEPT:
            return iter(self.rows)
        return (row for text in self.pieces() for row in _DECODE(b"[" + text + b"]"))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Placements):
            return self.same(other)
        return self.rows == other

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return repr(self.rows)

    @cached_property
    def rows(self) -> tuple[Placement, ...]:
        return tuple(row for text in self.pieces() for row in _DECODE(b"[" + text + b"]"))

    def who_has(self) -> Iterator[tuple[str, str, str]]:
        """Person, unit and provider of each row."""
        names = self.providers
        return zip(self.persons, self.units, (names[provider] for provider in self.provider.tolist()), strict=True)

    def same(self, other: Placements) -> bool:
        """Equality of the rows, independent of the numbering of providers."""
        if list(self.persons) != list(other.persons) or list(self.units) != list(other.units):
            return False
        own = [(self.how, self.wish, self.unmet_count), (other.how, other.wish, other.unmet_count)]
        if not all(map(np.array_equal, *own)):
            return False
        mine, theirs = self.unmet.take(self._unmet_in_order()), other.unmet.take(other._unmet_in_order())
        known = {name: number for number, name in enumerate(self.providers)}
        translate = np.array([known.get(name, -2) for name in other.providers], np.int64)
        return (
            np.array_equal(self.provider, translate[other.provider])
            and np.array_equal(mine.provider, translate[theirs.provider])
            and all(map(np.array_equal, mine.reason_columns()[1:], theirs.reason_columns()[1:]))
        )

    def _unmet_in_order(self) -> Ints:
        """Rows of `unmet`, person by person."""
        first = starts(self.unmet_count)
        return np.repeat(self.unmet_from - first[:-1], self.unmet_count) + np.arange(first[-1])

    def pieces(self) -> Iterator[bytes]:
        """Canonical text of the rows, in pieces, with commas between the rows of a piece.

        Keys in alphabetical order, as in `canonical`.
        """
        names = [_text(name) for name in self.providers]
        for begin in range(0, len(self), PIECE):
            yield ",".join(self._texts(names, begin, min(begin + PIECE, len(self)))).encode()

    def _texts(self, names: list[str], begin: int, end: int) -> list[str]:
        unmet_from, count = self.unmet_from[begin:end], self.unmet_count[begin:end]
        first = starts(count)
        mine = np.repeat(unmet_from - first[:-1], count) + np.arange(first[-1])
        unmet = _unmet_texts(self.unmet.take(mine), names)
        # The text between the person and the unmet list, and after it, is shared by many rows.
        heads = [f'{{"how":"{how}","person":' for how in HOWS]
        middles = [f',"provider":{name},"unit":' for name in names]
        columns = (
            self.how[begin:end].tolist(),
            self.persons[begin:end],
            self.provider[begin:end].tolist(),
            self.units[begin:end],
            first[:-1].tolist(),
            first[1:].tolist(),
            self.wish[begin:end].tolist(),
        )
        return [
            f'{heads[how]}{_text(person)}{middles[provider]}{_text(unit)},"unmet":[{",".join(unmet[a:b])}],'
            f'"wish":{"null" if wish == NONE else wish}}}'
            for how, person, provider, unit, a, b, wish in zip(*columns, strict=True)
        ]


def in_columns(rows: Sequence[Placement]) -> Placements:
    """Raises ValueError for an unknown word and OverflowError for an amount without a 64-bit number."""
    return Collected().add(rows).placements()


class Collected:
    """Columns built from rows that arrive in pieces."""

    def __init__(self) -> None:
        self.providers: dict[str, int] = {}
        self.persons: list[str] = []
        self.units: list[str] = []
        self.columns: list[tuple[Ints, ...]] = []
        self.unmet: list[tuple[Ints, ...]] = []

    def add(self, rows: Sequence[Placement]) -> Collected:
        unmet = list(chain.from_iterable(_each(rows, "unmet")))
        self.persons += _each(rows, "person")
        self.units += _each(rows, "unit")
        count = np.fromiter(map(len, _each(rows, "unmet")), np.int64)
        self.columns.append((self._providers(rows), _numbers(rows, "how", _HOW), _amounts(rows, "wish"), count))
        amounts = (_amounts(unmet, field) for field in ("place_in_queue", "minutes_ahead", "minutes_free"))
        self.unmet.append((self._providers(unmet), _numbers(unmet, "why", _WHY), *amounts))
        return self

    def _providers(self, rows: Sequence[Placement] | Sequence[Unmet]) -> Ints:
        for name in dict.fromkeys(_each(rows, "provider")):
            self.providers.setdefault(name, len(self.providers))
        return _numbers(rows, "provider", self.providers)

    def placements(self) -> Placements:
        """Raises ValueError unless each person occurs once, in id order."""
        if not all(map(lt, self.persons, self.persons[1:])):
            raise ValueError("not in the order of persons")
        none = np.zeros(0, np.int64)
        provider, how, wish, count = map(np.concatenate, zip((none,) * 4, *self.columns, strict=True))
        reason_columns = map(np.concatenate, zip((none,) * 5, *self.unmet, strict=True))
        number = none  # owner and list position: not needed for the rows of an outcome
        unmet = UnmetRows(number, number, *reason_columns)
        return Placements(
            list(self.providers), self.persons, self.units, provider, how, wish, starts(count)[:-1], count, unmet
        )


_HOW: dict[str, int] = {how: number for number, how in enumerate(HOWS)}
_WHY: dict[str, int] = {why: number for number, why in enumerate(WHYS)}


def _each(rows: Sequence[Any], field: str) -> list[Any]:
    return list(map(attrgetter(field), rows))


def _numbers(rows: Sequence[Any], field: str, number: Mapping[str, int]) -> Ints:
    try:
        return np.fromiter(map(number.__getitem__, _each(rows, field)), np.int64)
    except KeyError as error:
        raise ValueError(f"{field} has no number: {error}") from error


def _amounts(rows: Sequence[Any], field: str) -> Ints:
    values = _each(rows, field)
    amounts = np.array([NONE if value is None else value for value in values], np.int64)
    if (amounts < 0).sum() != values.count(None):
        raise OverflowError("a negative amount")
    return amounts


_DECODE = msgspec.json.Decoder(tuple[Placement, ...]).decode


def _unmet_texts(rows: UnmetRows, names: list[str]) -> list[str]:
    tails = [f',"provider":{name},"why":"{why}"}}' for name in names for why in WHYS]
    tail = (rows.provider * len(WHYS) + rows.why).tolist()

    def amounts_in_json(amounts: Ints) -> list[Any]:
        return ["null" if amount == NONE else amount for amount in amounts.tolist()]

    return [
        f'{{"minutes_ahead":{ahead},"minutes_free":{free},"place_in_queue":{place}{tails[at]}'
        for ahead, free, place, at in zip(
            amounts_in_json(rows.ahead), amounts_in_json(rows.free), amounts_in_json(rows.place), tail, strict=True
        )
    ]
