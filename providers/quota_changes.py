"""Quota changes with immediate effect need two people: one proposes, another approves.

A change that begins later than ``AT_ONCE_DAYS`` from now may be made by one person (``providers.quotas``): others
have time to see it before it affects anybody.
"""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from common.four_eyes import decide
from providers.models import Area, Contract, QuotaChange
from providers.optimistic_lock import State, check_unchanged, locked
from providers.steps import Step, as_step, put_in_force, terms_of

AT_ONCE_DAYS = 7


def takes_effect_at_once(valid_from: datetime.date) -> bool:
    return valid_from <= clock.today() + datetime.timedelta(days=AT_ONCE_DAYS)


def check_may_set_alone(valid_from: datetime.date, actor: Actor) -> None:
    """Raise ValidationError for an immediate change by one person."""
    if actor.user_id is not None and takes_effect_at_once(valid_from):
        raise ValidationError(
            _("Det som börjar gälla inom %(days)d dagar måste godkännas av en annan person. Gör ett förslag.")
            % {"days": AT_ONCE_DAYS}
        )


def open_changes(*, actor: Actor) -> QuerySet[QuotaChange]:
    """Open proposals, oldest first."""
    if not (actor.may(Right.MANAGE_PROVIDERS) or actor.may(Right.APPROVE_QUOTAS)):
        return QuotaChange.objects.none()
    waiting = QuotaChange.objects.filter(state=QuotaChange.State.PROPOSED)
    return waiting.select_related("area", "contract__provider", "contract__area", "proposed_by").order_by("proposed_at")


@transaction.atomic
def propose_share(*, area: Area, share_bp: int, valid_from: datetime.date, reason: str, actor: Actor) -> QuotaChange:
    """Propose another share for the external providers in ``area`` from ``valid_from`` until the ramp's next step."""
    return propose(change=QuotaChange(area=area, share_bp=share_bp, valid_from=valid_from, reason=reason), actor=actor)


@transaction.atomic
def propose_ceiling(
    *,
    contract: Contract,
    minutes: int | None,
    persons: int | None = None,
    tolerance_minutes: int = 0,
    valid_from: datetime.date,
    reason: str,
    actor: Actor,
) -> QuotaChange:
    """Propose another ceiling for ``contract`` from ``valid_from`` until its next one."""
    change = QuotaChange(
        contract=contract,
        minutes=minutes,
        persons=persons,
        tolerance_minutes=tolerance_minutes,
        valid_from=valid_from,
        reason=reason,
    )
    return propose(change=change, actor=actor)


@transaction.atomic
def propose(*, change: QuotaChange, seen: State | None = None, actor: Actor) -> QuotaChange:
    """Propose ``change`` (unsaved). It is valid from its day until the next step.

    Raises:
        ChangedMeanwhileError: the state differs from ``seen``.
        ValidationError: its day has passed, it is outside the contract, or a proposal is already open.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå en ändring."))
    if change.valid_from < clock.today():
        raise ValidationError({"valid_from": _("Dagen har redan varit. Välj i dag eller senare.")})
    check_unchanged(locked(change.owner), seen)
    check_terms(change, change.valid_from)
    change.proposed_by_id = actor.user_id
    change.reason = change.reason.strip()
    change.full_clean()
    change.save()
    _log("propose", change, actor, reason=change.reason, data=terms_of(change) | {"valid_from": str(change.valid_from)})
    return change


@transaction.atomic
def approve_quota_change(*, change: QuotaChange, actor: Actor) -> Step:
    """Approve a change: effective on its day, or today if that day has passed. Nobody loses a place by it.

    Raises:
        ValidationError: decided already, one's own proposal, or the contract has ended since.
    """
    actor.require(Right.APPROVE_QUOTAS)
    change = _held(change)
    decide(change, approve=True, actor=actor)
    day = max(change.valid_from, clock.today())
    check_terms(change, day)
    row = as_step(change)
    before = put_in_force(row, day)
    _log("approve", change, actor, before=before, after=terms_of(row) | {"valid_from": str(day)})
    return row


@transaction.atomic
def refuse_quota_change(*, change: QuotaChange, actor: Actor) -> None:
    """Reject a proposal, or withdraw one's own."""
    change = _held(change)
    if change.proposed_by_id != actor.user_id:
        actor.require(Right.APPROVE_QUOTAS)
    decide(change, approve=False, actor=actor)
    _log("refuse", change, actor)


def check_terms(change: QuotaChange, day: datetime.date) -> None:
    """Raise ValidationError for terms that are impossible for the contract from ``day``."""
    contract = change.contract
    if contract is None:
        return
    if contract.valid_until is not None and contract.valid_until <= day:
        raise ValidationError({"valid_from": _("Avtalet är slut den dagen. Välj en tidigare dag.")})
    if day < contract.valid_from:
        raise ValidationError(
            {"valid_from": _("Avtalet börjar %(day)s. Välj den dagen eller senare.") % {"day": contract.valid_from}}
        )
    if change.kind == QuotaChange.Kind.GUARANTEE and contract.provider.is_municipal:
        raise ValidationError(_("Kommunens egen hemtjänst har ingen garanterad volym."))


def concerned(owner: Area | Contract) -> str:
    """Object reference for the audit log."""
    return (owner.code if isinstance(owner, Area) else str(owner))[:60]


def _held(change: QuotaChange) -> QuotaChange:
    """Lock the owner first, as all other writers do, so that two cannot deadlock."""
    locked(change.owner)
    return QuotaChange.objects.select_for_update(of=("self",)).select_related("area", "contract").get(pk=change.pk)


def _log(step: str, change: QuotaChange, actor: Actor, **more: Any) -> None:
    record(actor=actor, action=f"quota_change.{step}", object_reference=concerned(change.owner), **more)
