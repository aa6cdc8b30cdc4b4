"""Confirmation of choices by letter."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from choices.models import Choice
from letters.models import DigitalMailbox
from letters.services.create import create_receipts


def confirm(*, choice: Choice, actor: Actor, wanted: bool = False) -> bool | None:
    """Write a receipt if the choice is to have one. ``wanted``: it was asked for. Returns None when it needs none.

    A registered choice stays, also when no letter can be made of it: then the result is False.
    """
    if not (wanted or _is_due(choice)):
        return None
    try:
        with transaction.atomic():
            return create_receipts(choices=[choice], actor=actor) > 0
    except ValidationError:
        return False


def _is_due(choice: Choice) -> bool:
    # A choice made by somebody else is always confirmed to the person, whatever the channel.
    if choice.mandate_id or choice.channel in settings.LETTER_RECEIPT_CHANNELS:
        return True
    return DigitalMailbox.objects.filter(person=choice.person_id, opted_out_at=None).exists()
