"""Placement by decision of a named person. It may pass the queue with a reason, but never a ceiling or the share."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import Offer, Placement
from allocation.services.room_check import check_room, start_placement
from allocation.services.together import ask_again, same_offer
from audit.services import record
from choices.models import Person
from common import clock
from providers.models import Contract, Provider


@transaction.atomic
def place_manually(
    *, person: Person, provider: Provider, starts_on: datetime.date, reason: str, actor: Actor
) -> Placement:
    """Place one person by a named officer's decision; the person's open offers are withdrawn.

    Raises:
        ValidationError: no room, no contract there, no reason, a past day, or the person is already there.
    """
    actor.require(Right.APPROVE_RUN)
    if not reason.strip():
        raise ValidationError(_("Skriv skälet till beslutet."))
    if starts_on < clock.today():
        raise ValidationError(_("Dagen har redan varit. Välj i dag eller senare."))
    if person.deceased_on or person.merged_into_id:
        raise ValidationError(_("Personen är avliden eller har fått ett nytt nummer."))
    lock_room(areas=[person.area])
    contract = Contract.objects.on(starts_on).filter(area=person.area, provider=provider).first()
    if contract is None:
        raise ValidationError(_("Utföraren har inget avtal i området den dagen."))
    now = Placement.objects.on(starts_on).filter(person=person, contract=contract, interim=False)
    if now.exists():
        raise ValidationError(_("Personen har redan den utföraren då."))
    promised = list(Offer.objects.unfinished().filter(person=person))
    if not provider.is_municipal:
        mine = [offer for offer in promised if offer.contract_id == contract.pk]
        check_room(persons=[person], contract=contract, day=starts_on, promised=mine)
    for offer in promised:
        offer.status, offer.answered_at = Offer.Status.WITHDRAWN, clock.now()
        offer.save(update_fields=["status", "answered_at"])
    ask_again([other for offer in promised for other in same_offer(offer)], actor=actor)
    placement = start_placement(
        person=person,
        contract=contract,
        day=starts_on,
        reason=reason,
        end_reason="Beslut av handläggare",
        decided_by_id=actor.user_id,
    )
    record(
        actor=actor,
        action="placement.by_hand",
        person_reference=person.reference,
        object_reference=provider.code,
        reason=reason,
        data={"starts_on": str(starts_on)},
    )
    return placement
