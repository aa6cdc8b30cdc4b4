"""Undo a run with its consequences: placements, offers, calls, and unprinted letters."""

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from allocation.models import AllocationRun
from allocation.services import undo_run
from letters.services import withdraw_letters


@transaction.atomic
def undo(*, run: AllocationRun, reason: str, actor: Actor) -> AllocationRun:
    """Raises ValidationError when it is too late: in effect, printed, or followed by later runs."""
    undone = undo_run(run=run, reason=reason, actor=actor)
    withdraw_letters(run=run, reason=gettext_noop("Fördelningen ångrades."), actor=actor)
    return undone
