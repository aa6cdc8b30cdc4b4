"""Start of the simulation: today's data, and decisions for the coming years. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from allocation import engine
from allocation.services.claim import night_run
from allocation.snapshot import take_snapshot
from allocation.whatif.scenario import CeilingStep, GuaranteeStep, ShareStep
from common import clock
from providers import models as providers

# Lottery numbers already drawn stay; later choices draw with this seed.
SEED = "what-if"


class NothingToStartFromError(LookupError):
    """No contracts exist yet, so there is nothing to simulate."""


@dataclass(frozen=True)
class Start:
    """``share_steps``, ``ceilings``, ``guarantees``: already decided. Providers and areas by code, for display."""

    problem: engine.Problem
    share_steps: tuple[ShareStep, ...]
    ceilings: tuple[CeilingStep, ...]
    guarantees: tuple[GuaranteeStep, ...]
    area_names: Mapping[str, str]
    provider_names: Mapping[str, str]


def start_problem() -> engine.Problem:
    """Input of the next night, for all areas. Nothing is saved."""
    areas = list(providers.Area.objects.filter(contracts__isnull=False).distinct())
    if not areas:
        raise NothingToStartFromError
    run = night_run(clock.today())
    run.seed = run.label = SEED
    return take_snapshot(run, areas).problem


@transaction.atomic
def start() -> Start:
    """Start of a simulation. Raises NothingToStartFromError."""
    problem = start_problem()
    return Start(
        problem=problem,
        share_steps=_decided_shares(problem),
        ceilings=_decided_ceilings(problem),
        guarantees=_decided_guarantees(problem),
        area_names=dict(providers.Area.objects.values_list("code", "name")),
        provider_names=dict(providers.Provider.objects.values_list("code", "name")),
    )


def with_decided_ceilings(asked: tuple[CeilingStep, ...], start: Start) -> tuple[CeilingStep, ...]:
    """Scenario entries come last, so that they override decided ones for the same day."""
    return (*start.ceilings, *asked)


def _decided_shares(problem: engine.Problem) -> tuple[ShareStep, ...]:
    """Later steps of the ramp; one row where all areas share a step."""
    areas = {area.id for area in problem.areas}
    by_step: dict[ShareStep, set[str]] = {}
    for step in (
        providers.ShareStep.objects.filter(valid_from__gt=problem.effective_date, area__code__in=areas)
        .select_related("area")
        .order_by("valid_from", "area__code")
    ):
        by_step.setdefault(ShareStep(on=step.valid_from, share_bp=step.share_bp), set()).add(step.area.code)
    return tuple(
        step if area is None else replace(step, area=area)
        for step, theirs in by_step.items()
        for area in ([None] if theirs == areas else sorted(theirs))
    )


def _decided_ceilings(problem: engine.Problem) -> tuple[CeilingStep, ...]:
    contracts = {(contract.area, contract.provider) for contract in problem.contracts}
    later = providers.Ceiling.objects.filter(valid_from__gt=problem.effective_date, minutes__isnull=False)
    return tuple(
        CeilingStep(on=each.valid_from, area=area, provider=provider, minutes=each.minutes)
        for each in later.select_related("contract__area", "contract__provider").order_by("valid_from", "pk")
        if each.minutes is not None
        and (area := each.contract.area.code, provider := each.contract.provider.code) in contracts
    )


def _decided_guarantees(problem: engine.Problem) -> tuple[GuaranteeStep, ...]:
    contracts = {(contract.area, contract.provider) for contract in problem.contracts}
    later = providers.Guarantee.objects.filter(valid_from__gt=problem.effective_date)
    return tuple(
        GuaranteeStep(on=each.valid_from, area=area, provider=provider, minutes=each.minutes)
        for each in later.select_related("contract__area", "contract__provider").order_by("valid_from", "pk")
        if (area := each.contract.area.code, provider := each.contract.provider.code) in contracts
    )
