"""Households that chose together and do not answer alike: whose wishes rest, and who is asked what."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.year.book.rows import Call, Offer
from tests.year.book.workdays import answer_dates, working_days_after

if TYPE_CHECKING:
    from tests.year.book.book import Book
    from tests.year.book.day import Day

PHONED_WITHIN = 2
_PARTING = ("declined", "expired")


def members_on(book: "Book", number: int, day: datetime.date) -> dict[str, list[int]]:
    """The household of a person on the day, by its reference, with all who are in it."""
    found = {}
    for household in book.households.values():
        here = [each for each, since, until in household.members if since <= day and (until is None or until > day)]
        if number in here:
            found[household.reference] = here
    return found


def left_behind_at(day: "Day", number: int) -> int | None:
    """The last event by which somebody of the household chose anew without the person, who chose together with them."""
    book = day.book
    choice, _dates = book.current(number)
    if choice is None or not choice.together or choice.declines or not choice.ranking or book.is_alone(number):
        return None
    at = None
    for reference, members in members_on(book, number, day.day).items():
        if reference in day.joint:
            continue
        for other in members:
            new = book.current(other)[0] if other != number and other in day.granted else None
            if new is None or new.at < choice.at:
                continue
            before = [each for each in book.persons[other].choices if each.at < new.at and not each.corrected]
            if any(each.together and each.ranking == choice.ranking for each in before):
                at = max(at or 0, new.at)
    return at


def apart(book: "Book", number: int) -> set[str]:
    """Providers that the person still wishes for, and whose wish rests because of the household."""
    day = book.day(book.persons[number].area, book.next_start(book.today))
    left = set(book.left(number))
    if number in day.left_behind:
        return left
    unit = day.unit_of.get(number)
    others = [other for other in unit.people if other != number] if unit else []
    return {provider for provider in left if any(provider in book.ended(other) for other in others)}


def ask_household(book: "Book", number: int, provider: str, at: int) -> None:
    """Everybody of a household is phoned, where one no longer wishes for what another does."""
    book.forget()
    unit = book.day(book.persons[number].area, book.next_start(book.today)).unit_of.get(number)
    others = [other for other in unit.people if other != number] if unit else []
    waiting = [other for other in others if provider in apart(book, other)]
    if waiting:
        phone(book, [number, *waiting], at)


def ask_left_behind(book: "Book", at: int) -> None:
    book.forget()
    for area in book.areas:
        for number, since in book.day(area, book.next_start(book.today)).left_behind.items():
            if not any((call.person, call.kind) == (number, "split") and call.at >= since for call in book.calls):
                phone(book, [number], at)


def same_offer(book: "Book", offer: Offer) -> list[Offer]:
    """The offer and those of its household from the same asking, without what was taken back."""
    same = (each for each in book.offers if (each.asking, each.unit) == (offer.asking, offer.unit))
    return [each for each in same if each.status != "withdrawn"]


def is_parted(book: "Book", offer: Offer) -> bool:
    return any(each is not offer and each.status in _PARTING for each in same_offer(book, offer))


def ask_again(book: "Book", offers: Iterable[Offer], at: int) -> None:
    """A yes to a place together that cannot be had so is open again, with time to answer, and the person is phoned."""
    for offer in list(offers):
        if offer.status != "accepted" or offer.placed:
            continue
        if any(each.status == "open" for each in same_offer(book, offer)) and not is_parted(book, offer):
            continue
        answer_by, starts_on = answer_dates(book.today, offer.starts_on)
        offer.status, offer.asked_on = "open", book.today
        offer.answer_by, offer.starts_on = max(offer.answer_by, answer_by), max(offer.starts_on, starts_on)
        phone(book, [offer.person], at)


def ask_all_again(book: "Book", at: int) -> None:
    ask_again(book, [offer for offer in book.offers if offer.status == "accepted" and not offer.placed], at)


def phone(book: "Book", numbers: Iterable[int], at: int) -> None:
    due_on = working_days_after(book.today, PHONED_WITHIN)
    for number in numbers:
        waits = any((c.person, c.kind, c.status) == (number, "split", "to_do") for c in book.calls)
        if book.persons[number].deceased_on is None and not waits:
            book.calls.append(Call(number, "split", due_on, f"household {at}", at=at))


def drop_calls(book: "Book", number: int) -> None:
    for call in book.calls:
        if (call.person, call.kind, call.status) == (number, "split", "to_do"):
            call.status = "dropped"
