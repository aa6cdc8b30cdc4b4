"""Letters that have become wrong before they were printed are not sent."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from audit.services import record
from letters.models import Letter, PrintBatch


@transaction.atomic
def withdraw_letters(*, run: AllocationRun, reason: str, actor: Actor) -> int:
    """Hold back all letters of ``run``. Returns how many.

    Raises:
        ValidationError: they are in a print file already: people may have been told.
    """
    actor.require(Right.MAKE_LETTERS)
    # The same lock as composing a print batch takes: either comes first, never both.
    run = AllocationRun.objects.select_for_update().get(pk=run.pk)
    if PrintBatch.objects.filter(run=run).exists():
        raise ValidationError(_("Breven är redan skickade till tryck. Då måste varje ändring beslutas för sig."))
    letters = run.letters.exclude(route=Letter.Route.HOLD)
    count = letters.update(route=Letter.Route.HOLD, hold_reason=reason[:100], sort_postcode="")
    if count:
        record(actor=actor, action="letters.withdraw", object_reference=run.reference, data={"letters": count})
    return count
