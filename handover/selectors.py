"""Orders, scoped to the provider or to the officer."""

import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import Placement
from allocation.selectors import own_placements
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from handover.models import Message, Order
from providers.models import Municipality
from secrecy.protected import protected

_SHOWN = ("person__area", "placement__contract__provider", "placement__contract__area", "received_by")


def own_orders(*, actor: Actor, today: datetime.date | None = None) -> QuerySet[Order]:
    """Orders of the people that the actor's provider may see now (``own_placements``). A cancelled one is listed for
    ``client_days_after`` days, if the provider could see it before.
    """
    day = today or clock.today()
    own = Municipality.objects.filter(pk=1).first()
    if actor.provider is None or not actor.may(Right.OWN_CLIENTS) or own is None:
        return Order.objects.none()
    seen = Q(placement__in=own_placements(actor=actor, today=day)) & ~Q(state=Order.State.CANCELLED)
    cancelled = Q(
        state=Order.State.CANCELLED,
        placement__contract__provider__code=actor.provider,
        ended_at__date__gt=day - datetime.timedelta(days=own.client_days_after),
        person__merged_into__isnull=True,
    )
    # Nobody has seen an order, or a notice, of a placement that was far away when it was cancelled.
    shown = Q(ended_at__date__gte=F("placement__valid_from") - datetime.timedelta(days=own.client_days_before))
    found = Order.objects.filter(seen | cancelled & shown)
    if not actor.may(Right.SEE_PROTECTED):
        found = found.exclude(person__in=Person.objects.filter(protected()))
    return found.select_related(*_SHOWN)


def visible_orders(*, actor: Actor) -> QuerySet[Order]:
    """Orders of the people that an officer may see."""
    return Order.objects.filter(person__in=visible_persons(actor=actor)).select_related(*_SHOWN)


def late_to_receive(*, today: datetime.date) -> QuerySet[Order]:
    return Order.objects.filter(state=Order.State.SENT, receive_by__lt=today)


def without_first_visit(*, today: datetime.date) -> QuerySet[Order]:
    """Orders whose first day has come without a reported first visit."""
    waiting = [Order.State.SENT, Order.State.RECEIVED]
    return Order.objects.filter(kind=Order.Kind.START, state__in=waiting, day__lte=today)


def with_questions() -> QuerySet[Order]:
    waits = Message.objects.filter(order=OuterRef("pk"), waits=True)
    return Order.objects.filter(Exists(waits))


def start_order(*, placement: Placement) -> Order | None:
    """The order of a start: the last day to phone, and the first visit as agreed."""
    return Order.objects.open().filter(placement=placement, kind=Order.Kind.START).first()
