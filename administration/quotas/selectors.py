"""Contract data for the pages: current, future and past."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allocation.facts.room import Room
from allocation.models import ProviderExit
from allocation.services import clients_of
from common import clock
from desk.queues import rooms_of
from providers.models import Area, Contract, Provider, ShareStep
from providers.steps import Step
from staff_ui.templatetags.pages import last_day


@dataclass(frozen=True)
class ContractLine:
    """A current or future contract, with its room (``desk.queues.rooms_of``)."""

    contract: Contract
    room: Room
    state: str
    stopped: bool


@dataclass(frozen=True)
class AreaLine:
    """An area's providers, and the share its externals may have."""

    area: Area
    municipal: bool
    externals: int
    share: ShareStep | None
    next_share: ShareStep | None


@dataclass(frozen=True)
class StepLine:
    """A ceiling, guarantee or share with its period. ``when``: ``past``, ``now`` or ``later``."""

    step: Step
    when: str


def contract_lines(*, provider: Provider | None = None) -> list[ContractLine]:
    """Lines of all providers or of one, by provider and area."""
    day = clock.today()
    living = Contract.objects.exclude(valid_until__lte=day).select_related("provider", "area")
    if provider:
        living = living.filter(provider=provider)
    contracts = list(living.order_by("provider__name", "area__name", "valid_from"))
    return [
        ContractLine(
            contract=room.contract,
            room=room,
            state=state_of(room.contract, day),
            stopped=is_stopped(room.contract, day),
        )
        for room in rooms_of(contracts)
    ]


def state_of(contract: Contract, day: datetime.date) -> str:
    """State of a contract, in words."""
    if contract.valid_until and contract.valid_until <= day:
        return _("Upphörde %(day)s") % {"day": contract.valid_until}
    if contract.valid_until:
        return _("Gäller till och med %(day)s") % {"day": last_day(contract.valid_until)}
    if contract.valid_from > day:
        return _("Börjar %(day)s") % {"day": contract.valid_from}
    if is_stopped(contract, day):
        until = contract.intake_stopped_until
        return _("Intagsstopp till %(day)s") % {"day": until} if until else _("Intagsstopp")
    if contract.intake_stopped_from and contract.intake_stopped_from > day:
        return _("Intagsstopp från %(day)s") % {"day": contract.intake_stopped_from}
    return _("Tar emot")


def is_stopped(contract: Contract, day: datetime.date) -> bool:
    start, end = contract.intake_stopped_from, contract.intake_stopped_until
    return bool(start and start <= day and (end is None or day < end))


def area_lines() -> list[AreaLine]:
    day = clock.today()
    kinds: dict[int, list[bool]] = {}
    for area, kind in Contract.objects.on(day).values_list("area", "provider__kind"):
        kinds.setdefault(area, []).append(kind == Provider.Kind.MUNICIPAL)
    now = {step.area_id: step for step in ShareStep.objects.on(day)}
    coming: dict[int, ShareStep] = {}
    for step in ShareStep.objects.filter(valid_from__gt=day).order_by("-valid_from"):
        coming[step.area_id] = step
    return [
        AreaLine(
            area=area,
            municipal=any(kinds.get(area.pk, [])),
            externals=kinds.get(area.pk, []).count(False),
            share=now.get(area.pk),
            next_share=coming.get(area.pk),
        )
        for area in Area.objects.all()
    ]


def step_lines(owner: Area | Contract, kind: str) -> list[StepLine]:
    """The latest past step, the current one, and all future ones, oldest first."""
    day = clock.today()
    steps: list[Step] = list(
        getattr(owner, {"share": "share_steps", "ceiling": "ceilings"}.get(kind, "guarantees")).all()
    )
    return [StepLine(step, _when(step, day)) for step in sorted(steps, key=lambda step: step.valid_from)]


def _when(step: Step, day: datetime.date) -> str:
    if step.valid_from > day:
        return "later"
    return "past" if step.valid_until and step.valid_until <= day else "now"


def exits_of(provider: Provider) -> list[tuple[ProviderExit, int]]:
    """Open exits, with the number of clients without a new provider; and the last completed exit."""
    exits = provider.exits.filter(Q(status=ProviderExit.Status.OPEN) | Q(status=ProviderExit.Status.DONE))
    return [(exit, clients_of(exit, day=exit.moved_by).count()) for exit in exits.order_by("-ends_on")[:3]]


def without_contract(lines: Sequence[ContractLine]) -> QuerySet[Provider]:
    """Providers without any of the lines."""
    return Provider.objects.exclude(pk__in={line.contract.provider_id for line in lines}).order_by("name")


def over(provider: Provider, lines: Sequence[ContractLine]) -> QuerySet[Contract]:
    """Ended contracts of the provider, not among the lines."""
    return (
        Contract.objects.filter(provider=provider)
        .exclude(pk__in=[line.contract.pk for line in lines])
        .select_related("area")
    )
