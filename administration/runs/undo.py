"""Undo a run with everything that follows from it: placements, offers, calls, and letters that are not printed yet."""

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from allocation.models import AllocationRun
from allocation.services import undo_run
from letters.services import withdraw_letters


@transaction.atomic
def undo(*, run: AllocationRun, reason: str, actor: Actor) -> AllocationRun:
    """Raises ValidationError when it is too late: in effect, printed, or built upon."""
    undone = undo_run(run=run, reason=reason, actor=actor)
    withdraw_letters(run=run, reason=gettext_noop("Fördelningen ångrades."), actor=actor)
    return undone
