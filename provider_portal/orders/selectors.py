"""A provider's orders, with the facts that the provider may read."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Collate

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import CareDecision, Mandate
from handover.models import Message, Order
from handover.selectors import own_orders
from provider_portal.reaching import Reached, reached_at


@dataclass(frozen=True)
class Representative:
    """A holder of a mandate, who may be phoned. ``kind``: a code of ``Mandate.Kind``. ``name`` and ``phone``
    as the reader may know them (``MandateHolder.name_for``)."""

    kind: str
    title: str
    name: str
    phone: str


@dataclass(frozen=True)
class OrderLine:
    """``services``: (name, granted minutes a month) of those that follow the choice, on the first day of a start or
    the last day of an end; none if the order is called back and that day is not the provider's. ``representatives``: of
    the same day, while the placement lasts.
    """

    order: Order
    services: list[tuple[str, int]]
    representatives: list[Representative]
    asked: bool
    reached: Reached

    @property
    def minutes(self) -> int:
        return sum(minutes for _name, minutes in self.services)


def orders(*, actor: Actor, today: datetime.date, state: Order.State | None = None) -> QuerySet[Order]:
    """By day and name, protected people last. ``state`` None: all."""
    found = own_orders(actor=actor, today=today)
    if state is not None:
        found = found.filter(state=state)
    waits = Message.objects.filter(order=OuterRef("pk"), waits=True)
    in_order = ("day", Collate("person__order_key", "C"), "person_id", "id")
    return found.annotate(is_asked=Exists(waits)).order_by(*in_order)


def counts(*, actor: Actor, today: datetime.date) -> dict[str, int]:
    """State → number of orders. States without an order are missing."""
    found = own_orders(actor=actor, today=today).order_by().values_list("state")
    return dict(found.annotate(number=Count("pk")))


def order_line(*, reference: str, actor: Actor, today: datetime.date) -> OrderLine | None:
    """None: no order of the actor's provider that may be seen now."""
    found = orders(actor=actor, today=today).filter(reference=reference)
    return next(iter(lines(found, today=today, sees_protected=actor.may(Right.SEE_PROTECTED))), None)


def lines(orders: Iterable[Order], *, today: datetime.date, sees_protected: bool = False) -> list[OrderLine]:
    """``sees_protected``: the reader may know which representatives are protected. Never for a file of many orders."""
    found = list(orders)
    mandates = _mandates(found)
    decisions: dict[int, list[CareDecision]] = {}
    following = CareDecision.objects.filter(
        person__in=[order.person_id for order in found], service_type__follows_choice=True
    )
    for decision in following.select_related("service_type").order_by("service_type__name"):
        decisions.setdefault(decision.person_id, []).append(decision)
    found_lines = []
    for order in found:
        reached, day = reached_at(order.person, order.placement, today=today), order.granted_day
        # An order called back may name a day of another provider: what is granted on it is that one's to know.
        granted = decisions.get(order.person_id, []) if order.placement.covers(day) else []
        of_day = [] if reached.is_over else [each for each in mandates.get(order.person_id, []) if each.covers(day)]
        found_lines.append(
            OrderLine(
                order,
                [(decision.service_type.name, decision.minutes) for decision in granted if decision.covers(day)],
                [
                    Representative(
                        mandate.kind,
                        mandate.get_kind_display(),
                        holder.name_for(sees_protected=sees_protected),
                        holder.phone_for(sees_protected=sees_protected),
                    )
                    for mandate in of_day
                    for holder in mandate.holders.all()
                ],
                bool(getattr(order, "is_asked", False)),
                reached,
            )
        )
    return found_lines


def _mandates(orders: list[Order]) -> dict[int, list[Mandate]]:
    found: dict[int, list[Mandate]] = {}
    people = Mandate.objects.filter(person__in=[order.person_id for order in orders])
    for mandate in people.prefetch_related("holders").order_by("valid_from", "id"):
        found.setdefault(mandate.person_id, []).append(mandate)
    return found
