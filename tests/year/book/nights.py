"""A night in the book. The outcome is taken as given; what follows from it, and what it may not do, is worked out."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.year.book import endings, outcomes, summaries
from tests.year.book.day import granted_on
from tests.year.book.rows import MUNICIPAL, AreaDate, Call, Exit, Offer, Placement
from tests.year.book.workdays import answer_dates
from tests.year.log import Event

if TYPE_CHECKING:
    from tests.year.book.book import Book

_DAY = datetime.timedelta(days=1)


def enter(book: "Book", event: Event) -> None:
    day = event.day
    book.proposed = {}
    effective = outcomes.check_effective(book, event)
    endings.end(book, event)
    endings.withdraw(book, event)
    endings.expire(book, event)
    book.forget()
    endings.meanwhile(book, day)
    book.forget()
    if event.data["decided"]:
        _carry_out(book, event, event.number)
        book.latest_start = max(book.latest_start, effective)
    else:
        propose(book, event)
    _tell(book, event)


def propose(book: "Book", event: Event) -> None:
    """A list that waits, in place of the one before it. It changes nothing."""
    book.proposed, book.proposed_at = {}, event.number
    for area, rows in event.data["outcome"].items():
        before = outcomes.Before(book, area, event.data["effective"], rows, book.held.get(event.day, ()))
        outcomes.check_people(before, "")
        for number, row in rows.items():
            act = _act(book, before, number, row, book.makes_offers, "")
            if act or row["unmet"]:
                book.proposed[number] = (act, row)


def enter_approved(book: "Book", event: Event) -> None:
    """The list of the morning is carried out. ``proposed_at``: the event by which it was computed."""
    effective: datetime.date = event.data["effective"]
    book.proposed = {}
    _carry_out(book, event, event.data["proposed_at"])
    book.latest_start = max(book.latest_start, effective)


def _carry_out(book: "Book", event: Event, known: int) -> None:
    areas = [
        area
        for area in book.areas
        if not any(round.is_held(event.day) and area in round.areas for round in book.rounds.values())
    ]
    held = book.held.get(event.day, frozenset())
    enter_outcome(book, event, areas, event.data["effective"], book.makes_offers, known=known, held=held)


def enter_outcome(
    book: "Book",
    event: Event,
    areas: list[str],
    effective: datetime.date,
    makes_offers: bool,
    exit: Exit | None = None,
    known: int | None = None,
    held: Collection[int] = (),
) -> None:
    """What a run does in its areas: checked, then written. ``exit``: whose clients it moves. ``known``: the event by
    which it was computed: it has answered the choices made until then. ``held``: people held back from it."""
    leaves = exit.provider if exit else ""
    rows = event.data["outcome"]
    before = {area: outcomes.Before(book, area, effective, rows.get(area, {}), held) for area in areas}
    for each in before.values():
        outcomes.check_people(each, leaves)
    decided: list[tuple[int, str, dict[str, Any]]] = []
    for each in before.values():
        for number, row in each.rows.items():
            act = _act(book, each, number, row, makes_offers, leaves)
            decided.append((number, act, row | _as_told(book, each, number, row, leaves)))
    tells_all = event.kind == "round_run"
    of_area = {area: [each for each in decided if each[0] in before[area].rows] for area in before}
    book.runs[event.data["label"]] = {
        "day": event.day,
        "effective": effective,
        "reference": event.data["reference_of_run"],
        "tells_all": tells_all,
        "rows": {number: (act, row) for number, act, row in decided},
        "areas": {area: summaries.lines_of(before[area], of_area[area]) for area in before},
        "exit": exit.reference if exit else "",
        # Of the provider that leaves; minutes on the first day with the new one.
        "clients": [
            n for each in before.values() for n, has in each.day.has.items() if exit and has.provider == leaves
        ],
        "minutes": {number: granted_on(book.persons[number], effective) or 0 for number, _act, _row in decided},
        "dates": {number: date for number, date in book.area_dates.items() if book.persons[number].area in before},
        "answered": [],
        "moved": sum(summaries.moved(before[area], of_area[area], tells_all=tells_all) for area in before),
    }
    _write(book, event, decided, before, effective, exit)
    book.forget()
    for each in before.values():
        outcomes.check_room(each, makes_offers)
        outcomes.check_line(each, event.data["seed"], event.data["label"])
        outcomes.check_waiting(each, leaves)
    # From here on somebody who does not want to queue has an answer, and stands in no queue.
    for number, act, row in decided:
        choice, _dates = book.current(number)
        if choice is not None and known is not None and choice.at > known:
            continue
        if (act or row["unmet"] or event.kind == "round_run") and choice is not None:
            if not choice.answered:
                book.runs[event.data["label"]]["answered"].append(choice)
            choice.answered = True
            # A round tells everybody of what they wait for; a night only of a choice that nothing has told of.
            choice.letter |= event.kind == "round_run"
    book.forget()
    for number, act, row in decided:
        has = before[book.persons[number].area].day.has.get(number)
        owed = Owed(event, number, act, row, has.provider if has else "", effective)
        if act == "place" and _is_phoned_first(book, owed):
            book.put_off.append(owed)
        else:
            _letter(book, owed)


def _as_told(book: "Book", before: "outcomes.Before", number: int, row: dict[str, Any], leaves: str) -> dict[str, Any]:
    """As it is kept and told: somebody who is sent on by an exit did not choose it, nor did somebody who keeps the
    municipality after all their wishes have ended."""
    unit = before.unit(number)
    own = [provider for provider, _date in unit.wishes if provider != leaves]
    sent = bool(leaves) and before.is_leaving(unit, leaves) and row["how"] == "wish" and row["provider"] not in own
    how = "kept" if row["how"] == "wish" and row["provider"] not in book.left(number) else row["how"]
    return {"how": "exit" if sent else how, "unmet": before.own_unmet(number, leaves)}


def _act(
    book: "Book", before: "outcomes.Before", number: int, row: dict[str, Any], makes_offers: bool, exit: str
) -> str:
    """What the run does with a person: place, offer or nothing."""
    if number in before.day.settled or before.unit(number).held:
        return ""
    has = before.day.has.get(number)
    choice, _dates = book.current(number)
    chose = choice is not None and bool(choice.ranking) and not choice.declines
    if has is None and row["how"] == "fallback" and not chose:
        return ""
    if has is not None and has.provider == row["provider"]:
        return "place" if has.interim and row["how"] != "fallback" else ""
    leaving = bool(exit) and before.is_leaving(before.unit(number), exit)
    given = row["how"].startswith("no_answer") or leaving
    return "place" if not makes_offers or row["provider"] == MUNICIPAL or given else "offer"


def _write(
    book: "Book",
    event: Event,
    decided: list[tuple[int, str, dict[str, Any]]],
    before: dict[str, "outcomes.Before"],
    effective: datetime.date,
    exit: Exit | None,
) -> None:
    label = event.data["label"]
    answer_by, starts_on = answer_dates(event.day, effective)
    waiting: set[int] = set()
    dates: dict[int, datetime.date] = {}
    for each in before.values():
        for number in each.rows:
            if (date := each.area_date(number, exit)) is not None:
                dates[number] = date
    for number, act, row in decided:
        person = book.persons[number]
        choice, _dates = book.current(number)
        if act == "offer" or row["unmet"]:
            waiting.add(number)
        if act == "offer":
            for offer in book.offers_of(number):
                if offer.takes_room:
                    book.answer(offer, "withdrawn", event.number)
            minutes = granted_on(person, effective) or 0
            book.offers.append(
                Offer(
                    number,
                    row["provider"],
                    person.area,
                    row["unit"],
                    label,
                    minutes,
                    starts_on,
                    answer_by,
                    event.number,
                    event.day,
                )
            )
        if act == "place":
            interim = row["how"] == "fallback"
            book.place(number, row["provider"], person.area, effective, source="run", run=label, interim=interim)
        if act == "place" and row["how"] == "fallback" and choice is not None and choice.ranking:
            book.calls.append(Call(number, "moved", event.day + 7 * _DAY, label))
    _keep_dates(book, event, set(before), waiting, dates)


@dataclass(frozen=True)
class Owed:
    """What a run did with somebody, to be told. ``was``: the provider until then."""

    event: Event
    number: int
    act: str
    row: dict[str, Any]
    was: str
    effective: datetime.date


def _is_phoned_first(book: "Book", owed: Owed) -> bool:
    """Moved against their choice: phoned before the letter comes, or until the day of the call has passed."""
    return any(
        (call.person, call.kind, call.cause, call.status) == (owed.number, "moved", owed.event.data["label"], "to_do")
        and call.due_on >= book.today
        for call in book.calls
    )


def tell_put_off(book: "Book") -> None:
    """Rounds and exits are told later to those who were to be phoned; a night is not."""
    for owed in list(book.put_off):
        if owed.event.kind not in ("night", "approved") and not _is_phoned_first(book, owed):
            book.put_off.remove(owed)
            # A place that another decision has replaced before it began is not told.
            if owed.act != "place" or any(each.covers_some_day for each in _placed(book, owed)):
                _letter(book, owed)


def _placed(book: "Book", owed: Owed) -> list[Placement]:
    return [each for each in book.persons[owed.number].placements if each.run == owed.event.data["label"]]


def _letter(book: "Book", owed: Owed) -> None:
    """Decisions are told; a round tells everybody, an exit whoever moves. Offers are letters of their own."""
    event, number, act, row, effective = owed.event, owed.number, owed.act, owed.row, owed.effective
    label = event.data["label"]
    unmet = [(line["provider"], line["why"], _place(book, number, line["provider"])) for line in row["unmet"]]
    if act == "place" or event.kind == "round_run":
        # Until the day before, as known when it is written, whatever was decided and never began.
        was = book.provider_on(number, effective - _DAY) or owed.was
        placed = _placed(book, owed) if act == "place" else []
        book.owe(
            number, "decision", f"run {label}", placed[-1] if placed else None,
            provider=row["provider"], starts_on=effective, before=was,
            how=row["how"], minutes=granted_on(book.persons[number], effective) or 0,
            unmet=unmet,
        )  # fmt: skip
    elif act == "offer":
        answer_by, starts_on = answer_dates(event.day, effective)
        book.owe(
            number, "offer", f"offer {number} {event.number}", provider=row["provider"], starts_on=starts_on,
            answer_by=answer_by, now=book.provider_on(number, event.day), then=book.decided_next(number),
        )  # fmt: skip
    elif row["unmet"] and event.kind in ("night", "approved"):
        choice, _dates = book.current(number)
        if choice is not None and not choice.letter:
            choice.letter = True
            now = book.provider_on(number, event.day)
            book.owe(number, "queue", f"choice {choice.at}", now=now, unmet=unmet, queues=choice.queues)


def _place(book: "Book", number: int, provider: str) -> int | None:
    line = book.day(book.persons[number].area, book.next_start(book.today)).queues.get(provider, [])
    return next((waiting.place for waiting in line if number in waiting.unit.people), None)


def _keep_dates(
    book: "Book", event: Event, areas: set[str], waiting: set[int], dates: dict[int, datetime.date]
) -> None:
    for number, person in book.persons.items():
        if person.area not in areas:
            continue
        asked = any(
            offer.takes_room or (offer.status == "expired" and not offer.broken) for offer in book.offers_of(number)
        )
        held = number in book.held.get(event.day, ()) and event.kind == "approved"
        if number in book.area_dates and number not in waiting and not asked and not held:
            del book.area_dates[number]
        if number in waiting and number in dates and number not in book.area_dates:
            book.area_dates[number] = AreaDate(dates[number], event.data["seed"], event.data["label"], event.number)


def _tell(book: "Book", event: Event) -> None:
    """Clients of providers that leave, who have not been told."""
    from tests.year.book import rounds

    tell_put_off(book)
    for exit in book.exits:
        if exit.open:
            rounds.tell_clients(book, exit)
