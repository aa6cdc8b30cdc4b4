"""Steps of an order: by the provider that it is for, or by an officer whom the provider has phoned; questions and
answers between them."""

import datetime
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from handover.models import Message, Order
from handover.selectors import own_orders, visible_orders

State = Order.State

# A first visit further away is a mistyped year: the person reads the day on their own page.
MOST_AHEAD = datetime.timedelta(days=366)


@transaction.atomic
def receive(*, order: Order, seen: int, actor: Actor) -> Order:
    """Record that the provider has received the order. Of two simultaneous calls the second gets an error."""

    def change(held: Order) -> None:
        _require(held, State.SENT)
        held.state, held.received_at, held.received_by_id = State.RECEIVED, clock.now(), actor.user_id

    return _step("receive", order, seen, actor, change)


@transaction.atomic
def agree(
    *,
    order: Order,
    seen: int,
    visit_on: datetime.date,
    visit_time: str,
    visit_by: str,
    keys: str,
    alarm: str,
    actor: Actor,
) -> Order:
    """Store the agreement of provider and person: the first visit, keys and alarm."""

    def change(held: Order) -> None:
        if held.kind != Order.Kind.START:
            raise ValidationError(_("Bara en ny kund får ett första besök."))
        _require(held, State.RECEIVED)
        _require_within(held, visit_on)
        held.visit_on, held.visit_time, held.visit_by = visit_on, visit_time.strip(), visit_by.strip()
        held.keys, held.alarm = keys.strip(), alarm.strip()

    _own(order, actor)
    return _step("agree", order, seen, actor, change)


@transaction.atomic
def visited(*, order: Order, seen: int, visited_on: datetime.date, actor: Actor) -> Order:
    """Raises ``ValidationError`` for a day that has not come, or is before the order or after the placement, and for an
    end.
    """

    def change(held: Order) -> None:
        if held.kind != Order.Kind.START:
            raise ValidationError(_("Bara en ny kund får ett första besök."))
        _require(held, State.RECEIVED)
        if visited_on > clock.today():
            raise ValidationError(_("Dagen har inte varit än."))
        _require_within(held, visited_on)
        held.state, held.visited_on = State.VISITED, visited_on

    return _step("visited", order, seen, actor, change)


@transaction.atomic
def close(*, order: Order, seen: int, actor: Actor) -> Order:
    """A start after the first visit; an end when keys and papers have been handed over, not before its last day."""

    def change(held: Order) -> None:
        _require(held, State.VISITED if held.kind == Order.Kind.START else State.RECEIVED)
        if held.kind == Order.Kind.END and held.day > clock.today():
            raise ValidationError(_("Personen är er kund än. Avsluta efter sista dagen."))
        held.state, held.ended_at = State.CLOSED, clock.now()

    return _step("close", order, seen, actor, change)


@transaction.atomic
def ask(*, order: Order, text: str, actor: Actor) -> Message:
    """A question of the provider: it waits in the officers' work list."""
    held = _own(order, actor)
    message = Message(order=held, written_by_id=actor.user_id, from_provider=True, waits=True, text=text.strip())
    message.full_clean()
    message.save()
    _log("ask", held, actor)
    return message


@transaction.atomic
def answer(*, order: Order, seen: int, text: str, actor: Actor) -> Message:
    """An officer's answer, or word of the municipality's own. No question waits any more.

    ``seen``: number of messages that the page showed. Raises ``ValidationError`` if there are others: a question that
    the officer has not read would count as answered.
    """
    held = _visible(order, actor)
    if held.messages.count() != seen:
        raise ValidationError(_("Det har kommit ett meddelande sedan du öppnade sidan. Läs det och svara sedan."))
    message = Message(order=held, written_by_id=actor.user_id, text=text.strip())
    message.full_clean()
    message.save()
    held.messages.filter(waits=True).update(waits=False)
    _log("answer", held, actor)
    return message


def _step(name: str, order: Order, seen: int, actor: Actor, change: Callable[[Order], None]) -> Order:
    held = _own(order, actor) if actor.provider else _visible(order, actor)
    if held.version != seen:
        raise ValidationError(_("Någon annan har ändrat uppdraget sedan du öppnade sidan. Läs det igen."))
    before = held.state
    change(held)
    held.version += 1
    held.full_clean()
    held.save()
    _log(name, held, actor, before=str(before), after=str(held.state))
    return held


def _own(order: Order, actor: Actor) -> Order:
    """The order, locked. Raises ``PermissionDenied`` unless it is the actor's provider's and may be seen now."""
    held = Order.objects.select_for_update(of=("self",)).filter(pk=order.pk).first()
    if held is None or not own_orders(actor=actor).filter(pk=order.pk).exists():
        raise PermissionDenied(_("Du har inte behörighet att göra detta."))
    return held


def _visible(order: Order, actor: Actor) -> Order:
    """The order, locked. Raises ``PermissionDenied`` unless it is of a person whom an officer may see."""
    actor.require(Right.WORK_LIST)
    held = visible_orders(actor=actor).select_for_update(of=("self",)).filter(pk=order.pk).first()
    if held is None:
        raise PermissionDenied(_("Du har inte behörighet att göra detta."))
    return held


def _require(held: Order, state: State) -> None:
    if held.state == State.CANCELLED:
        raise ValidationError(_("Uppdraget är återkallat."))
    if held.state != state:
        raise ValidationError(_("Det är redan gjort, eller så är det något annat som ska göras först."))


def _require_within(held: Order, day: datetime.date) -> None:
    """A visit is not before the order was made, nor before the start when it was made late; nor on a day of the next
    provider.
    """
    if day < min(held.day, held.made_at.astimezone(clock.STOCKHOLM).date()):
        raise ValidationError(_("Dagen är före uppdraget. Kontrollera datumet."))
    if day > clock.today() + MOST_AHEAD:
        raise ValidationError(_("Dagen är mer än ett år framåt. Kontrollera den."))
    end = held.placement.valid_until
    if end is not None and day >= end:
        raise ValidationError(_("Dagen är efter den sista dagen hos er. Kontrollera datumet."))


def _log(step: str, order: Order, actor: Actor, **data: str) -> None:
    record(
        actor=actor,
        action=f"handover.{step}",
        person_reference=order.person.reference,
        object_reference=order.reference,
        data=data,
    )
