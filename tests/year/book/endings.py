"""What has ended by a night: placements, offers, time to answer; and who comes meanwhile."""

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.year.book import couples
from tests.year.book.day import granted_on
from tests.year.book.rows import MUNICIPAL, Call, Person, Placement, holds
from tests.year.book.workdays import working_days_after
from tests.year.log import Event

if TYPE_CHECKING:
    from tests.year.book.book import Book

_DAY = datetime.timedelta(days=1)
KEPT_WITHOUT_DECISION = 30 * _DAY


def end(book: "Book", event: Event) -> None:
    _end(book, event, _why_person)
    for number in resume(book, event.day):
        book.calls.append(Call(number, "exit", event.day + 3 * _DAY, event.data["label"]))
    _end(book, event, _why_contract)
    for person in book.persons.values():
        if person.deceased_on is not None:
            book.area_dates.pop(person.number, None)


def _end(book: "Book", event: Event, reason: Callable[["Book", Person, Placement, datetime.date], str]) -> None:
    called: set[tuple[int, str]] = set()
    for person in book.persons.values():
        for placement in person.placements:
            since = max(placement.since, event.day)
            if placement.until is not None and placement.until <= since:
                continue
            why = reason(book, person, placement, event.day)
            if not why:
                continue
            placement.until = since
            if why in ("new_area", "gap") and (person.number, why) not in called:
                called.add((person.number, why))
                book.calls.append(Call(person.number, why, event.day + 3 * _DAY, event.data["label"]))


def resume(book: "Book", since: datetime.date, provider: str = "") -> list[int]:
    """Nobody begins, on the day or later, at a provider whose contract has ended by then: who came before goes on."""
    resumed = []
    for number, placement in list(never_begin(book, since)):
        if provider not in ("", placement.provider):
            continue
        person = book.persons[number]
        before = next(each for each in person.placements if _goes_on(book, person, each, placement.since))
        later = [each.since for each in person.placements if each.covers_some_day and each.since > placement.since]
        placement.until = placement.since
        before.until = min([day for day in (*later, before.until_was) if day is not None], default=None)
        resumed.append(number)
    return resumed


def never_begin(
    book: "Book", since: datetime.date, ends_on: datetime.date | None = None
) -> Iterator[tuple[int, Placement]]:
    """``ends_on``: as if all contracts ended then."""
    for person in book.persons.values():
        for placement in person.placements:
            until = ends_on or book.contract(placement.provider, placement.area).until
            if until is None or placement.since < max(until, since) or not (person.lives and placement.covers_some_day):
                continue
            if any(_goes_on(book, person, before, placement.since) for before in person.placements):
                yield person.number, placement


def _goes_on(book: "Book", person: Person, before: Placement, day: datetime.date) -> bool:
    until = book.contract(before.provider, before.area).until
    there = before.covers_some_day and before.until == day and before.area == person.area
    return there and (until is None or until > day)


def _why_person(book: "Book", person: Person, placement: Placement, day: datetime.date) -> str:
    if person.deceased_on is not None:
        return "died"
    if person.merged_into is None and placement.area != person.area:
        return "new_area"
    if placement.since <= day and not _has_had_help(person, day - KEPT_WITHOUT_DECISION):
        return "help_ended"
    return ""


def _why_contract(book: "Book", person: Person, placement: Placement, day: datetime.date) -> str:
    contract = book.contract(placement.provider, placement.area)
    leaving = any(
        exit.open and exit.provider == contract.provider and contract.area in exit.areas and exit.moved_by > day
        for exit in book.exits
    )
    return "gap" if contract.until is not None and contract.until <= day and not leaving else ""


def _has_had_help(person: Person, since: datetime.date) -> bool:
    return any(d.follows and (d.until is None or d.until > since) for d in person.decisions.values())


def withdraw(book: "Book", event: Event) -> None:
    """Offers that are empty: the person is dead, has moved or has no help any more, or the contract ends before."""
    for offer in book.offers:
        if not offer.takes_room:
            continue
        person = book.persons[offer.person]
        contract = book.contract(offer.provider, offer.area)
        over = contract.until is not None and contract.until <= offer.starts_on
        if not person.lives or person.area != offer.area or over or not _has_had_help(person, event.day):
            book.answer(offer, "withdrawn", event.number)


def expire(book: "Book", event: Event) -> None:
    """The last post may lie unopened on the last day: offers close the working day after."""
    late = [offer for offer in book.offers if offer.status == "open" and offer.answer_by < event.day]
    over = [offer for offer in late if working_days_after(offer.answer_by, 1) < event.day]
    for offer in over:
        book.answer(offer, "expired", event.number)
        cause = f"{offer.asking} {offer.person}"
        if not any((call.kind, call.cause) == ("silent", cause) for call in book.calls):
            book.calls.append(Call(offer.person, "silent", event.day + 7 * _DAY, cause, at=event.number))
        book.owe(
            offer.person, "expired", f"offer {offer.person} {offer.at}", provider=offer.provider,
            starts_on=offer.starts_on, answer_by=offer.answer_by, now=book.provider_on(offer.person, event.day),
        )  # fmt: skip
    for offer in over:
        couples.ask_again(book, couples.same_offer(book, offer), event.number)
    couples.ask_all_again(book, event.number)
    couples.ask_left_behind(book, event.number)


def meanwhile(book: "Book", day: datetime.date) -> None:
    """The municipal provider comes to all who have help today and nobody."""
    for person in book.persons.values():
        if person.lives and granted_on(person, day) is not None and not _is_placed(person, day):
            later = [placement.since for placement in book.starts_later(person.number, day)]
            person.placements.append(
                Placement(MUNICIPAL, person.area, day, min(later, default=None), True, "meanwhile", registered=day)
            )


def _is_placed(person: Person, day: datetime.date) -> bool:
    return any(holds(placement, day) for placement in person.placements)
