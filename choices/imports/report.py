"""Report of an import: every fault by row and column, and the changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from choices.imports.doubts import Doubt

# Row and column identify the cell: a report contains no identity number and no name.


@dataclass(frozen=True, order=True)
class Problem:
    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Difference:
    """A row that would add (``fields`` empty) or change something (``fields``: headers that differ)."""

    row: int
    added: bool
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """Changes that a file would make. With errors nothing is compared: the counts are zero."""

    kind: str
    rows: int
    encoding: str
    # File, sheet, rows read and skipped: a sentence each.
    described: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # Doubts to approve by name, and the code to approve them with.
    doubts: list[Doubt] = field(default_factory=list)
    doubts_code: str = ""
    # Number of rows that change each column, and the first rows that differ.
    changed_fields: dict[str, int] = field(default_factory=dict)
    samples: list[Difference] = field(default_factory=list)
    # Checksum of the changes, for ``apply`` to compare.
    seen: str = ""

    @property
    def ok(self) -> bool:
        return not self.errors


class ImportRefused(Exception):
    """Nothing was written. ``problems`` lists every fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems)


class ImportOutdated(ImportRefused):
    """Nothing was written: something has changed since the preview."""

    def __init__(self) -> None:
        super().__init__([Problem(0, "", _("Någon annan har ändrat något medan du läste"))])
