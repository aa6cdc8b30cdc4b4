"""Orders derived from placements: what is missing is made, what does not hold any more is cancelled or moved.

Placements begin and end in many services, in SQL and by imports. So no service makes an order: they are compared, every
ten minutes and after each night, and the unique constraint makes a second run at the same time do nothing.
"""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.models import Placement
from audit.services import record
from common import clock
from handover.deadlines import call_by, receive_by
from handover.models import Message, Order
from providers.models import Municipality
from providers.selectors import municipality

# Changes of so many days back still make an order: longer than any outage.
LATE = datetime.timedelta(days=14)
_SYSTEM = Actor.system("överlämning")


@transaction.atomic
def keep_orders(*, today: datetime.date | None = None) -> int:
    """Make, move and cancel orders until they agree with the placements. Returns the number of changes."""
    day = today or clock.today()
    if not Municipality.objects.filter(pk=1).exists():
        return 0
    outdated = _outdated(day)
    own = municipality()
    for order in outdated:
        _correct(order, day, own)
    made = [*_starts(day, own), *_ends(day, own)]
    for order in made:
        # Another run may have made it meanwhile: the constraint lets one of them.
        Order.objects.bulk_create([order], ignore_conflicts=True)
    stored = set(
        Order.objects.filter(reference__in=[order.reference for order in made]).values_list("reference", flat=True)
    )
    for order in made:
        if order.reference in stored:
            _log("made", order)
    return len(outdated) + len(stored)


def _without(kind: str, placements: QuerySet[Placement]) -> QuerySet[Placement]:
    known = Order.objects.filter(placement=OuterRef("pk"), kind=kind).exclude(state=Order.State.CANCELLED)
    return placements.filter(~Exists(known), person__merged_into__isnull=True).select_related("person")


def _starts(today: datetime.date, own: Municipality) -> Iterator[Order]:
    # A placement registered after it began was taken over from another system: its provider is there already.
    begin = Placement.objects.arriving().filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=today),
        valid_from__gte=today - LATE,
        registered_at__date__lte=F("valid_from"),
    )
    for placement in _without(Order.Kind.START, begin):
        yield _order(Order.Kind.START, placement, placement.valid_from, today, own)


def _ends(today: datetime.date, own: Municipality) -> Iterator[Order]:
    end = Placement.objects.leaving().filter(valid_until__gte=today - LATE)
    for placement in _without(Order.Kind.END, end):
        assert placement.valid_until is not None  # noqa: S101  (the query)
        yield _order(Order.Kind.END, placement, placement.valid_until, today, own)


def _order(
    kind: Order.Kind, placement: Placement, day: datetime.date, today: datetime.date, own: Municipality
) -> Order:
    return Order(
        kind=kind,
        placement=placement,
        person=placement.person,
        day=day,
        receive_by=receive_by(day=day, made_on=today, own=own),
        call_by=call_by(start=day, decided_on=today, own=own) if kind == Order.Kind.START else None,
    )


def _outdated(today: datetime.date) -> list[Order]:
    """Orders that do not agree with their placement, locked. ``holds``: the person still comes or leaves, but on
    another day, or the time with the provider is over. Orders that a user is changing now wait for the next run.
    """
    begins = Placement.objects.arriving().filter(pk=OuterRef("placement"))
    ends = Placement.objects.leaving().filter(pk=OuterRef("placement"))
    compared = Order.objects.exclude(state=Order.State.CANCELLED).annotate(
        holds=Case(When(kind=Order.Kind.START, then=Exists(begins)), default=Exists(ends))
    )
    moved = Q(kind=Order.Kind.END) & ~Q(day=F("placement__valid_until"))
    is_open = ~Q(state=Order.State.CLOSED) & (Q(holds=False) | moved | _not_visited_when_over(today))
    closed = Q(state=Order.State.CLOSED) & _undone_after_it_was_closed(today)
    found = compared.filter(is_open | closed).select_related("placement", "person").order_by("pk")
    return list(found.select_for_update(of=("self",), skip_locked=True))


def _undone_after_it_was_closed(today: datetime.date) -> Q:
    """Closed orders of what did not happen, or is to happen again: a start that was undone on its first day, and an
    end of somebody who stays after all, or longer. An end that was earlier than known changes nothing any more.
    """
    since = today - LATE
    undone = Q(kind=Order.Kind.START, day__gte=since, placement__valid_until=F("placement__valid_from"))
    stays = Q(holds=False, day__gte=since)
    longer = Q(placement__valid_until__gt=F("day"), placement__valid_until__gte=since)
    on_and_on = Q(placement__valid_until__isnull=True)
    return undone | (Q(kind=Order.Kind.END) & (stays | longer | on_and_on))


def _not_visited_when_over(today: datetime.date) -> Q:
    """Starts of placements that have ended: without a first visit nothing waits any more."""
    waiting = [Order.State.SENT, Order.State.RECEIVED]
    return Q(kind=Order.Kind.START, state__in=waiting, placement__valid_until__lte=today)


def _correct(order: Order, today: datetime.date, own: Municipality) -> None:
    holds, end = vars(order)["holds"], order.placement.valid_until
    if holds and end and order.kind == Order.Kind.END:
        order.day, order.receive_by = end, receive_by(day=end, made_on=today, own=own)
        # Received anew: the provider has planned for another day.
        order.state, order.received_at, order.received_by, order.ended_at = Order.State.SENT, None, None, None
        text = _("Slutdatumet är ändrat. Sista dagen är nu %(day)s.") % {"day": date_format(order.last_day)}
    else:
        order.state, order.ended_at = Order.State.CANCELLED, clock.now()
        over = _("Uppdraget är återkallat. Personen är inte er kund längre.")
        # Of a start that is undone after the visit there is something to be changed.
        text = over if holds or order.visited_on else _("Uppdraget är återkallat. Det blir ingen ändring.")
    order.version += 1
    order.save()
    Message.objects.create(order=order, text=text)
    _log("cancelled" if order.state == Order.State.CANCELLED else "moved", order)


def _log(step: str, order: Order) -> None:
    record(
        actor=_SYSTEM,
        action=f"handover.{step}",
        person_reference=order.person.reference,
        object_reference=order.reference,
        data={"kind": str(order.kind), "day": str(order.day)},
    )
