"""A provider's clients: those it has now, those who come, and those who leave."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.models.placement import Placement, PlacementQuerySet
from allocation.selectors import own_placements
from choices.models import CareDecision, Mandate, MandateHolder, Person
from choices.swedish_order import sort_key
from handover.models import Order
from handover.selectors import own_orders
from provider_portal.reaching import Reached, reached_at
from secrecy.protected import protected


class Standing(StrEnum):
    """In the order of a life: a client comes, is there, and leaves."""

    COMING = "kommer"
    NOW = "nu"
    LEAVING = "slutar"


TITLES = {
    Standing.NOW: _("Har ni nu"),
    Standing.COMING: _("Kommer"),
    Standing.LEAVING: _("Slutar"),
}


@dataclass(frozen=True)
class Client:
    """A person and the placement that makes them a client. ``minutes``: granted minutes a month that follow the
    choice, on the day or on the first day of the placement."""

    person: Person
    placement: Placement
    standing: Standing
    minutes: int
    day: datetime.date

    @property
    def last_day(self) -> datetime.date | None:
        end = self.placement.valid_until
        return end - datetime.timedelta(days=1) if end else None


def clients(*, actor: Actor, today: datetime.date, standing: Standing, name: str = "") -> PlacementQuerySet:
    """Placements of the clients, by name; protected people last, and in no search. A person whose end is decided is
    among those who leave.
    """
    found = _in_standing(_named(own_placements(actor=actor, today=today), name), today, standing)
    return found.select_related("person__area", "contract__area").order_by(
        Collate("person__order_key", "C"), "person_id", "valid_from"
    )


def lines(placements: Iterable[Placement], *, today: datetime.date, standing: Standing) -> list[Client]:
    rows = list(placements)
    minutes = _minutes(rows, today)
    return [
        Client(placement.person, placement, standing, minutes[placement.pk], _day(placement, today))
        for placement in rows
    ]


def counts(*, actor: Actor, today: datetime.date, name: str = "") -> dict[Standing, int]:
    """Numbers of those whom ``actor`` sees."""
    own = _named(own_placements(actor=actor, today=today), name)
    return {each: _in_standing(own, today, each).count() for each in Standing}


def _named(own: PlacementQuerySet, name: str) -> PlacementQuerySet:
    # A match would confirm the name of a protected person.
    found = own.exclude(person__in=Person.objects.filter(protected())) if name else own
    for word in name.split():
        found = found.filter(person__sort_name__contains=sort_key(word))
    return found


def _in_standing(own: PlacementQuerySet, today: datetime.date, standing: Standing) -> PlacementQuerySet:
    # A person who stays with the same provider, such as in another area, neither comes nor leaves.
    if standing == Standing.COMING:
        return own.arriving().filter(valid_from__gt=today)
    leaving = own.leaving().filter(valid_from__lte=today)
    if standing == Standing.LEAVING:
        return leaving
    return own.filter(valid_from__lte=today).exclude(valid_until__lte=today).exclude(pk__in=leaving)


@dataclass(frozen=True)
class ClientPage:
    """Facts of one client that the provider may see."""

    client: Client
    decisions: list[CareDecision]
    contacts: list[tuple[Mandate, list[MandateHolder]]]
    orders: list[Order]
    reached: Reached

    @property
    def agreed(self) -> Order | None:
        """The order in which keys and alarm were agreed for this placement."""
        started = [each for each in self.orders if each.kind == Order.Kind.START]
        return next((each for each in started if each.keys or each.alarm), None)

    @property
    def person(self) -> Person:
        return self.client.person


def client_page(*, reference: str, actor: Actor, today: datetime.date) -> ClientPage | None:
    """None: no client of the actor's provider. Services, minutes and contacts are those of ``Client.day``."""
    own = own_placements(actor=actor, today=today).filter(person__reference=reference)
    # The one that matters most: that of today, else the next, else the last.
    placements = sorted(
        own.select_related("person__area", "contract__area"),
        key=lambda each: (not each.covers(today), each.valid_from <= today, each.valid_from),
    )
    if not placements:
        return None
    placement = placements[0]
    day = _day(placement, today)
    decisions = list(
        CareDecision.objects.following_choice(day)
        .filter(person=placement.person)
        .select_related("service_type")
        .order_by("service_type__name")
    )
    client = Client(
        placement.person,
        placement,
        _standing(placement, today),
        sum(decision.minutes for decision in decisions),
        day,
    )
    orders = own_orders(actor=actor, today=today).filter(placement=placement).order_by("day")
    reached = reached_at(placement.person, placement, today=today)
    contacts = [] if reached.is_over else list(_contacts(placement.person, day))
    return ClientPage(client, decisions, contacts, list(orders), reached)


def _standing(placement: Placement, today: datetime.date) -> Standing:
    own = Placement.objects.filter(pk=placement.pk)
    for each in (Standing.COMING, Standing.LEAVING):
        if _in_standing(own, today, each).exists():
            return each
    return Standing.NOW


def _contacts(person: Person, day: datetime.date) -> Iterator[tuple[Mandate, list[MandateHolder]]]:
    """Holders of the mandates in force: the contacts that the municipality knows. Templates name them with
    ``name_for``, as for staff."""
    for mandate in Mandate.objects.on(day).filter(person=person).prefetch_related("holders").order_by("valid_from"):
        yield mandate, list(mandate.holders.all())


def _day(placement: Placement, today: datetime.date) -> datetime.date:
    """The day whose decisions count for the placement: today, its first day if that is later, or its last."""
    if placement.valid_until and placement.valid_until <= today:
        return placement.valid_until - datetime.timedelta(days=1)
    return max(placement.valid_from, today)


def _minutes(placements: list[Placement], today: datetime.date) -> dict[int, int]:
    """Placement id → granted minutes a month, each on its own day."""
    people = {placement.person_id for placement in placements}
    decisions: dict[int, list[CareDecision]] = {}
    following = CareDecision.objects.filter(person__in=people, service_type__follows_choice=True)
    for decision in following:
        decisions.setdefault(decision.person_id, []).append(decision)
    return {
        each.pk: sum(
            decision.minutes for decision in decisions.get(each.person_id, []) if decision.covers(_day(each, today))
        )
        for each in placements
    }
