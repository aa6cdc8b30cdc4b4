"""The queues on the desk: the facts of queues and room (``allocation.facts``), with the people the actor may see."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import Actor
from allocation.facts.days import by_day, day_of
from allocation.facts.queues import QueueSize, Waiter, queue, queue_size, queue_sizes
from allocation.facts.room import Room, rooms
from allocation.models import Offer
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from providers.models import Area, Contract, Municipality, Provider
from providers.selectors import current_or_coming, municipality, share_bp_by_area
from secrecy.gate import counts_everybody

ROWS = 50


@dataclass(frozen=True)
class Place:
    """A waiter of a queue. ``number`` is the household's place; None as ``Waiter.place`` is, and for staff who may not
    know of protected people: a number left out would tell of one. ``person`` is None for a record that was merged."""

    waiter: Waiter
    person: Person | None
    number: int | None


@dataclass(frozen=True)
class QueuePage:
    """Households with places ``first`` and on; those who have an offer, or can never fit, before the first."""

    day: datetime.date
    room: Room
    share_bp: int | None
    places: list[Place]
    size: QueueSize
    # Room as all take it; False: only what is free may be shown.
    is_whole: bool
    first: int
    next: int | None
    previous: int | None


def queue_page(*, contract: Contract, actor: Actor, first: int = 1) -> QueuePage:
    """Fifty households from place ``first`` on."""
    day = day_of(contract, clock.today())
    first = max(first, 1)
    if not counts_everybody(actor):
        return _page_of_the_seen(contract, day, actor, first)
    waiters = queue(contract, day=day, first=first, last=first + ROWS - 1)
    if first > 1:
        waiters = [waiter for waiter in waiters if waiter.place is not None]
    persons = visible_persons(actor=actor).select_related("area").in_bulk([waiter.person_id for waiter in waiters])
    size = queue_size(contract, day=day)
    return QueuePage(
        day=day,
        room=rooms([contract], day=day)[0],
        share_bp=share_bp_by_area(day=day).get(contract.area_id),
        places=[Place(waiter, persons.get(waiter.person_id), waiter.place) for waiter in waiters],
        size=size,
        is_whole=True,
        first=first,
        next=first + ROWS if first + ROWS <= size.households else None,
        previous=max(first - ROWS, 1) if first > 1 else None,
    )


def _page_of_the_seen(contract: Contract, day: datetime.date, actor: Actor, first: int) -> QueuePage:
    """In order and without numbers: nothing in it is another if somebody protected waits too."""
    seen = _seen(contract, day, actor)
    part = seen[first - 1 : first - 1 + ROWS]
    persons = visible_persons(actor=actor).select_related("area").in_bulk([waiter.person_id for waiter in part])
    return QueuePage(
        day=day,
        room=rooms([contract], day=day)[0],
        share_bp=share_bp_by_area(day=day).get(contract.area_id),
        places=[Place(waiter, persons[waiter.person_id], None) for waiter in part],
        size=_size_of(seen),
        is_whole=False,
        first=first,
        next=first + ROWS if first + ROWS <= len(seen) else None,
        previous=max(first - ROWS, 1) if first > 1 else None,
    )


def _seen(contract: Contract, day: datetime.date, actor: Actor) -> list[Waiter]:
    waiters = queue(contract, day=day)
    numbers = [waiter.person_id for waiter in waiters]
    seen = set(visible_persons(actor=actor).filter(pk__in=numbers).values_list("pk", flat=True))
    return [waiter for waiter in waiters if waiter.person_id in seen]


def _size_of(waiters: Sequence[Waiter]) -> QueueSize:
    """Of those in the order: an offer, or being too large for ever, has no place in it."""
    placed = [waiter for waiter in waiters if waiter.place is not None]
    return QueueSize(len({waiter.unit for waiter in placed}), len(placed), sum(waiter.minutes for waiter in placed))


@dataclass(frozen=True)
class QueueLine:
    """A contract in the overview."""

    room: Room
    size: QueueSize


def queue_lines(*, actor: Actor) -> list[QueueLine]:
    """Of each contract with a queue in the actor's areas, by area and name."""
    contracts = _contracts().exclude(provider__kind=Provider.Kind.MUNICIPAL)
    if actor.areas is not None:
        contracts = contracts.filter(area__code__in=actor.areas)
    found = list(contracts.order_by("area__name", "provider__name"))
    own = municipality()
    sizes = queue_sizes(found, today=clock.today(), own=own)
    lines = rooms_of(found, own=own)
    if not counts_everybody(actor):
        days = {room.contract.pk: room.day for room in lines}
        waited_for = [contract for contract in found if sizes[contract.pk].persons]
        sizes |= {contract.pk: _size_of(_seen(contract, days[contract.pk], actor)) for contract in waited_for}
    return [QueueLine(room, sizes[room.contract.pk]) for room in lines]


def rooms_of(contracts: Sequence[Contract], *, own: Municipality | None = None) -> list[Room]:
    """The room of each on the day a place given today can begin, or on the contract's first day."""
    found = {
        room.contract.pk: room
        for day, theirs in by_day(contracts, clock.today(), own=own).items()
        for room in rooms(theirs, day=day)
    }
    return [found[contract.pk] for contract in contracts]


def contract_of(*, area: Area, provider: Provider) -> Contract | None:
    """The contract in force, else the one that begins next."""
    return _contracts().filter(area=area, provider=provider).order_by("valid_from").first()


def _contracts() -> QuerySet[Contract]:
    return current_or_coming(day=clock.today()).select_related("area", "provider")


def open_offers(*, contract: Contract, actor: Actor) -> list[Offer]:
    offers = Offer.objects.filter(
        contract=contract, status=Offer.Status.OPEN, person__in=visible_persons(actor=actor)
    ).select_related("person")
    return list(offers.order_by("answer_by", "pk")[:ROWS])
