"""A second person looks at a proposal: approves it, or cancels it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation import engine
from allocation.models import AllocationRun
from allocation.snapshot import take_snapshot
from audit.services import record
from botkyrka_hemtjanst import clock
from choices.models import ChoiceRound


class StaleRun(ValidationError):
    """What the proposal was computed from has changed since: somebody died, moved, chose."""


@transaction.atomic
def approve_run(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Approve a proposal. Four eyes: another person than the one who made it (a constraint holds it too).

    Raises:
        ValidationError: not a proposal any more, or one's own.
        StaleRun: the state has changed since the proposal was computed.
    """
    actor.require(Right.APPROVE_RUN)
    run = locked(run)
    if run.status != AllocationRun.Status.PROPOSED:
        raise ValidationError(_("Fördelningen är inte längre ett förslag."))
    if actor.user_id is not None and run.proposed_by_id == actor.user_id:
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
    """Drop a run that has not been applied.

    Raises:
        ValidationError: applied or cancelled already, or no reason given.
    """
    actor.require(Right.PROPOSE_RUN)
    run = locked(run)
    if run.status not in (AllocationRun.Status.PROPOSED, AllocationRun.Status.APPROVED):
        raise ValidationError(_("Bara ett förslag eller en godkänd fördelning kan avbrytas."))
    if not reason.strip():
        raise ValidationError(_("Skriv varför fördelningen avbryts."))
    run.status = AllocationRun.Status.CANCELLED
    run.cancelled_at = clock.now()
    run.cancel_reason = reason
    run.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    record(actor=actor, action="run.cancel", object_reference=run.reference, data={"reason": reason})
    return run


def locked(run: AllocationRun) -> AllocationRun:
    return AllocationRun.objects.select_for_update(of=("self",)).select_related("round").get(pk=run.pk)


def round_of(run: AllocationRun) -> ChoiceRound:
    """The round of a run of that kind."""
    if run.round is None:
        raise ValueError(f"run {run.reference} belongs to no round")
    return run.round


def check_fresh(run: AllocationRun) -> None:
    """Raise ``StaleRun`` unless a snapshot taken now equals the one the run was computed from."""
    round = round_of(run)
    problem = take_snapshot(round=round, areas=list(round.areas.all()))
    if engine.problem_sha256(problem) != run.problem_sha256:
        raise StaleRun(
            _(
                "Något har ändrats sedan förslaget gjordes, till exempel ett nytt beslut. "
                "Avbryt och gör ett nytt förslag."
            )
        )
