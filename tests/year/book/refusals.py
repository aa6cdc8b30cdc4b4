"""Refusals of the product, and whether the reason it gives is true."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.year.book import couples
from tests.year.book.day import Day, granted_on
from tests.year.book.rows import MUNICIPAL, Offer
from tests.year.log import Contradiction, Event

if TYPE_CHECKING:
    from tests.year.book.book import Book


def check(book: "Book", event: Event) -> None:
    """Raises ``Contradiction`` for a reason that is not so, or that is not known here."""
    is_true = next((reason for words, reason in _REASONS.items() if words in event.refused), None)
    book.count("true refusals")
    if is_true is None or not is_true(book, event):
        raise Contradiction(
            "true refusals", f"{event.kind} {event.data}", event.refused, "nothing is against it", event.who
        )


def _offer(book: "Book", event: Event) -> Offer | None:
    if event.kind == "undone":
        return next(o for o in reversed(book.offers_of(event.who[0])) if o.status in ("accepted", "declined"))
    return book.answerable(event.who[0]) if event.kind == "answered" else None


def _wanted(book: "Book", event: Event) -> tuple[str, str, datetime.date, list[int]]:
    """Provider, area, first day, and the people who come."""
    offer = _offer(book, event)
    if offer is None:
        return event.data["provider"], event.data["area"], event.data["since"], list(event.who)
    unit = [each.person for each in couples.same_offer(book, offer) if not each.placed]
    together = not couples.is_parted(book, offer)
    return offer.provider, offer.area, max(offer.starts_on, book.today), unit if together else [offer.person]


def _without_own(book: "Book", day: Day, provider: str, people: list[int]) -> int:
    """Minutes that others have or are promised."""
    own = [o.minutes for o in book.offers if o.takes_room and o.person in people and o.provider == provider]
    return day.load(provider).taken[0] - sum(own)


def _is_full(book: "Book", event: Event) -> bool:
    provider, area, since, people = _wanted(book, event)
    day = Day(book, area, since)
    ceiling = book.contract(provider, area).ceiling(since)
    comes = sum(day.granted.get(number, 0) for number in people)
    over = ceiling.minutes is not None and _without_own(book, day, provider, people) + comes > ceiling.minutes
    return over or ceiling.persons is not None


def _is_share_full(book: "Book", event: Event) -> bool:
    provider, area, since, people = _wanted(book, event)
    day = Day(book, area, since)
    comes = sum(day.granted.get(number, 0) for number in people)
    taken = {each: day.taken(each) for each in {*day.external, provider}}
    taken[provider] = _without_own(book, day, provider, people) + comes
    for number in people:
        has = day.has.get(number)
        if has is not None and has.provider in taken and has.provider != MUNICIPAL and not has.interim:
            taken[has.provider] -= day.granted[number]
    committed = sum(max(minutes, day.guaranteed(each)) for each, minutes in taken.items())
    return day.cap is not None and (committed > day.cap or sum(taken.values()) > day.cap)


def _takes_nobody_in(book: "Book", event: Event) -> bool:
    provider, area, since, _people = _wanted(book, event)
    return not book.contract(provider, area).takes_in(since)


def _has_no_contract(book: "Book", event: Event) -> bool:
    provider, area, since, _people = _wanted(book, event)
    contract = book.contracts.get((provider, area))
    return contract is None or contract.since > since or (contract.until is not None and contract.until <= since)


def _has_no_help(book: "Book", event: Event) -> bool:
    _provider, _area, since, people = _wanted(book, event)
    return any(granted_on(book.persons[number], since) is None for number in people)


def _has_moved(book: "Book", event: Event) -> bool:
    _provider, area, _since, people = _wanted(book, event)
    return any(book.persons[number].area != area for number in people)


def _has_it_already(book: "Book", event: Event) -> bool:
    provider, _area, since, people = _wanted(book, event)
    has = book.placement_on(people[0], since)
    return has is not None and has.provider == provider and not has.interim


def _starts_elsewhere(book: "Book", event: Event) -> bool:
    _provider, _area, since, people = _wanted(book, event)
    return any(book.starts_later(number, since) for number in people)


def _is_late(book: "Book", event: Event) -> bool:
    offer = _offer(book, event)
    return offer is not None and event.kind == "answered" and event.data["received_on"] > offer.answer_by


def _is_over(book: "Book", event: Event) -> bool:
    offer = _offer(book, event)
    return offer is not None and (offer.status != "expired" or event.data["received_on"] > offer.answer_by)


def _is_parted(book: "Book", event: Event) -> bool:
    offer = _offer(book, event)
    return offer is not None and couples.is_parted(book, offer) and not event.data["alone"]


def _has_newer(book: "Book", event: Event) -> bool:
    return any(offer.takes_room for offer in book.offers_of(event.who[0]))


def _is_held(book: "Book", event: Event) -> bool:
    return any(event.data["area"] in r.areas and r.is_held(event.day) for r in book.rounds.values())


def _is_built_upon(book: "Book", event: Event) -> bool:
    """The run replaced a placement that had not begun, or something has followed it."""
    label = event.data["label"]
    placed = [each for person in book.persons.values() for each in person.placements if each.run == label]
    return any(each.replaced is not None or each.until is not None for each in placed)


def _is_steering(book: "Book", event: Event) -> bool:
    return event.kind in ("ceiling", "guarantee", "share", "intake_stopped", "intake_resumed")


def _nobody_fits(book: "Book", event: Event) -> bool:
    return event.kind == "asked"


_REASONS: dict[str, Callable[["Book", Event], bool]] = {
    "under utförarens tak": _is_full,
    "andel i området är fylld": _is_share_full,
    "garanterat andra": _is_share_full,
    "tar inte emot någon ny": _takes_nobody_in,
    "inget avtal i området": _has_no_contract,
    "ingen beviljad hjälp": _has_no_help,
    "bor inte kvar i området": _has_moved,
    "redan den utföraren": _has_it_already,
    "redan beslutad från en senare dag": _starts_elsewhere,
    "Tiden att svara gick ut": _is_late,
    "inte längre öppet": _is_over,
    "kan inte få platsen tillsammans": _is_parted,
    "nyare erbjudande": _has_newer,
    "En valomgång pågår": _is_held,
    "ingen som väntar och får plats": _nobody_fits,
    "har inte varit med i någon nattkörning": _nobody_fits,
    "Senare beslut bygger på": _is_built_upon,
    "": _is_steering,
}
