"""Provider exits and choice rounds in the book."""

import datetime
from typing import TYPE_CHECKING, Any

from tests.year.book import endings, nights
from tests.year.book.rows import MUNICIPAL, Call, Contract, Exit, Person, Placement
from tests.year.book.workdays import working_days_after
from tests.year.log import Event

if TYPE_CHECKING:
    from tests.year.book.book import Book

# In working days.
PHONED_AGAIN = 2


def enter_exit(book: "Book", event: Event) -> None:
    """Its contracts end, nobody new comes, offers there are withdrawn, its clients are to be phoned."""
    data = event.data
    exit = Exit(
        data["reference"], data["provider"], data["areas"], data["ends_on"], data["moved_by"], data["rule"], event.day
    )
    for area in exit.areas:
        contract = book.contract(exit.provider, area)
        was = _terms(contract)
        contract.until = exit.ends_on
        if contract.stopped_from is None or contract.stopped_until is not None:
            contract.stopped_from, contract.stopped_until = min(event.day, exit.ends_on), None
        if data["permit_withdrawn"]:
            contract.permit = False
        exit.changed[area] = was, _terms(contract)
    for offer in book.offers:
        if offer.takes_room and offer.provider == exit.provider and offer.area in exit.areas:
            book.answer(offer, "withdrawn", event.number)
    book.exits.append(exit)
    resumed = endings.resume(book, event.day + datetime.timedelta(days=1), exit.provider)
    for number in sorted({*clients_of(book, exit, max(event.day, exit.ends_on)), *resumed}):
        book.calls.append(Call(number, "exit", exit.moved_by, exit.reference))
    if data["meanwhile"] == "municipal":
        for number in clients_of(book, exit, max(event.day, exit.ends_on)):
            _help_meanwhile(book, exit, number, max(event.day, exit.ends_on))


def _help_meanwhile(book: "Book", exit: Exit, number: int, since: datetime.date) -> None:
    """The municipality helps for the rest of each placement."""
    placements = book.persons[number].placements
    for placement in [each for each in placements if _is_client(exit, each, since)]:
        day, until = max(since, placement.since), placement.until
        placement.until_was, placement.until = until, day
        placements.append(
            Placement(
                MUNICIPAL, placement.area, day, until, True, "exit", registered=book.today, meanwhile_for=exit.provider
            )
        )


_TERMS = ("until", "stopped_from", "stopped_until", "permit")


def _terms(contract: Contract) -> list[Any]:
    return [getattr(contract, name) for name in _TERMS]


def enter_exit_undone(book: "Book", event: Event) -> None:
    """The contracts go on as before, but for what has been changed since. Those reached by phone are phoned again."""
    exit = next(exit for exit in book.exits if exit.reference == event.data["reference"])
    exit.open = False
    for area, (was, became) in exit.changed.items():
        contract = book.contract(exit.provider, area)
        for name, before, after in zip(_TERMS, was, became, strict=True):
            if getattr(contract, name) == after:
                setattr(contract, name, before)
    for person in book.persons.values():
        _take_back_interim_care(exit, person, book.today)
    for call in book.calls:
        if (call.kind, call.cause) != ("exit", exit.reference):
            continue
        if call.status == "to_do":
            call.status = "dropped"
        elif call.status == "done" and book.persons[call.person].lives:
            call.status, call.due_on = "to_do", working_days_after(book.today, PHONED_AGAIN)


def _take_back_interim_care(exit: Exit, person: Person, today: datetime.date) -> None:
    """Of what has not begun. The placement before it ends as it would have."""
    for interim in [each for each in person.placements if each.meanwhile_for == exit.provider and each.since > today]:
        if interim.covers_some_day and interim.area in exit.areas:
            for own in person.placements:
                if own.provider == exit.provider and own.until == interim.since and own.covers_some_day:
                    own.until = interim.until
            interim.until = interim.since


def enter_run_undone(book: "Book", event: Event) -> None:
    """All have what they had. Offers that the run had overtaken stay withdrawn."""
    label = event.data["label"]
    run = book.runs.pop(label)
    for person in book.persons.values():
        for placement in person.placements:
            if placement.run == label and placement.covers_some_day:
                book.unplace(person.number, placement)
    for offer in book.offers:
        if offer.asking == label and offer.takes_room:
            book.answer(offer, "withdrawn", event.number)
    for call in book.calls:
        if call.cause == label and call.status == "to_do":
            call.status = "dropped"
    book.put_off = [owed for owed in book.put_off if owed.event.data["label"] != label]
    for choice in run["answered"]:
        choice.answered = False
    for number in [number for number in book.area_dates if number in run["rows"]]:
        del book.area_dates[number]
    book.area_dates |= run["dates"]


def clients_of(book: "Book", exit: Exit, since: datetime.date) -> list[int]:
    """Everybody whom the provider has on the day, or comes to have later."""
    return [
        person.number
        for person in book.persons.values()
        if person.lives and any(_is_client(exit, placement, since) for placement in person.placements)
    ]


def _is_client(exit: Exit, placement: Placement, since: datetime.date) -> bool:
    return (
        exit.provider in (placement.provider, placement.meanwhile_for)
        and placement.area in exit.areas
        and placement.covers_some_day
        and (placement.until is None or placement.until > since)
    )


def tell_clients(book: "Book", exit: Exit) -> None:
    with_letter = {letter.person for letter in book.letters if (letter.kind, letter.cause) == ("exit", exit.reference)}
    for number in clients_of(book, exit, max(book.today, exit.ends_on)):
        if number not in with_letter:
            book.owe(
                number, "exit", exit.reference, provider=exit.provider, ends_on=exit.ends_on, moved_by=exit.moved_by
            )


def enter_exit_run(book: "Book", event: Event) -> None:
    """The run that moves the clients of a leaving provider."""
    exit = next(exit for exit in book.exits if exit.reference == event.data["reference"])
    nights.enter_outcome(book, event, exit.areas, event.data["effective"], book.makes_offers, exit)


def enter_round_run(book: "Book", event: Event) -> None:
    round = book.rounds[event.data["code"]]
    book.latest_start = max(book.latest_start, round.starts_on)
    round.applied = True
    nights.enter_outcome(book, event, round.areas, round.starts_on, False)
