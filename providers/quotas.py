"""Set what is to hold later: ceilings, guarantees and steps of the ramp. What takes effect at once needs two people."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from providers.meanwhile import State, check_unchanged, locked
from providers.models import QuotaChange, ShareStep
from providers.quota_changes import check_may_set_alone, check_terms, concerned
from providers.steps import KINDS, Step, as_step, put_in_force, siblings_of, take_away, terms_of


@transaction.atomic
def set_quota(*, change: QuotaChange, seen: State | None = None, actor: Actor) -> Step:
    """Let what ``change`` says (not saved) hold from its day until the next step begins; nobody loses a place by it.

    On the day of a step that is to come, it takes that step's place.

    Raises:
        ChangedMeanwhileError: it is not as ``seen``.
        ValidationError: it takes effect at once, has passed, or is outside the contract.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    check_unchanged(locked(change.owner), seen)
    check_may_set_alone(change.valid_from, actor)
    check_terms(change)
    row = as_step(change)
    before = put_in_force(row, change.valid_from)
    record(
        actor=actor,
        action=f"{change.kind.value}.set",
        object_reference=concerned(change.owner),
        reason=change.reason,
        before=before,
        after=terms_of(row) | {"valid_from": str(row.valid_from)},
    )
    return row


@transaction.atomic
def remove_quota(*, step: Step, reason: str, seen: State | None = None, actor: Actor) -> None:
    """Take away a step that has not begun; the one before it goes on.

    Raises:
        ChangedMeanwhileError: it is not as ``seen``.
        ValidationError: it has begun, or begins so soon that two people are needed.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    owner = locked(step.area if isinstance(step, ShareStep) else step.contract)
    check_unchanged(owner, seen)
    # Somebody may have taken it away while we waited.
    still = type(step).objects.filter(pk=step.pk).first()
    if still is None:
        raise ValidationError(_("Steget finns inte längre."))
    if still.valid_from <= clock.today():
        raise ValidationError(_("Steget har redan börjat gälla. Gör en ändring i stället."))
    check_may_set_alone(still.valid_from, actor)
    before = terms_of(still) | {"valid_from": str(still.valid_from)}
    take_away(still)
    record(
        actor=actor,
        action=f"{KINDS[type(step)].value}.remove",
        object_reference=concerned(owner),
        reason=reason,
        before=before,
    )


def in_force(change: QuotaChange, day: datetime.date) -> Step | None:
    """What holds that day, of what ``change`` would change."""
    found: Step | None = siblings_of(change).on(day).first()
    return found
