"""Who waits as one, for what, and how much a provider has."""

import datetime
from dataclasses import dataclass, field

from tests.year.book.rows import AreaDate


@dataclass(frozen=True)
class Wished:
    """A wish that counts: ``rank`` in the person's own list."""

    provider: str
    date: datetime.date
    rank: int
    offered: bool = False


@dataclass
class Unit:
    """A household that chose together, or one person. ``wished``: provider, queue date, whether it is offered now."""

    id: str
    people: list[int]
    wished: list[tuple[str, datetime.date, bool]] = field(default_factory=list)
    settled: bool = False
    held: bool = False
    home: str | None = None
    minutes: int = 0
    external_minutes: int = 0
    # All of them have an external provider, hours or not.
    is_external: bool = False
    area_date: AreaDate | None = None

    @property
    def wishes(self) -> list[tuple[str, datetime.date]]:
        return [(provider, date) for provider, date, offered in self.wished if not offered]


@dataclass(frozen=True)
class Waiting:
    """A unit in a queue. ``place`` None: it has an offer there, or ``never`` fits."""

    unit: Unit
    provider: str
    date: datetime.date
    offered: bool
    never: str
    place: int | None = None


@dataclass(frozen=True)
class Load:
    """Minutes and persons."""

    used: tuple[int, int]
    starting: tuple[int, int]
    offered: tuple[int, int]

    @property
    def reserved(self) -> tuple[int, int]:
        return self.starting[0] + self.offered[0], self.starting[1] + self.offered[1]

    @property
    def taken(self) -> tuple[int, int]:
        return self.used[0] + self.reserved[0], self.used[1] + self.reserved[1]
