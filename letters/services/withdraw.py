"""Withdrawal of letters that have become wrong before printing."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from audit.services import record
from letters.models import Letter


@transaction.atomic
def withdraw_letters(*, run: AllocationRun, reason: str, actor: Actor) -> int:
    """Hold all letters of ``run`` and of its offers. Returns the number.

    Raises:
        ValidationError: one is in a print file or has been sent: people may have been informed.
    """
    actor.require(Right.MAKE_LETTERS)
    # Same locks as for composing a print batch, so that the two cannot interleave.
    of_run = Letter.objects.filter(Q(run=run) | Q(offer__run=run))
    letters = list(of_run.select_for_update(of=("self",)).defer("facts").order_by("pk"))
    if any(letter.batch_id or letter.posted_on or letter.delivery for letter in letters):
        raise ValidationError(_("Breven är redan skickade till tryck. Då måste varje ändring beslutas för sig."))
    to_hold = [letter.pk for letter in letters if letter.route != Letter.Route.HOLD]
    count = Letter.objects.filter(pk__in=to_hold).update(
        route=Letter.Route.HOLD, hold_reason=reason[:100], sort_postcode=""
    )
    if count:
        record(actor=actor, action="letters.withdraw", object_reference=run.reference, data={"letters": count})
    return count
