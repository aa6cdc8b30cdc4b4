"""The queues on the desk: the facts of queues and room (``allocation.facts``), with the people the actor may see."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import Actor
from allocation.facts.days import by_day, day_of
from allocation.facts.queues import QueueSize, Waiter, queue, queue_size, queue_sizes
from allocation.facts.room import AreaRoom, Room, room_in_area, rooms
from allocation.facts.shared import Shared
from allocation.models import Offer
from allocation.wording import ORIGIN_LABEL, origin_words
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from desk.queue_head import Head, head
from providers.models import Area, Contract, Provider
from providers.selectors import current_or_coming
from secrecy.gate import counts_everybody

ROWS = 50


@dataclass(frozen=True)
class Place:
    """A person in a queue. ``number``: the household's place; None as ``Waiter.place``, and for staff who may not know
    of protected people: a gap would reveal one. ``person`` is None for a merged record.
    """

    waiter: Waiter
    person: Person | None
    number: int | None

    @property
    def origin(self) -> str:
        """Origin of the place, in a few words."""
        words = ", ".join(origin_words(self.waiter.origin, ORIGIN_LABEL))
        return f"{words[:1].upper()}{words[1:]}."


@dataclass(frozen=True)
class QueuePage:
    """Households with places ``first`` and on; those with an offer, or too large to ever fit, precede the first."""

    day: datetime.date
    room: Room
    area: AreaRoom
    # Of the first page.
    head: Head | None
    places: list[Place]
    size: QueueSize
    # True: show all use of the room; False: only free room.
    is_whole: bool
    first: int
    next: int | None
    previous: int | None


def queue_page(*, contract: Contract, actor: Actor, first: int = 1, shared: Shared | None = None) -> QueuePage:
    """Fifty households from place ``first`` on. For staff who may not know of protected people: in order and without
    numbers, independent of protected people in the queue. ``shared``: of the request.
    """
    same = shared or Shared()
    day = day_of(contract, clock.today(), same)
    first, whole = max(first, 1), counts_everybody(actor)
    waiters = queue(contract, day=day, first=first, last=first + ROWS - 1, without_protected=not whole)
    if first > 1:
        waiters = [waiter for waiter in waiters if waiter.place is not None]
    persons = visible_persons(actor=actor).select_related("area").in_bulk([waiter.person_id for waiter in waiters])
    if not whole:
        waiters = [waiter for waiter in waiters if waiter.person_id in persons]
    room, area = room_in_area(contract, day=day, shared=same)
    size = queue_size(contract, day=day, without_protected=not whole)
    return QueuePage(
        day=day,
        room=room,
        area=area,
        head=head(contract=contract, waiters=waiters, area=area) if first == 1 else None,
        places=[Place(waiter, persons.get(waiter.person_id), waiter.place if whole else None) for waiter in waiters],
        size=size,
        is_whole=whole,
        first=first,
        next=first + ROWS if first + ROWS <= size.households else None,
        previous=max(first - ROWS, 1) if first > 1 else None,
    )


@dataclass(frozen=True)
class QueueLine:
    """A contract in the overview."""

    room: Room
    size: QueueSize


def queue_lines(*, actor: Actor, shared: Shared | None = None) -> list[QueueLine]:
    """Each contract with a queue in the actor's areas, by area and name. ``shared``: of the request."""
    same = shared or Shared()
    contracts = _contracts().exclude(provider__kind=Provider.Kind.MUNICIPAL)
    if actor.areas is not None:
        contracts = contracts.filter(area__code__in=actor.areas)
    found = list(contracts.order_by("area__name", "provider__name"))
    sizes = queue_sizes(found, today=clock.today(), without_protected=not counts_everybody(actor), shared=same)
    lines = rooms_of(found, shared=same)
    return [QueueLine(room, sizes[room.contract.pk]) for room in lines]


def rooms_of(contracts: Sequence[Contract], *, shared: Shared | None = None) -> list[Room]:
    """Room of each contract on the first possible day of a placement decided today, or on the contract's first day."""
    same = shared or Shared()
    found = {
        room.contract.pk: room
        for day, theirs in by_day(contracts, clock.today(), same).items()
        for room in rooms(theirs, day=day, shared=same)
    }
    return [found[contract.pk] for contract in contracts]


def contract_of(*, area: Area, provider: Provider) -> Contract | None:
    """Contract in force, else the next one."""
    return _contracts().filter(area=area, provider=provider).order_by("valid_from").first()


def _contracts() -> QuerySet[Contract]:
    return current_or_coming(day=clock.today()).select_related("area", "provider")


def count_of(offers: Sequence[Offer], *, actor: Actor) -> int:
    """Number of offers to people whom ``actor`` may see: the list beside it has no others."""
    return visible_persons(actor=actor).filter(pk__in=[offer.person_id for offer in offers]).count()


def open_offers(*, contract: Contract, actor: Actor) -> list[Offer]:
    offers = Offer.objects.filter(
        contract=contract, status=Offer.Status.OPEN, person__in=visible_persons(actor=actor)
    ).select_related("person")
    return list(offers.order_by("answer_by", "pk")[:ROWS])
