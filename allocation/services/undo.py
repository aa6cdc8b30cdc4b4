"""Undo of an applied run before it takes effect: the earlier state is restored and the history shows both steps."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, AreaDate, ContactTask, Offer, Placement
from allocation.services.review import close_run, locked
from allocation.snapshot import areas_of
from common import clock

_END_NEW = """
UPDATE allocation_placement SET valid_until = valid_from, end_reason = %(reason)s WHERE run_id = %(run)s
"""
_REOPEN_OLD = """
UPDATE allocation_placement SET valid_until = end_was, end_was = NULL, end_reason = '', ended_by_id = NULL
WHERE ended_by_id = %(run)s
"""


@transaction.atomic
def undo_run(*, run: AllocationRun, reason: str, actor: Actor) -> AllocationRun:
    """Undo an applied run that has not taken effect. Room is restored; offers are withdrawn.

    Raises:
        ValidationError: not applied, already in effect, no reason given, or something later depends on it: a placement
            changed since, an accepted offer.
    """
    actor.require(Right.APPROVE_RUN)
    run = locked(run)
    if run.status != AllocationRun.Status.APPLIED:
        raise ValidationError(_("Bara en genomförd fördelning kan ångras."))
    if run.effective_date <= clock.today():
        raise ValidationError(_("Fördelningen gäller redan. Den kan inte ångras, bara följas av nya beslut."))
    if not reason.strip():
        raise ValidationError(_("Skriv varför fördelningen ångras."))
    lock_room(areas=list(areas_of(run)))
    if _is_built_upon(run):
        raise ValidationError(_("Senare beslut bygger på fördelningen. Ändra i stället för varje person."))
    parameters: dict[str, Any] = {"run": run.pk, "reason": f"Fördelningen {run.reference} ångrades"}
    with connection.cursor() as cursor:
        cursor.execute(_END_NEW, parameters)
        cursor.execute(_REOPEN_OLD, parameters)
    AreaDate.objects.filter(set_by=run, cleared_by__isnull=True).update(cleared_by=run)
    AreaDate.objects.filter(cleared_by=run).exclude(set_by=run).update(cleared_by=None)
    Offer.objects.filter(run=run, status=Offer.Status.OPEN).update(
        status=Offer.Status.WITHDRAWN, answered_at=clock.now()
    )
    ContactTask.objects.filter(run=run, status=ContactTask.Status.TO_DO).update(
        status=ContactTask.Status.DROPPED, done_at=clock.now()
    )
    return close_run(run, status=AllocationRun.Status.UNDONE, reason=reason, actor=actor)


def _is_built_upon(run: AllocationRun) -> bool:
    changed = Placement.objects.filter(run=run, valid_until__isnull=False).exists()
    accepted = Offer.objects.filter(run=run, status=Offer.Status.ACCEPTED).exists()
    # The run replaced a placement that had not begun: restoring it would need the whole earlier run.
    replaced = Placement.objects.void().filter(ended_by=run, valid_from__lt=run.effective_date).exists()
    dates = AreaDate.objects.filter(set_by=run, cleared_by__isnull=False).exists()
    return changed or accepted or replaced or dates
