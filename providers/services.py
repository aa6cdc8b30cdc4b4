"""Services for areas, providers and their terms: atomic, audited, each with a required right."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from audit.services import record
from common import clock
from common.periods import Period
from providers.models import (
    Area,
    Ceiling,
    Contract,
    Guarantee,
    Municipality,
    Provider,
    ProviderProfile,
    ServiceType,
    ShareStep,
    SurveyResult,
)
from providers.notice import Notice, NoticeOf
from providers.optimistic_lock import State, check_unchanged, locked, state_of
from providers.quota_changes import check_may_set_alone
from providers.rights import give

M = TypeVar("M", bound=models.Model)

_PRESETS = Path(__file__).parent / "presets"


def preset_names() -> list[str]:
    return sorted(path.stem for path in _PRESETS.glob("*.json"))


@transaction.atomic
def set_up_municipality(*, model: str, actor: Actor, **facts: str) -> Municipality:
    """Create or change the municipality: contact facts, and the policy of a known model (``preset_names``).

    Raises:
        ValidationError: no such model, or a fact is missing or malformed.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    if model not in preset_names():
        raise ValidationError(_("Modellen finns inte. Välj en av: %(models)s.") % {"models": ", ".join(preset_names())})
    policy = json.loads((_PRESETS / f"{model}.json").read_text())
    municipality = Municipality(pk=1, model=model, **policy, **facts)
    municipality.full_clean(exclude=["id"])
    municipality.save()
    record(actor=actor, action="municipality.set_up", object_reference=model, data={"policy": policy})
    return municipality


@transaction.atomic
def set_night_decides(*, decides: str, basis: str, actor: Actor) -> Municipality:
    """Set whether an officer approves the night's list, or the night decides automatically, on a recorded legal
    ``basis``.

    Raises:
        ValidationError: automatic without a basis.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    own = locked(Municipality.objects.get(pk=1))
    before = {"decides": own.night_decides, "basis": own.night_decides_basis}
    own.night_decides, own.night_decides_basis = decides, basis.strip()
    own.full_clean()
    own.save(update_fields=["night_decides", "night_decides_basis"])
    after = {"decides": own.night_decides, "basis": own.night_decides_basis}
    record(actor=actor, action="municipality.night_decides", object_reference=own.model, before=before, after=after)
    return own


@transaction.atomic
def set_notice(*, of: NoticeOf, notice: Notice, seen: State | None = None, actor: Actor) -> Municipality:
    """Change the notice calendar. Earlier decisions keep their dates.

    Raises:
        ChangedMeanwhileError: the state differs from ``seen``.
        ValidationError: the day of the month is not 1–28, or the months not 1–6.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    own = locked(Municipality.objects.get(pk=1))
    check_unchanged(own, seen)
    before = state_of(own)
    prefix = "quota_" if of == NoticeOf.QUOTA else ""
    for name in ("days", "day_of_month", "months"):
        setattr(own, f"{prefix}notice_{name}", getattr(notice, name))
    own.full_clean()
    own.save()
    record(actor=actor, action="municipality.notice", object_reference=of, before=before, after=state_of(own))
    return own


@transaction.atomic
def add_area(*, code: str, name: str, description: str = "", actor: Actor) -> Area:
    return _add(Area(code=code, name=name, description=description), actor)


@transaction.atomic
def set_areas(*, user: User, areas: Sequence[Area] | None, actor: Actor) -> None:
    """Set the areas whose people ``user`` works with; None: all. Effective from the next page."""
    actor.require(Right.MANAGE_USERS)
    give(user=user, everywhere=areas is None, areas=[area.code for area in areas or []], by=actor.user_id)
    data = {"all": user.all_areas, "areas": sorted(area.code for area in areas or [])}
    record(actor=actor, action="user.areas", object_reference=user.username[:60], data=data)


@transaction.atomic
def add_service_type(*, code: str, name: str, follows_choice: bool, actor: Actor) -> ServiceType:
    return _add(ServiceType(code=code, name=name, follows_choice=follows_choice), actor)


@transaction.atomic
def add_provider(
    *,
    actor: Actor,
    profiles: dict[str, dict[str, str]] | None = None,
    surveys: Sequence[dict[str, Any]] = (),
    **fields: Any,
) -> Provider:
    """Add a provider with its public profile per language code, and its survey results."""
    provider = _add(Provider(**fields), actor)
    for survey in surveys:
        _add(SurveyResult(provider=provider, **survey), actor)
    for language, answers in (profiles or {}).items():
        _add(ProviderProfile(provider=provider, language=language, **answers), actor)
    return provider


@transaction.atomic
def add_contract(
    *, provider: Provider, area: Area, valid_from: datetime.date, valid_until: datetime.date | None = None, actor: Actor
) -> Contract:
    """The permit is the provider's: as in its other contracts, and unstated by default."""
    other = provider.contracts.order_by("-valid_from", "-pk").first()
    permit = other.permit if other else Contract.Permit.UNSTATED
    contract = Contract(provider=provider, area=area, valid_from=valid_from, valid_until=valid_until, permit=permit)
    return _add(contract, actor)


@transaction.atomic
def end_contract(
    *, contract: Contract, ends_on: datetime.date, reason: str, actor: Actor, permit_withdrawn: bool = False
) -> Contract:
    """End a contract: ``ends_on`` is the first day without it. Its clients are handled elsewhere (exits).

    The second person of an exit may do it too.
    """
    if not actor.may(Right.APPROVE_QUOTAS):
        actor.require(Right.MANAGE_PROVIDERS)
    contract = Contract.objects.select_for_update(of=("self",)).select_related("provider", "area").get(pk=contract.pk)
    if ends_on <= contract.valid_from:
        raise ValidationError(_("Slutdatum måste ligga efter startdatum."))
    contract.valid_until = ends_on
    contract.end_reason = reason
    # During its remaining days the contract admits nobody.
    if contract.intake_stopped_from is None or contract.intake_stopped_until is not None:
        contract.intake_stopped_from = min(clock.today(), ends_on)
        contract.intake_stopped_until = None
    if permit_withdrawn:
        contract.permit = Contract.Permit.WITHDRAWN
    contract.full_clean()
    contract.save()
    record(
        actor=actor,
        action="contract.end",
        object_reference=str(contract)[:60],
        data={"ends_on": str(ends_on), "reason": reason},
    )
    return contract


@transaction.atomic
def add_ceiling(
    *,
    contract: Contract,
    valid_from: datetime.date,
    minutes: int | None,
    persons: int | None = None,
    tolerance_minutes: int = 0,
    valid_until: datetime.date | None = None,
    actor: Actor,
) -> Ceiling:
    """Add a ceiling in minutes a month, persons, or both.

    Raises:
        ValidationError: the contract has a ceiling in that period (see ``change_ceiling``), or immediate effect, which
            needs two people (``providers.quota_changes``).
    """
    check_may_set_alone(valid_from, actor)
    return _add(
        Ceiling(
            contract=contract,
            valid_from=valid_from,
            valid_until=valid_until,
            minutes=minutes,
            persons=persons,
            tolerance_minutes=tolerance_minutes,
        ),
        actor,
    )


@transaction.atomic
def change_ceiling(
    *, contract: Contract, valid_from: datetime.date, minutes: int | None, actor: Actor, **more: Any
) -> Ceiling:
    """Replace the open ceiling from ``valid_from``. Nobody loses a place by a lower one."""
    _close_open(contract.ceilings.select_for_update(), valid_from)
    return add_ceiling(contract=contract, valid_from=valid_from, minutes=minutes, actor=actor, **more)


@transaction.atomic
def add_guarantee(
    *,
    contract: Contract,
    valid_from: datetime.date,
    minutes: int,
    valid_until: datetime.date | None = None,
    actor: Actor,
) -> Guarantee:
    """Promise an external provider minutes a month.

    Raises:
        ValidationError: a guarantee in that period, a guarantee to the municipality itself, or immediate effect, which
            needs two people (``providers.quota_changes``).
    """
    check_may_set_alone(valid_from, actor)
    if contract.provider.is_municipal:
        raise ValidationError(_("Kommunens egen hemtjänst har ingen garanterad volym."))
    return _add(Guarantee(contract=contract, valid_from=valid_from, valid_until=valid_until, minutes=minutes), actor)


@transaction.atomic
def add_share_step(*, area: Area, valid_from: datetime.date, share_bp: int, actor: Actor) -> ShareStep:
    """Add the next step of the ramp: from ``valid_from`` the share cap is ``share_bp`` basis points.

    Raises:
        ValidationError: the step does not begin after the one before, or immediate effect, which needs two people
            (``providers.quota_changes``).
    """
    check_may_set_alone(valid_from, actor)
    last = area.share_steps.select_for_update().order_by("valid_from").last()
    if last and valid_from <= last.valid_from:
        raise ValidationError(
            _("Steget måste börja efter det förra steget, som gäller från %(day)s.") % {"day": last.valid_from}
        )
    _close_open(area.share_steps.all(), valid_from)
    return _add(ShareStep(area=area, valid_from=valid_from, share_bp=share_bp), actor)


def _close_open(periods: Any, day: datetime.date) -> None:
    """End the open period on ``day``, if it began before."""
    for period in periods.filter(valid_until__isnull=True, valid_from__lt=day):
        period.valid_until = day
        period.save(update_fields=["valid_until"])


def _add(row: M, actor: Actor) -> M:
    actor.require(Right.MANAGE_PROVIDERS)
    row.full_clean()
    row.save()
    data = {"valid_from": str(row.valid_from), "valid_until": str(row.valid_until)} if isinstance(row, Period) else {}
    record(actor=actor, action=f"{row._meta.model_name}.add", object_reference=str(row)[:60], data=data)
    return row
