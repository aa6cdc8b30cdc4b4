"""The morning list: the night's proposal, approved by an officer as a whole.

An outcome is never applied in part, since the rest would violate the rules. A person held back is an input: the whole
is computed and audited again.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation import engine
from allocation.locking import lock_room
from allocation.models import AllocationRun, HeldBack, Night, OutcomeRow
from allocation.services.apply import write_run
from allocation.services.claim import night_run
from allocation.services.compute import compute
from allocation.services.review import StaleRun, close_run, locked
from allocation.services.store import store
from audit.services import record
from choices.models import Person
from common import clock
from providers.models import Area

RECOMPUTED = "Räknades om på morgonen."
NEXT_NIGHT = "Nästa natt räknade om."


def changes(run: AllocationRun) -> QuerySet[OutcomeRow]:
    """Outcome rows with a change: placements, offers, and people to phone."""
    return run.rows.filter(Q(act__in=[OutcomeRow.Act.PLACE, OutcomeRow.Act.OFFER]) | Q(call_for__isnull=False))


def replace_proposals(run: AllocationRun, actor: Actor) -> None:
    """Supersede unapproved proposals of earlier nights by ``run``."""
    waiting = AllocationRun.objects.filter(
        kind=AllocationRun.Kind.NIGHT, status__in=[AllocationRun.Status.PROPOSED, AllocationRun.Status.APPROVED]
    )
    for before in waiting.exclude(pk=run.pk).order_by("pk"):
        close_run(locked(before), status=AllocationRun.Status.SUPERSEDED, reason=NEXT_NIGHT, actor=actor)


@transaction.atomic
def approve_night(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Approve and apply the whole list. It is computed and audited again, under the locks.

    Raises:
        ValidationError: no proposal of a night, or decided already.
        StaleRun: the list is outdated. Nothing is done: ``compute_again`` makes the new one.
        AuditFailed: the outcome breaks a rule.
    """
    actor.require(Right.APPROVE_RUN)
    run = _proposal(run)
    lock_room(areas=list(Area.objects.all()))
    computed = compute(run)
    now = engine.problem_sha256(computed.problem), engine.outcome_sha256(computed.outcome)
    if now != (run.problem_sha256, run.outcome_sha256):
        raise StaleRun(_("Något har ändrats sedan i natt. Listan räknas om. Läs den nya och godkänn den."))
    run.status, run.approved_at, run.approved_by_id = AllocationRun.Status.APPROVED, clock.now(), actor.user_id
    run.save(update_fields=["status", "approved_at", "approved_by"])
    record(actor=actor, action="run.approve", object_reference=run.reference)
    write_run(run, actor)
    return run


@transaction.atomic
def compute_again(
    *, run: AllocationRun, actor: Actor, hold_back: Collection[Person] = (), reason: str = ""
) -> AllocationRun:
    """A new proposal in place of ``run`` from the current state, without decisions for people held back.

    The lottery is the same, so differences come from changes of the state.

    Raises:
        ValidationError: no proposal of a night, or a person is held back without a reason.
        AuditFailed: the outcome breaks a rule; the old proposal stays.
    """
    actor.require(Right.APPROVE_RUN)
    before = _proposal(run)
    if hold_back and not reason.strip():
        raise ValidationError(_("Skriv varför de ska hållas inne."))
    lock_room(areas=list(Area.objects.all()))
    for person in hold_back:
        HeldBack.objects.get_or_create(
            person=person,
            business_date=before.business_date,
            defaults={"reason": reason.strip()[:200], "by_id": actor.user_id},
        )
        record(
            actor=actor,
            action="run.hold_back",
            person_reference=person.reference,
            object_reference=before.reference,
            reason=reason.strip(),
        )
    close_run(before, status=AllocationRun.Status.SUPERSEDED, reason=RECOMPUTED, actor=actor)
    again = night_run(before.business_date)
    again.seed, again.label = before.seed, before.label
    again.save(force_insert=True)
    store(compute(again))
    Night.objects.filter(run=before).update(run=again)
    record(actor=actor, action="run.propose", object_reference=again.reference, data={"before": before.reference})
    return again


def _proposal(run: AllocationRun) -> AllocationRun:
    run = locked(run)
    if run.kind != AllocationRun.Kind.NIGHT or run.status != AllocationRun.Status.PROPOSED:
        raise ValidationError(_("Listan är redan avgjord, eller ersatt av en ny."))
    return run
