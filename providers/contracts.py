"""Changes of a contract other than its quotas: intake, and the permit to operate."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from providers.models import Contract, Provider
from providers.optimistic_lock import State, check_unchanged, locked


@transaction.atomic
def stop_intake(
    *,
    contract: Contract,
    first_day: datetime.date,
    until: datetime.date | None = None,
    reason: str,
    seen: State | None = None,
    actor: Actor,
) -> Contract:
    """Stop intake from ``first_day``, until the day ``until`` if given. Current clients keep their places.

    A provider with room may not refuse anybody on its own, so a reason is required.
    """
    contract = _held(contract, seen, actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv varför.")})
    if first_day < clock.today():
        raise ValidationError({"first_day": _("Dagen har redan varit. Välj i dag eller senare.")})
    contract.intake_stopped_from, contract.intake_stopped_until = first_day, until
    contract.intake_stop_reason = reason.strip()
    return _saved(contract, "stop_intake", reason, actor, first_day=str(first_day), until=str(until) if until else None)


@transaction.atomic
def resume_intake(
    *, contract: Contract, first_day: datetime.date, reason: str, seen: State | None = None, actor: Actor
) -> Contract:
    """Resume intake from ``first_day``.

    Raises:
        ValidationError: intake is not stopped, the contract ends, or there is no permit.
    """
    contract = _held(contract, seen, actor)
    stopped = contract.intake_stopped_from
    if stopped is None or (contract.intake_stopped_until and contract.intake_stopped_until <= clock.today()):
        raise ValidationError(_("Intaget är inte stoppat."))
    if contract.valid_until is not None:
        raise ValidationError(_("Avtalet ska upphöra. Då kommer det inte in några nya."))
    if contract.permit == Contract.Permit.WITHDRAWN:
        raise ValidationError(_("Utföraren har inget tillstånd. Då kommer det inte in några nya."))
    if first_day < clock.today():
        raise ValidationError({"first_day": _("Dagen har redan varit. Välj i dag eller senare.")})
    if first_day <= stopped:
        contract.intake_stopped_from = contract.intake_stopped_until = None
        contract.intake_stop_reason = ""
    else:
        contract.intake_stopped_until = first_day
    return _saved(contract, "resume_intake", reason, actor, first_day=str(first_day))


@transaction.atomic
def set_permit(*, provider: Provider, permit: str, reason: str, actor: Actor) -> None:
    """Set the provider's permit (IVO) for all its contracts. Without one nobody is admitted.

    Moving its clients is an exit.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv varför.")})
    contracts = Contract.objects.select_for_update(of=("self",), no_key=True).filter(provider=provider).order_by("pk")
    before = set()
    for contract in contracts.select_related("provider", "area"):
        before.add(contract.permit)
        contract.permit = permit
        contract.full_clean()
        contract.save(update_fields=["permit"])
    record(
        actor=actor,
        action="provider.permit",
        object_reference=provider.code,
        reason=reason,
        before={"permit": sorted(before)},
        after={"permit": permit},
    )


# Field → its value before and after the end of the contract, as JSON.
Changed = dict[str, list[Any]]
_ENDING = ("valid_until", "end_reason", "intake_stopped_from", "intake_stopped_until", "permit")


def ending_of(contract: Contract) -> dict[str, Any]:
    """Fields that ``services.end_contract`` changes, as JSON."""
    found = {name: getattr(contract, name) for name in _ENDING}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in found.items()}


@transaction.atomic
def continue_contract(*, contract: Contract, changed: Changed, reason: str, actor: Actor) -> Contract:
    """Undo ``services.end_contract`` before the last day. A field that has been changed since keeps its value.

    Raises:
        ValidationError: the contract has ended, or another one begins when it was to end.
    """
    actor.require(Right.APPROVE_QUOTAS)
    contract = locked(contract)
    if contract.valid_until is not None and contract.valid_until <= clock.today():
        raise ValidationError(_("Avtalet är slut."))
    now = ending_of(contract)
    for name, (was, became) in changed.items():
        if now[name] == became:
            field: Any = contract._meta.get_field(name)
            setattr(contract, name, field.to_python(was))
    return _saved(contract, "continue", reason, actor)


def _held(contract: Contract, seen: State | None, actor: Actor) -> Contract:
    actor.require(Right.MANAGE_PROVIDERS)
    contract = locked(contract)
    check_unchanged(contract, seen)
    if contract.valid_until is not None and contract.valid_until <= clock.today():
        raise ValidationError(_("Avtalet är slut."))
    return contract


def _saved(contract: Contract, step: str, reason: str, actor: Actor, **after: str | None) -> Contract:
    contract.full_clean()
    contract.save()
    record(
        actor=actor, action=f"contract.{step}", object_reference=str(contract)[:60], reason=reason.strip(), after=after
    )
    return contract
