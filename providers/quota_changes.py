"""A share or a ceiling that takes effect at once needs two people. One proposes it, another lets it take effect.

What begins later than ``AT_ONCE_DAYS`` from now may be set by one (``providers.services``): there is time for others to
see it before it reaches anybody.
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
from botkyrka_hemtjanst import clock
from botkyrka_hemtjanst.four_eyes import decide
from botkyrka_hemtjanst.periods import Period
from providers.models import Area, Ceiling, Contract, QuotaChange, ShareStep

AT_ONCE_DAYS = 7


def takes_effect_at_once(valid_from: datetime.date) -> bool:
    return valid_from <= clock.today() + datetime.timedelta(days=AT_ONCE_DAYS)


def check_may_set_alone(valid_from: datetime.date, actor: Actor) -> None:
    """Raises ValidationError when a person sets by themselves what takes effect at once."""
    if actor.user_id is not None and takes_effect_at_once(valid_from):
        raise ValidationError(
            _("Det som börjar gälla inom %(days)d dagar måste godkännas av en annan person. Gör ett förslag.")
            % {"days": AT_ONCE_DAYS}
        )


def open_changes(*, actor: Actor) -> QuerySet[QuotaChange]:
    """The proposals that wait for a second person, the oldest first."""
    if not (actor.may(Right.MANAGE_PROVIDERS) or actor.may(Right.APPROVE_QUOTAS)):
        return QuotaChange.objects.none()
    waiting = QuotaChange.objects.filter(state=QuotaChange.State.PROPOSED)
    return waiting.select_related("area", "contract__provider", "contract__area", "proposed_by").order_by("proposed_at")


@transaction.atomic
def propose_share(*, area: Area, share_bp: int, valid_from: datetime.date, reason: str, actor: Actor) -> QuotaChange:
    """Propose another share for the externals in ``area`` from ``valid_from`` until the ramp's next step."""
    return _propose(QuotaChange(area=area, share_bp=share_bp, valid_from=valid_from, reason=reason.strip()), actor)


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
        reason=reason.strip(),
    )
    return _propose(change, actor)


def _propose(change: QuotaChange, actor: Actor) -> QuotaChange:
    actor.require(Right.MANAGE_PROVIDERS)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå en ändring."))
    if change.valid_from < clock.today():
        raise ValidationError({"valid_from": _("Dagen har redan varit. Välj i dag eller senare.")})
    change.proposed_by_id = actor.user_id
    change.full_clean()
    change.save()
    _log("propose", change, actor, reason=change.reason, data=_terms(change) | {"valid_from": str(change.valid_from)})
    return change


@transaction.atomic
def approve_quota_change(*, change: QuotaChange, actor: Actor) -> ShareStep | Ceiling:
    """Let it take effect: on its day, or today if that day has passed meanwhile. Nobody loses a place by it.

    Raises:
        ValidationError: decided already, or by the one who proposed it.
    """
    actor.require(Right.APPROVE_QUOTAS)
    change = _locked(change)
    decide(change, approve=True, actor=actor)
    day = max(change.valid_from, clock.today())
    before, row = _share(change, day) if change.area_id else _ceiling(change, day)
    _log("approve", change, actor, before=before, after=_terms(row) | {"valid_from": str(day)})
    return row


@transaction.atomic
def refuse_quota_change(*, change: QuotaChange, actor: Actor) -> None:
    """Say no to it, or take back one's own."""
    change = _locked(change)
    if change.proposed_by_id != actor.user_id:
        actor.require(Right.APPROVE_QUOTAS)
    decide(change, approve=False, actor=actor)
    _log("refuse", change, actor)


def _share(change: QuotaChange, day: datetime.date) -> tuple[dict[str, Any] | None, ShareStep]:
    assert change.area is not None and change.share_bp is not None  # noqa: S101, PT018  (a constraint)
    step = ShareStep(area=change.area, share_bp=change.share_bp)
    return _take_over(step, ShareStep.objects.filter(area=change.area), day), step


def _ceiling(change: QuotaChange, day: datetime.date) -> tuple[dict[str, Any] | None, Ceiling]:
    assert change.contract is not None  # noqa: S101  (a constraint)
    ceiling = Ceiling(
        contract=change.contract,
        minutes=change.minutes,
        persons=change.persons,
        tolerance_minutes=change.tolerance_minutes,
    )
    return _take_over(ceiling, Ceiling.objects.filter(contract=change.contract), day), ceiling


def _take_over(row: ShareStep | Ceiling, siblings: Any, day: datetime.date) -> dict[str, Any] | None:
    """Put ``row`` in force on ``day`` until the next of its siblings begins. Returns what was in force before."""
    now: Period | None = siblings.select_for_update().on(day).first()
    later = siblings.filter(valid_from__gt=day).order_by("valid_from").first()
    row.valid_from = day
    row.valid_until = now.valid_until if now else later.valid_from if later else None
    if now:
        # Begun the very same day: nothing of it is left but what the log says.
        if now.valid_from == day:
            now.delete()
        else:
            now.valid_until = day
            now.save(update_fields=["valid_until"])
    row.full_clean()
    row.save()
    return _terms(now) if now else None


def _terms(row: Any) -> dict[str, Any]:
    names = ("share_bp", "minutes", "persons", "tolerance_minutes")
    return {name: value for name in names if (value := getattr(row, name, None)) is not None}


def _locked(change: QuotaChange) -> QuotaChange:
    return QuotaChange.objects.select_for_update(of=("self",)).select_related("area", "contract").get(pk=change.pk)


def _log(step: str, change: QuotaChange, actor: Actor, **more: Any) -> None:
    concerned = change.area.code if change.area else str(change.contract)
    record(actor=actor, action=f"quota_change.{step}", object_reference=concerned[:60], **more)
