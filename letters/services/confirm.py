"""Confirmation of choices by letter."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from choices.models import Amendment, Choice
from letters.models import DigitalMailbox
from letters.services.create import create_new_receipt, create_receipts


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
    if not wanted and not _is_told(amendment.person_id, amendment.mandate_id, amendment.channel):
        return None
    try:
        with transaction.atomic():
            return create_new_receipt(choice=choice, actor=actor) > 0
    except ValidationError:
        return False


def _is_due(choice: Choice) -> bool:
    return _is_told(choice.person_id, choice.mandate_id, choice.channel)


def _is_told(person_id: int, mandate_id: int | None, channel: str) -> bool:
    # A choice by a representative is always confirmed to the person, whatever the channel.
    if mandate_id or channel in settings.LETTER_RECEIPT_CHANNELS:
        return True
    return DigitalMailbox.objects.filter(person=person_id, opted_out_at=None).exists()
