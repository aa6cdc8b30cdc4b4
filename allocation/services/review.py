"""Review of a proposal by a second person: approval or cancellation."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation import engine
from allocation.models import AllocationRun
from allocation.services.compute import current_problem
from audit.services import record
from common import clock


class StaleRun(ValidationError):
    """The proposal's input has changed since it was computed: a death, a move, a new choice."""


@transaction.atomic
def approve_run(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Approve a proposal. Four eyes: not by the person who made it (also a database constraint).

    Raises:
        ValidationError: not a proposal, or the approver's own.
        StaleRun: the state has changed since the proposal was computed.
    """
    actor.require(Right.APPROVE_RUN)
    run = locked(run)
    if run.status != AllocationRun.Status.PROPOSED:
        raise ValidationError(_("Fördelningen är inte längre ett förslag."))
    if actor.is_same_human(run.proposed_by_id):
        raise ValidationError(_("Du har själv gjort förslaget. En annan person måste godkänna det."))
    check_fresh(run)
    run.status = AllocationRun.Status.APPROVED
    run.approved_at = clock.now()
    run.approved_by_id = actor.user_id
    run.save(update_fields=["status", "approved_at", "approved_by"])
    record(actor=actor, action="run.approve", object_reference=run.reference)
    return run


@transaction.atomic
def cancel_run(*, run: AllocationRun, reason: str, actor: Actor) -> AllocationRun:
    """Cancel a run that has not been applied.

    Raises:
        ValidationError: already applied or ended, or no reason given.
    """
    actor.require(Right.PROPOSE_RUN)
    run = locked(run)
    if run.status not in (AllocationRun.Status.PROPOSED, AllocationRun.Status.APPROVED):
        raise ValidationError(_("Bara ett förslag eller en godkänd fördelning kan avbrytas."))
    if not reason.strip():
        raise ValidationError(_("Skriv varför fördelningen avbryts."))
    return close_run(run, status=AllocationRun.Status.CANCELLED, reason=reason, actor=actor)


def close_run(run: AllocationRun, *, status: AllocationRun.Status, reason: str, actor: Actor) -> AllocationRun:
    """Close a locked run, recording actor and reason."""
    run.status = status
    run.cancelled_at = clock.now()
    run.cancelled_by_id = actor.user_id
    run.cancel_reason = reason
    run.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason"])
    record(actor=actor, action=f"run.{status}", object_reference=run.reference, reason=reason)
    return run


def locked(run: AllocationRun) -> AllocationRun:
    related = ("round", "exit__provider")
    return AllocationRun.objects.select_for_update(of=("self",)).select_related(*related).get(pk=run.pk)


def is_fresh(run: AllocationRun) -> bool:
    """The run, computed now, would have the same input."""
    return engine.problem_sha256(current_problem(run)) == run.problem_sha256


def check_fresh(run: AllocationRun) -> None:
    """Raise ``StaleRun`` unless ``is_fresh``."""
    if not is_fresh(run):
        raise StaleRun(
            _("Något har ändrats sedan förslaget gjordes, till exempel ett nytt beslut. Gör ett nytt förslag.")
        )
