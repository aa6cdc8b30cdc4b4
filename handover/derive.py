"""Orders derived from placements: what is missing is made, what does not hold any more is cancelled or moved.

Placements begin and end in many services, in SQL and by imports. So no service makes an order: they are compared, every
ten minutes and after each night, and the unique constraint makes a second run at the same time do nothing.
"""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
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
    changed = sum(1 for order in _held() if _corrected(order))
    own = municipality()
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
    return changed + len(stored)


def _before() -> Exists:
    """The person is with the same provider the day before: nothing begins."""
    return Exists(_same(valid_until=OuterRef("valid_from")))


def _after() -> Exists:
    return Exists(_same(valid_from=OuterRef("valid_until")))


def _same(**where: OuterRef) -> QuerySet[Placement]:
    found: QuerySet[Placement] = Placement.objects.covering_some_day().filter(
        person=OuterRef("person"), contract__provider=OuterRef("contract__provider"), **where
    )
    return found


def _without(kind: str, placements: QuerySet[Placement]) -> QuerySet[Placement]:
    known = Order.objects.filter(placement=OuterRef("pk"), kind=kind).exclude(state=Order.State.CANCELLED)
    return placements.filter(~Exists(known), person__merged_into__isnull=True).select_related("person")


def _starts(today: datetime.date, own: Municipality) -> Iterator[Order]:
    # A placement registered after it began was taken over from another system: its provider is there already.
    begin = Placement.objects.covering_some_day().filter(
        valid_from__gte=today - LATE, registered_at__date__lte=F("valid_from")
    )
    for placement in _without(Order.Kind.START, begin.filter(~_before())):
        yield _order(Order.Kind.START, placement, placement.valid_from, today, own)


def _ends(today: datetime.date, own: Municipality) -> Iterator[Order]:
    end = Placement.objects.covering_some_day().filter(valid_until__gte=today - LATE)
    for placement in _without(Order.Kind.END, end.filter(~_after())):
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


def _held() -> list[Order]:
    """Open orders that do not agree with their placement, locked. Those that somebody works with now wait."""
    open_now = Order.objects.open().annotate(
        continues=Exists(
            Placement.objects.covering_some_day().filter(
                person=OuterRef("placement__person"),
                contract__provider=OuterRef("placement__contract__provider"),
                valid_from=OuterRef("placement__valid_until"),
            )
        )
    )
    void = open_now.filter(placement__valid_until=F("placement__valid_from"))
    undone = open_now.filter(kind=Order.Kind.END, placement__valid_until__isnull=True)
    stays = open_now.filter(kind=Order.Kind.END, continues=True)
    moved = open_now.filter(kind=Order.Kind.END).exclude(day=F("placement__valid_until"))
    keys = {key for rows in (void, undone, stays, moved) for key in rows.values_list("pk", flat=True)}
    locked = Order.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=keys).order_by("pk")
    return list(locked.select_related("placement__contract__provider", "person"))


def _corrected(order: Order) -> bool:
    placement = order.placement
    covers_no_day = placement.valid_until == placement.valid_from
    end = None if covers_no_day or order.kind == Order.Kind.START else placement.valid_until
    if end is not None and not _continues(placement, end):
        order.day = end
        # Received anew: the provider has planned for another day.
        order.state, order.received_at, order.received_by = Order.State.SENT, None, None
        last = date_format(order.day - datetime.timedelta(days=1))
        text = _("Slutdatumet är ändrat. Sista dagen är nu %(day)s.") % {"day": last}
    else:
        order.state, order.ended_at = Order.State.CANCELLED, clock.now()
        text = _("Uppdraget är återkallat. Det blir ingen ändring.")
    order.version += 1
    order.save()
    Message.objects.create(order=order, text=text)
    _log("cancelled" if order.state == Order.State.CANCELLED else "moved", order)
    return True


def _continues(placement: Placement, end: datetime.date) -> bool:
    following = Placement.objects.covering_some_day().filter(
        person=placement.person_id, contract__provider=placement.contract.provider_id, valid_from=end
    )
    return bool(following.exists())


def _log(step: str, order: Order) -> None:
    record(
        actor=_SYSTEM,
        action=f"handover.{step}",
        person_reference=order.person.reference,
        object_reference=order.reference,
        data={"kind": str(order.kind), "day": str(order.day)},
    )
