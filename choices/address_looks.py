"""Access to a protected person's address: one officer asks with a reason, another approves, and it shows for a
limited time.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import AddressLook, Person
from choices.selectors import visible_persons
from common import clock
from common.four_eyes import FourEyes, decide

SHOWN_FOR = datetime.timedelta(hours=1)


@transaction.atomic
def ask_for_address(*, person: Person, reason: str, actor: Actor) -> AddressLook:
    """Raises ``ValidationError`` without a reason, or when a request is already open."""
    actor.require(Right.SEE_PROTECTED)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan be om en adress."))
    asked = AddressLook(person=person, reason=reason.strip()[:200], proposed_by_id=actor.user_id)
    asked.full_clean()
    asked.save()
    _record(asked, "address.ask", actor, reason=asked.reason)
    return asked


@transaction.atomic
def answer(*, asked: AddressLook, approve: bool, actor: Actor) -> AddressLook:
    """Approve or reject a request. Rejecting one's own withdraws it.

    Raises:
        ValidationError: approval of one's own request, or it is answered already.
    """
    actor.require(Right.GRANT_ADDRESS)
    asked = AddressLook.objects.select_for_update().get(pk=asked.pk)
    decide(asked, approve=approve, actor=actor)
    _record(asked, "address.grant" if approve else "address.refuse", actor)
    return asked


def is_address_open(*, person: Person, actor: Actor) -> bool:
    """The address is shown to everybody who sees the person; a protected one only after an approved request."""
    if not person.is_protected:
        return True
    since = clock.now() - SHOWN_FOR
    granted = AddressLook.objects.filter(person=person, state=FourEyes.State.APPROVED, decided_at__gt=since)
    return granted.filter(proposed_by_id=actor.user_id).exists()


def own_question(*, person: Person, actor: Actor) -> AddressLook | None:
    """The actor's open request about the person, or None."""
    return _waiting().filter(person=person, proposed_by_id=actor.user_id).first()


def questions(*, actor: Actor) -> QuerySet[AddressLook]:
    """Requests that ``actor`` may answer, and the actor's own open ones."""
    if not actor.may(Right.GRANT_ADDRESS):
        return AddressLook.objects.none()
    seen = _waiting().filter(person__in=visible_persons(actor=actor))
    return seen.select_related("person", "proposed_by").order_by("proposed_at")


def _waiting() -> QuerySet[AddressLook]:
    return AddressLook.objects.filter(state=FourEyes.State.PROPOSED)


def _record(asked: AddressLook, action: str, actor: Actor, reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        person_reference=asked.person.reference,
        object_reference=asked.reference,
        reason=reason,
    )
