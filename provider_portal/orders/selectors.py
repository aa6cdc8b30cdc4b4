"""A provider's orders, with what the provider is told of each."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.db.models.functions import Collate

from accounts.actors import Actor
from choices.models import CareDecision
from handover.models import Message, Order
from handover.selectors import own_orders

_ORDER = [Order.State.SENT, Order.State.RECEIVED, Order.State.VISITED, Order.State.CANCELLED, Order.State.CLOSED]


@dataclass(frozen=True)
class OrderLine:
    """``services``: (name, granted minutes a month) of those that follow the choice, on the first day of a start or
    the last day of an end."""

    order: Order
    services: list[tuple[str, int]]
    asked: bool

    @property
    def minutes(self) -> int:
        return sum(minutes for _name, minutes in self.services)


@dataclass(frozen=True)
class OrderGroup:
    state: Order.State
    lines: list[OrderLine]


def order_groups(*, actor: Actor, today: datetime.date) -> list[OrderGroup]:
    """By state, what is to be received first; in each by day and name, protected people last."""
    waits = Message.objects.filter(order=OuterRef("pk"), waits=True)
    found = own_orders(actor=actor, today=today).annotate(is_asked=Exists(waits))
    found = found.order_by("day", Collate("person__order_key", "C"), "person_id", "id")
    lines = _lines(found)
    groups = [OrderGroup(state, [line for line in lines if line.order.state == state]) for state in _ORDER]
    return [group for group in groups if group.lines]


def order_line(*, reference: str, actor: Actor, today: datetime.date) -> OrderLine | None:
    """None: no order of the actor's provider that may be seen now."""
    waits = Message.objects.filter(order=OuterRef("pk"), waits=True)
    found = own_orders(actor=actor, today=today).filter(reference=reference).annotate(is_asked=Exists(waits))
    return next(iter(_lines(found)), None)


def _lines(orders: Iterable[Order]) -> list[OrderLine]:
    found = list(orders)
    decisions: dict[int, list[CareDecision]] = {}
    following = CareDecision.objects.filter(
        person__in=[order.person_id for order in found], service_type__follows_choice=True
    )
    for decision in following.select_related("service_type").order_by("service_type__name"):
        decisions.setdefault(decision.person_id, []).append(decision)
    return [
        OrderLine(
            order,
            [
                (decision.service_type.name, decision.minutes)
                for decision in decisions.get(order.person_id, [])
                if decision.covers(order.granted_day)
            ],
            bool(getattr(order, "is_asked", False)),
        )
        for order in found
    ]
