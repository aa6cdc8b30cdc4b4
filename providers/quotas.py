"""Future quotas: ceilings, guarantees and steps of the ramp. Immediate changes need two people."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from providers.models import QuotaChange, ShareStep
from providers.optimistic_lock import State, check_unchanged, locked
from providers.quota_changes import check_may_set_alone, check_terms, concerned
from providers.steps import KINDS, Step, as_step, put_in_force, siblings_of, take_away, terms_of


@transaction.atomic
def set_quota(*, change: QuotaChange, seen: State | None = None, actor: Actor) -> Step:
    """Put ``change`` (unsaved) in force from its day until the next step begins; nobody loses a place by it.

    On the day of a future step, it replaces that step.

    Raises:
        ChangedMeanwhileError: the state differs from ``seen``.
        ValidationError: immediate effect, a past day, or outside the contract.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    check_unchanged(locked(change.owner), seen)
    check_may_set_alone(change.valid_from, actor)
    check_terms(change, change.valid_from)
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
    """Remove a step that has not begun; the one before it continues.

    Raises:
        ChangedMeanwhileError: the state differs from ``seen``.
        ValidationError: it has begun, or begins so soon that two people are needed.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    owner = locked(step.area if isinstance(step, ShareStep) else step.contract)
    check_unchanged(owner, seen)
    # It may have been removed while we waited for the lock.
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
    """The row in force that day that ``change`` would replace."""
    found: Step | None = siblings_of(change).on(day).first()
    return found
