"""A page of the work list: the filters that are asked for, the lines, and the counts beside them."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from choices.models import Person
from desk.work.item import Item
from desk.work.kind import Group, Kind


@dataclass(frozen=True)
class Filters:
    """``whose``: ``alla``, ``mina``, ``lediga`` (not taken) or ``vilar`` (snoozed). ``by_kind``: one kind after the
    other, instead of all by deadline. ``after``: the page after the one whose ``WorkPage.after`` it is.
    """

    kind: str = ""
    area: str = ""
    whose: str = "alla"
    after: str = ""
    by_kind: bool = False

    @property
    def only_snoozed(self) -> bool:
        return self.whose == "vilar"


@dataclass(frozen=True)
class KindCount:
    """Items of a kind that are not snoozed, and late ones among them."""

    kind: Kind
    count: int
    late: int


@dataclass(frozen=True)
class Line:
    """A row of the list: the items of one person, or one without a person, by deadline."""

    items: list[Item]

    @property
    def person(self) -> Person | None:
        return self.items[0].person

    @property
    def due(self) -> datetime.date:
        return self.items[0].due


@dataclass(frozen=True)
class WorkPage:
    """``lines``: a row per person; by kind a row per person and kind. The numbers are of items in the area, whatever
    the other filters: ``total``, ``late``, ``mine`` and ``free`` of those that are not snoozed.
    """

    lines: list[Line]
    counts: list[KindCount]
    total: int = 0
    late: int = 0
    mine: int = 0
    free: int = 0
    snoozed: int = 0
    after: str | None = None

    @property
    def items(self) -> list[Item]:
        return [item for line in self.lines for item in line.items]

    @property
    def by_kind(self) -> list[tuple[KindCount | None, Kind, list[Line]]]:
        """The lines of each kind in order, with its count."""
        counts = {line.kind.code: line for line in self.counts}
        sections = groupby(self.lines, key=lambda line: line.items[0].kind)
        return [(counts.get(kind.code), kind, list(lines)) for kind, lines in sections]

    @property
    def groups(self) -> list[tuple[Group, list[KindCount]]]:
        """Counts displayed beside the list."""
        return [(group, list(lines)) for group, lines in groupby(self.counts, key=lambda line: line.kind.group)]
