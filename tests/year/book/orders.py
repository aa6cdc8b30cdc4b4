"""Orders to the provider that somebody comes to, and notices to the one that somebody leaves."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.year.book.rows import Person, Placement

if TYPE_CHECKING:
    from tests.year.book.book import Book

# A change is followed up so many days back.
_LATE = datetime.timedelta(days=14)


@dataclass
class Orders:
    """``open``: kind and placement of each, with the person."""

    open: dict[tuple[str, int], tuple[int, Placement]] = field(default_factory=dict)

    def keep(self, book: "Book") -> None:
        held = {(kind, id(each)): (person, each) for person, kind, each in _due(book)}
        gone = [key for key in self.open if key not in held or _is_over(book, key[0], self.open[key][1])]
        for key in gone:
            del self.open[key]
        for key, (person, placement) in held.items():
            if book.persons[person].merged_into is None and _is_new(book, key[0], placement):
                self.open[key] = person, placement

    def told(self) -> Iterator[tuple[str, int, str, datetime.date | None]]:
        """Kind, person, provider and day of each."""
        for (kind, _placement), (person, placement) in self.open.items():
            yield kind, person, placement.provider, placement.since if kind == "start" else placement.until


def _due(book: "Book") -> Iterator[tuple[int, str, Placement]]:
    """Every coming and every leaving; not between two placements with the same provider."""
    for person in book.persons.values():
        for placement in person.placements:
            if not placement.covers_some_day:
                continue
            if not _adjoins(person, placement, "until", placement.since):
                yield person.number, "start", placement
            if placement.until is not None and not _adjoins(person, placement, "since", placement.until):
                yield person.number, "end", placement


def _adjoins(person: Person, placement: Placement, end: str, day: datetime.date) -> bool:
    return any(
        each.provider == placement.provider and each.covers_some_day and getattr(each, end) == day
        for each in person.placements
    )


def _is_new(book: "Book", kind: str, placement: Placement) -> bool:
    if kind == "end":
        return placement.until is not None and placement.until >= book.today - _LATE
    # One that was registered after it began was taken over from another system.
    known = placement.registered is not None and placement.registered <= placement.since
    return known and placement.since >= book.today - _LATE and not _is_over(book, kind, placement)


def _is_over(book: "Book", kind: str, placement: Placement) -> bool:
    return kind == "start" and placement.until is not None and placement.until <= book.today
