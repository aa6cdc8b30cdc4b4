"""Orders to the provider that somebody comes to, and notices to the one that somebody leaves; what they answer."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.year.book.rows import Person, Placement
from tests.year.book.workdays import working_days_after, working_days_before
from tests.year.log import Event

if TYPE_CHECKING:
    from tests.year.book.book import Book

_DAY = datetime.timedelta(days=1)
# A change is followed up so many days back.
_LATE = 14 * _DAY
# A provider sees its clients so many days before they come, and after they have left.
SEEN_BEFORE, SEEN_AFTER = 30 * _DAY, 14 * _DAY
# In working days before the change.
_RECEIVED, _PHONED = 7, 5


@dataclass
class Order:
    """``day``: the first day of a start, the first day without the provider of an end. ``asks``: a question waits."""

    kind: str
    person: int
    placement: Placement
    day: datetime.date
    receive_by: datetime.date
    call_by: datetime.date | None
    state: str = "sent"
    asks: bool = False

    @property
    def waits_for_a_visit(self) -> bool:
        return self.kind == "start" and self.state in ("sent", "received")

    def is_seen(self, today: datetime.date) -> bool:
        """By the provider that it is for."""
        placement = self.placement
        later = placement.until is None or placement.until > today - SEEN_AFTER
        return placement.covers_some_day and later and placement.since <= today + SEEN_BEFORE


@dataclass
class Orders:
    """``open``: in force, by kind and placement. ``made``: all that there have been."""

    open: dict[tuple[str, int], Order] = field(default_factory=dict)
    made: list[Order] = field(default_factory=list)
    closed: dict[tuple[str, int], Order] = field(default_factory=dict)

    def keep(self, book: "Book") -> None:
        held = {(kind, id(each)): (person, each) for person, kind, each in _due(book)}
        for key, order in list(self.closed.items()):
            if _is_undone(book, order, is_held=key in held):
                # As an open one: cancelled, or received anew.
                self.open[key] = self.closed.pop(key)
        for key, order in list(self.open.items()):
            if key not in held or (order.waits_for_a_visit and _is_over(book, order.kind, order.placement)):
                order.state = "cancelled"
                del self.open[key]
            elif order.kind == "end" and order.day != order.placement.until:
                # To be received anew, with time to do so.
                moved = _order(book, order.person, order.kind, order.placement)
                order.day, order.receive_by, order.state = moved.day, moved.receive_by, "sent"
        for key, (person, placement) in held.items():
            known = key in self.open or key in self.closed
            if not known and book.persons[person].merged_into is None and _is_new(book, key[0], placement):
                self.open[key] = order = _order(book, person, key[0], placement)
                self.made.append(order)

    def step(self, event: Event) -> None:
        """What a provider does with an order, or an officer answers."""
        data = event.data
        order = self.find(event.who[0], data["kind"], data["provider"], data["day"])
        if data["step"] in ("ask", "answer"):
            order.asks = data["step"] == "ask"
        elif data["step"] != "agree":
            order.state = {"receive": "received", "visited": "visited", "close": "closed"}[data["step"]]
        if order.state == "closed":
            key = order.kind, id(order.placement)
            self.closed[key] = order
            self.open.pop(key, None)

    def find(self, person: int, kind: str, provider: str, day: datetime.date) -> Order:
        named = person, kind, provider, day
        return next(o for o in reversed(self.made) if (o.person, o.kind, o.placement.provider, o.day) == named)

    def open_rows(self) -> Iterator[tuple[Any, ...]]:
        """Open orders and notices with the columns that ``compare.records`` reads from the database."""
        for each in self.open.values():
            yield each.person, each.kind, each.placement.provider, each.day, each.receive_by, each.call_by, each.state

    def late(self, book: "Book") -> int:
        """Not received in time. From the first day on it is the visit that is missing."""
        sent = [each for each in self._shown(book) if each.state == "sent" and each.receive_by < book.today]
        return sum(1 for each in sent if each.kind == "end" or each.day > book.today)

    def unvisited(self, book: "Book") -> int:
        return sum(1 for each in self._shown(book) if each.waits_for_a_visit and each.day <= book.today)

    def questions(self, book: "Book") -> int:
        return sum(1 for each in self.made if each.asks and book.persons[each.person].merged_into is None)

    def _shown(self, book: "Book") -> list[Order]:
        return [each for each in self.open.values() if book.persons[each.person].merged_into is None]


def _order(book: "Book", person: int, kind: str, placement: Placement) -> Order:
    """Nobody is late before they can have seen it: at the earliest the working day after."""
    day = placement.since if kind == "start" else placement.until
    assert day is not None
    shown = max(book.today, min(day, day - SEEN_BEFORE))
    receive_by = max(working_days_before(day, _RECEIVED), working_days_after(shown, 1))
    call_by = max(working_days_before(day, _PHONED), working_days_after(shown, 1))
    # Never on the first day or later, if the provider could see it before.
    phoned = max(min(call_by, working_days_before(day, 1)), shown)
    return Order(kind, person, placement, day, receive_by, phoned if kind == "start" else None)


def _is_undone(book: "Book", order: Order, *, is_held: bool) -> bool:
    """A closed order of somebody who did not come, stays after all, or stays longer."""
    is_late = order.day >= book.today - _LATE
    if order.kind == "start":
        return is_late and not order.placement.covers_some_day
    until = order.placement.until
    if until is None or (not is_held and is_late):
        return True
    return until > order.day and until >= book.today - _LATE


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
