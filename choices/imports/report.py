"""What an import says back: every fault by row and column, and what would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from choices.imports.doubts import Doubt

# Row and column are enough to find the cell: a report repeats no identity number and no name.


@dataclass(frozen=True, order=True)
class Problem:
    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Difference:
    """One row that would add (``fields`` empty) or change something (``fields``: the headers that differ)."""

    row: int
    added: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a file would do. With errors nothing is compared: the counts are zero."""

    kind: str
    rows: int
    encoding: str
    # The file, the sheet, the rows read and left out: a sentence each.
    described: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # What somebody must say yes to by name, and the code that the yes is to.
    doubts: list[Doubt] = field(default_factory=list)
    doubts_code: str = ""
    # How many rows change each column, and the first rows that differ.
    changed_fields: dict[str, int] = field(default_factory=dict)
    samples: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors


class ImportRefused(Exception):
    """Nothing was written. ``problems`` says all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems)
