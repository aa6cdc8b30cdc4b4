"""What a run's outcome may not do, checked against the book: plain promises, not the engine's arithmetic."""

import datetime
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.year.book.day import Day, lot
from tests.year.book.rows import MUNICIPAL, AreaDate, Exit
from tests.year.book.units import Unit, Waiting
from tests.year.log import Contradiction, Event

if TYPE_CHECKING:
    from tests.year.book.book import Book

# Words of the engine for a wish that waits, by what is asked of them here.
WITHOUT_PLACE = ("never_fits", "no_contract")


class Before:
    """An area as it stood when the run was computed, and what the run says of its people."""

    def __init__(
        self,
        book: "Book",
        area: str,
        effective: datetime.date,
        rows: dict[int, dict[str, Any]],
        held: Collection[int] = (),
    ) -> None:
        self.book, self.area, self.effective, self.rows, self.held = book, area, effective, rows, held
        self.day = Day(book, area, effective, held)
        # Worked out now: the book goes on.
        _ = self.day.queues, self.day.has, self.day.settled, self.day.contracts, self.day.cap
        self.committed = self.day.committed()
        self.loads = {provider: self.day.load(provider) for provider in self.day.external}
        self.taken = sum(self.day.taken(provider) for provider in self.day.external)

        self.promised = [o for o in book.offers if o.takes_room and o.area == area]

    def overtaken(self, provider: str) -> list[int]:
        """Minutes of offers that were open when the run was computed, and that it withdrew."""
        return [o.minutes for o in self.promised if o.provider == provider and o.status == "withdrawn"]

    def unit(self, number: int) -> Unit:
        return self.day.unit_of[number]

    def is_leaving(self, unit: Unit, provider: str) -> bool:
        """Whether somebody of the unit has the provider that leaves."""
        return any(number in self.day.has and self.day.has[number].provider == provider for number in unit.people)

    def area_date(self, number: int, exit: Exit | None = None) -> datetime.date | None:
        """Since when the unit waits for any external provider."""
        unit = self.unit(number)
        if unit.area_date is not None:
            return unit.area_date.since
        if exit is not None and self.is_leaving(unit, exit.provider):
            return min((date for provider, date in unit.wishes if provider != exit.provider), default=exit.began)
        return min((date for provider, date in unit.wishes if provider != MUNICIPAL), default=None)

    def own_unmet(self, number: int, exit: str) -> list[dict[str, Any]]:
        """Of what is said of a client of the provider that leaves: their own wishes, and no ways out."""
        unit, unmet = self.unit(number), self.rows[number]["unmet"]
        if not self.is_leaving(unit, exit):
            return list(unmet)
        own = [provider for provider, _date in unit.wishes if provider != exit]
        return [line for line in unmet if line["provider"] in own]

    @cached_property
    def newcomers(self) -> list[Unit]:
        """Units that come, or are asked to come, to an external provider that not all of them have."""
        found = []
        for unit in self.day.units.values():
            provider = self.provider(unit)
            if provider not in (MUNICIPAL, None) and provider != unit.home:
                found.append(unit)
        return found

    def provider(self, unit: Unit) -> str | None:
        """Where the whole unit is after the run; None: not together."""
        after = {self.rows[number]["provider"] for number in unit.people if number in self.rows}
        return after.pop() if len(after) == 1 else None


def check_effective(book: "Book", event: Event) -> datetime.date:
    effective: datetime.date = event.data["effective"]
    _same(book, "the day a night's places begin", str(event.day), effective, book.next_start(event.day))
    return effective


def check_people(before: Before, exit: str) -> None:
    """Everybody in care once, with whom they wished for, what they had, or what a rule gives."""
    book, where = before.book, f"{before.area} {before.effective}"
    _same(book, "people of a run", where, sorted(before.rows), sorted(before.day.granted))
    for number, row in before.rows.items():
        unit, has = before.unit(number), before.day.has.get(number)
        own = MUNICIPAL if has is None or has.interim else has.provider
        wished = [provider for provider, _date in unit.wishes]
        # A household over several providers, that chose together, would rather have any of its wishes together.
        better = wished[: wished.index(own)] if own in wished and unit.home is not None else wished
        allowed = {own, *better}
        if has is None or has.interim:
            allowed.add(MUNICIPAL)
        may = row["provider"] in allowed or row["how"].startswith("no_answer") or before.is_leaving(unit, exit)
        book.count("nobody loses a place")
        if not may:
            raise Contradiction("nobody loses a place", f"person {number}, {where}", row, sorted(allowed), (number,))
        if row["how"].startswith("no_answer"):
            choice, _dates = book.current(number)
            answered = choice is not None and bool(choice.ranking) and not choice.declines
            if answered and wished:
                raise Contradiction("a rule for silence", f"person {number}, {where}", row, wished, (number,))


def check_room(before: Before, makes_offers: bool) -> None:
    """Nobody new above a ceiling or the share; nobody new where intake is stopped or there is no contract."""
    book, where = before.book, f"{before.area} {before.effective}"
    after = book.day(before.area, before.effective)
    share = False
    for unit in before.newcomers:
        provider = before.provider(unit)
        assert provider is not None
        contract = before.day.contracts.get(provider)
        book.count("room for who comes")
        if contract is None or not contract.takes_in(before.effective):
            raise Contradiction("nobody comes where nobody is taken in", f"{unit.id} {where}", provider, contract)
        ceiling, load = contract.ceiling(before.effective), after.load(provider)
        if ceiling.minutes is not None and load.taken[0] > ceiling.minutes + ceiling.tolerance:
            raise Contradiction("a ceiling", f"{provider} {where}", load, ceiling, tuple(unit.people))
        if ceiling.persons is not None and load.taken[1] > ceiling.persons:
            raise Contradiction("a ceiling in persons", f"{provider} {where}", load, ceiling, tuple(unit.people))
        share = share or unit.minutes > unit.external_minutes
    if share and before.day.cap is not None:
        # A seat that is kept for somebody who is only asked is counted twice: the share is that of one of them.
        counted_twice = sum(
            before.day.granted[number]
            for unit in before.newcomers
            for number in unit.people
            if makes_offers and (has := before.day.has.get(number)) and not has.interim and has.provider != MUNICIPAL
        )
        taken = sum(after.taken(provider) for provider in after.external) - counted_twice
        book.count("the share")
        if taken > max(before.day.cap, before.taken):
            raise Contradiction("the share", where, taken, (before.day.cap, before.taken))


def check_line(before: Before, seed: str, label: str) -> None:
    """Nobody comes to a provider before somebody who stands before them in its queue."""
    book = before.book
    admitted = {unit.id: before.provider(unit) for unit in before.newcomers}
    closes = _closes_the_share(before, seed, label)
    for provider, line in before.day.queues.items():
        came = [w for w in line if admitted.get(w.unit.id) == provider and w.place is not None]
        for waiting in line:
            if waiting.place is None or not came or _has_better(before, waiting):
                continue
            for other in came:
                book.count("nobody is passed")
                if _precedes(waiting, other, seed, label) and not (
                    # While the share is full, clients of external providers may switch past those who wait for it and
                    # all who come after them in the area.
                    other.unit.is_external
                    and closes is not None
                    and closes <= _in_area(before, waiting.unit, seed, label)
                ):
                    raise Contradiction(
                        "nobody is passed",
                        f"{provider} {before.area} {before.effective}",
                        f"{other.unit.id} came ({other.date}, {other.unit.minutes} min)",
                        f"{waiting.unit.id} stands before ({waiting.date}, {waiting.unit.minutes} min)",
                        (*waiting.unit.people, *other.unit.people),
                    )


def _has_better(before: Before, waiting: Waiting) -> bool:
    """Got what it waits for here, or something it wants more."""
    got = before.provider(waiting.unit)
    wishes = [provider for provider, _date in waiting.unit.wishes]
    return got in wishes and wishes.index(got) <= wishes.index(waiting.provider)


def _precedes(one: Waiting, other: Waiting, seed: str, label: str) -> bool:
    def key(waiting: Waiting) -> tuple[object, ...]:
        drawn = waiting.unit.area_date
        number = lot(drawn, waiting.unit.id) if drawn else _tonight(seed, label, waiting.unit.id)
        return waiting.date, number, waiting.unit.id

    return key(one) < key(other)


def _tonight(seed: str, label: str, unit: str) -> str:
    return lot(AreaDate(datetime.date.min, seed, label), unit)


def _closes_the_share(before: Before, seed: str, label: str) -> tuple[object, ...] | None:
    """Place in the order of the area of the first unit that waits for new share."""
    waits = [w for line in before.day.queues.values() for w in line if w.place is not None]
    units = [w.unit for w in waits if w.unit.minutes > w.unit.external_minutes and not _has_better(before, w)]
    return min((_in_area(before, unit, seed, label) for unit in units), default=None)


def _in_area(before: Before, unit: Unit, seed: str, label: str) -> tuple[object, ...]:
    drawn = unit.area_date
    number = lot(drawn, unit.id) if drawn else _tonight(seed, label, unit.id)
    return before.area_date(unit.people[0]) or datetime.date.max, number, unit.id


def check_waiting(before: Before, exit: str) -> None:
    """Every unmet wish is told, with its true place and a true reason; nothing else is."""
    book = before.book
    after = Day(book, before.area, before.effective, before.held)
    for number, _row in before.rows.items():
        unit = before.unit(number)
        wished = [provider for provider, _date in unit.wishes]
        unmet = {line["provider"]: line for line in before.own_unmet(number, exit)}
        leaves, got = before.is_leaving(unit, exit), before.provider(unit)
        stop = (MUNICIPAL, got, None if leaves else unit.home)
        wished = [provider for provider in wished if not leaves or provider != exit]
        waits = []
        for provider in wished:
            if provider in stop:
                break
            waits.append(provider)
        where = f"person {number}, {before.area} {before.effective}"
        _same(book, "wishes that wait", where, sorted(unmet), sorted(waits), (number,))
        # In the run of an exit the ways out of those who must leave stand in the line too.
        for provider, line in {}.items() if exit else unmet.items():
            place = next((w.place for w in after.queues.get(provider, []) if number in w.unit.people), None)
            if line["why"] not in WITHOUT_PLACE:
                _same(book, "place in a queue", f"{where}, {provider}", line["place"], place, (number,))
            _check_reason(before, after, unit, provider, line["why"], where)


def _check_reason(before: Before, after: Day, unit: Unit, provider: str, why: str, where: str) -> None:
    before.book.count("true reasons")
    contract = after.contracts.get(provider)
    never = before.day._never(unit, provider)
    if why in WITHOUT_PLACE or never in WITHOUT_PLACE:
        _say(why == never, "true reasons", f"{where}, {provider}", why, never, unit)
        return
    assert contract is not None
    takes_in = contract.takes_in(before.effective)
    _say(takes_in == (why != "intake_stopped"), "true reasons", f"{where}, {provider}", why, f"{takes_in=}", unit)
    if why == "ceiling":
        ceiling, load = contract.ceiling(before.effective), after.load(provider)
        # An offer that a better one takes the place of holds its room until the next night.
        held = [*before.overtaken(provider), *_idle_seats(before, after, provider)]
        taken = load.taken[0] + sum(held), load.taken[1] + len(held)
        over = ceiling.minutes is not None and taken[0] + unit.minutes > ceiling.minutes + ceiling.tolerance
        full = ceiling.persons is not None and taken[1] + len(unit.people) > ceiling.persons
        _say(over or full, "true reasons", f"{where}, {provider}", why, f"{load} of {ceiling}, {unit.minutes}", unit)
    if why == "behind_waiting":
        place = next((w.place for w in after.queues.get(provider, []) if w.unit.id == unit.id), None)
        _say(place is not None and place > 1, "true reasons", f"{where}, {provider}", why, f"{place=}", unit)
    if why in ("share", "guarantee_reserved"):
        takes_share = unit.minutes > unit.external_minutes or after.cap is not None
        _say(takes_share, "true reasons", f"{where}, {provider}", why, f"{after.cap=}", unit)


def _idle_seats(before: Before, after: Day, provider: str) -> list[int]:
    """Minutes of clients who would rather leave. Where places are offered a client's seat may be kept although somebody
    else was asked in the end: without it the client would be asked and the seat would be missing.
    """
    if not before.book.makes_offers:
        return []
    waiting = {
        number for other, queue in after.queues.items() if other != provider for w in queue for number in w.unit.people
    }
    return [
        after.granted[number] for number, has in after.has.items() if has.provider == provider and number in waiting
    ]


def _say(true: bool, kind: str, where: str, product: Any, book: Any, unit: Unit) -> None:
    if not true:
        raise Contradiction(kind, where, product, book, tuple(unit.people))


def _same(book: "Book", kind: str, where: str, product: Any, expected: Any, who: tuple[int, ...] = ()) -> None:
    book.count(kind)
    if product != expected:
        raise Contradiction(kind, where, product, expected, who)
