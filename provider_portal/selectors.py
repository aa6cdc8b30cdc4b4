"""The provider of the signed-in user, and what waits there."""

import datetime
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from accounts.roles import Right
from handover.models import Order
from handover.selectors import own_orders
from provider_portal.clients.selectors import TITLES, counts
from providers.models import Provider


def own_provider(*, actor: Actor) -> Provider:
    """The one provider that the actor belongs to.

    Raises:
        Provider.DoesNotExist: the actor is no user of a provider, which ``provider_page`` has refused.
    """
    return Provider.objects.get(code=actor.provider or "")


@dataclass(frozen=True)
class Overview:
    """Numbers of the orders and clients that the actor sees. ``standings``: (standing, title, number)."""

    to_receive: int
    late: int
    to_visit: int
    standings: list[tuple[Any, Any, int]]


def overview(*, actor: Actor, today: datetime.date) -> Overview | None:
    """None for those who see no clients."""
    if not actor.may(Right.OWN_CLIENTS):
        return None
    orders = own_orders(actor=actor, today=today)
    sent = orders.filter(state=Order.State.SENT)
    numbers = counts(actor=actor, today=today)
    return Overview(
        to_receive=sent.count(),
        late=sent.filter(receive_by__lt=today).count(),
        to_visit=orders.filter(kind=Order.Kind.START, state=Order.State.RECEIVED).count(),
        standings=[(each, title, numbers[each]) for each, title in TITLES.items()],
    )
