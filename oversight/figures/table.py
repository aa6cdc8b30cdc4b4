"""A published table: numbers, and None for hidden ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from common.suppression import hidden_places, with_totals

TOTAL = "total"
# Single row of a table that is not divided by area.
ALL = "all"

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Axis:
    """Kind of rows or columns (``oversight.figures.labels``), and their codes in order."""

    kind: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """``values[row][column]``; with ``totals`` one more row and column for the sums. ``unit``: persons, minutes (a
    month), days or bp (hundredths of a per cent). ``None``: hidden if ``hides``, otherwise not applicable.
    """

    code: str
    unit: str
    rows: Axis
    columns: Axis
    values: tuple[tuple[int | None, ...], ...]
    totals: bool = True
    hides: bool = True

    @property
    def row_codes(self) -> tuple[str, ...]:
        # The sum of a single row would repeat it.
        return (*self.rows.codes, TOTAL) if self.totals and len(self.rows.codes) > 1 else self.rows.codes

    @property
    def column_codes(self) -> tuple[str, ...]:
        return (*self.columns.codes, TOTAL) if self.totals else self.columns.codes

    @property
    def shows_all(self) -> bool:
        return all(value is not None for row in self.values for value in row)

    def at(self, row: str, column: str) -> int | None:
        """Raises ``KeyError`` for an unknown row or column."""
        places = [*self.rows.codes, TOTAL], [*self.columns.codes, TOTAL]
        try:
            return self.values[places[0].index(row)][places[1].index(column)]
        except (ValueError, IndexError):
            raise KeyError(row, column) from None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Table":
        axes = {name: Axis(stored[name]["kind"], tuple(stored[name]["codes"])) for name in ("rows", "columns")}
        return cls(**{**stored, **axes, "values": tuple(map(tuple, stored["values"]))})


def publish(
    code: str,
    rows: Axis,
    columns: Axis,
    persons: Counts,
    *,
    minutes: Counts | None = None,
    known_rows: bool = False,
    known_columns: bool = False,
    hide: bool = True,
) -> list[Table]:
    """Table of persons, and that of their minutes with the same cells hidden. ``hide`` False: nothing is hidden, for
    staff who may see the people themselves.

    Raises:
        SmallTotalError: a total that is published elsewhere is small.
    """
    cells = _grid(rows, columns, persons)
    hidden = hidden_places(cells, known_rows=known_rows, known_columns=known_columns) if hide else frozenset()
    found = [Table(code, "persons", rows, columns, _shown(cells, hidden), hides=hide)]
    if minutes is not None:
        theirs = _shown(_grid(rows, columns, minutes), hidden)
        found.append(Table(f"{code}_minutes", "minutes", rows, columns, theirs, hides=hide))
    return found


def added(cube: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str], int]:
    """(row, column, number) summed for each cell."""
    sums: dict[tuple[str, str], int] = {}
    for row, column, number in cube:
        sums[row, column] = sums.get((row, column), 0) + number
    return sums


def _grid(rows: Axis, columns: Axis, counts: Counts) -> list[list[int]]:
    return [[counts.get((row, column), 0) for column in columns.codes] for row in rows.codes]


def _shown(cells: Sequence[Sequence[int]], hidden: frozenset[tuple[int, int]]) -> tuple[tuple[int | None, ...], ...]:
    return tuple(
        tuple(None if (row, column) in hidden else number for column, number in enumerate(numbers))
        for row, numbers in enumerate(with_totals(cells))
    )
