"""Confirmation of choices and answers by letter."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from allocation.models import Offer, Placement
from allocation.services.together import same_offer
from choices.models import Amendment, Choice, Mandate
from common import clock
from letters.models import DigitalMailbox, Letter, LetterKind
from letters.services.create import create_accepted_letters, create_new_receipt, create_receipts
from letters.services.replaced import REPLACED
from letters.services.stopping import hold_letters


def confirm(*, choice: Choice, actor: Actor, wanted: bool = False) -> bool | None:
    """Create a receipt if the choice needs one. ``wanted``: requested. Returns None when it needs none.

    A registered choice is valid even if no letter can be made: then the result is False.
    """
    if not (wanted or _is_due(choice)):
        return None
    try:
        with transaction.atomic():
            return create_receipts(choices=[choice], actor=actor) > 0
    except ValidationError:
        return False


def confirm_amendment(*, amendment: Amendment, choice: Choice, actor: Actor, wanted: bool = False) -> bool | None:
    """The same for an amendment of an earlier choice (``choices.amendments``)."""
    if not wanted and not _is_notified(amendment.person_id, amendment.mandate_id, amendment.channel):
        return None
    try:
        with transaction.atomic():
            return create_new_receipt(choice=choice, actor=actor) > 0
    except ValidationError:
        return False


def confirm_yes(*, offer: Offer, actor: Actor, mandate: Mandate | None = None, wanted: bool = False) -> bool | None:
    """Create the letters of an accepted offer once the place is the person's: theirs if the answer needs one, and those
    of the household members who said yes before and have waited for this answer.
    """
    is_notified = wanted or _is_notified(offer.person_id, mandate.pk if mandate else None, Choice.Channel.WEB)
    # Placed by this answer: an earlier offer of the same person has a placement too.
    since = offer.answered_at or clock.now()
    placements = [
        each.placement
        for each in same_offer(offer)
        if each.placement and each.placement.registered_at >= since and (is_notified or each.pk != offer.pk)
    ]
    if not placements:
        return None
    try:
        with transaction.atomic():
            return create_accepted_letters(placements=placements, actor=actor) > 0
    except ValidationError:
        return False


def hold_accepted(*, placement: Placement, actor: Actor) -> None:
    """Hold the unprinted letters about a placement whose yes was taken back the same day."""
    letters = Letter.objects.filter(placement=placement, kind=LetterKind.DECISION, batch=None, posted_on=None)
    unsent = letters.exclude(route=Letter.Route.HOLD).filter(delivery="").select_related("person")
    hold_letters(dict.fromkeys(unsent, REPLACED), actor)


def _is_due(choice: Choice) -> bool:
    return _is_notified(choice.person_id, choice.mandate_id, choice.channel)


def _is_notified(person_id: int, mandate_id: int | None, channel: str) -> bool:
    # A choice by a representative is always confirmed to the person, whatever the channel.
    if mandate_id or channel in settings.LETTER_RECEIPT_CHANNELS:
        return True
    return DigitalMailbox.objects.filter(person=person_id, opted_out_at=None).exists()
