"""Queries of areas, providers and their terms on a day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from providers.models import (
    Area,
    Ceiling,
    Contract,
    Guarantee,
    Municipality,
    Provider,
    ProviderProfile,
    ShareStep,
)


def municipality() -> Municipality:
    """The municipality. Raises ``Municipality.DoesNotExist`` before the set-up."""
    return Municipality.objects.get(pk=1)


@dataclass(frozen=True)
class ContractTerms:
    """Terms of a contract on a day. Minutes a month; None: no such ceiling."""

    contract: Contract
    ceiling_minutes: int | None
    ceiling_persons: int | None
    tolerance_minutes: int
    guaranteed_minutes: int
    intake: bool


def contract_terms(*, day: datetime.date) -> list[ContractTerms]:
    """Terms of every contract in force on ``day``, ordered by contract id."""
    return terms_on(_with_terms(Contract.objects.on(day), Ceiling.objects.on(day), Guarantee.objects.on(day)), day)


def contracts_with_terms() -> list[Contract]:
    """Every contract, also past and future ones, ordered by id, for ``terms_on`` of several days."""
    return list(_with_terms(Contract.objects.all(), Ceiling.objects.all(), Guarantee.objects.all()))


def terms_on(contracts: Iterable[Contract], day: datetime.date) -> list[ContractTerms]:
    """Terms of those of ``contracts_with_terms`` that are in force on ``day``."""
    return [_terms(contract, day) for contract in contracts if contract.covers(day)]


def _with_terms(
    contracts: QuerySet[Contract], ceilings: QuerySet[Ceiling], guarantees: QuerySet[Guarantee]
) -> QuerySet[Contract]:
    dated: list[Any] = [
        Prefetch("ceilings", ceilings, to_attr="dated_ceilings"),
        Prefetch("guarantees", guarantees, to_attr="dated_guarantees"),
    ]
    return contracts.select_related("provider", "area").prefetch_related(*dated).order_by("id")


def _terms(contract: Contract, day: datetime.date) -> ContractTerms:
    ceilings: list[Ceiling] = vars(contract)["dated_ceilings"]
    guarantees: list[Guarantee] = vars(contract)["dated_guarantees"]
    ceiling = next((each for each in ceilings if each.covers(day)), None)
    guarantee = next((each for each in guarantees if each.covers(day)), None)
    return ContractTerms(
        contract=contract,
        ceiling_minutes=ceiling.minutes if ceiling else None,
        ceiling_persons=ceiling.persons if ceiling else None,
        tolerance_minutes=ceiling.tolerance_minutes if ceiling else 0,
        guaranteed_minutes=guarantee.minutes if guarantee else 0,
        intake=_takes_in(contract, day),
    )


def _takes_in(contract: Contract, day: datetime.date) -> bool:
    if contract.permit == Contract.Permit.WITHDRAWN:
        return False
    start, end = contract.intake_stopped_from, contract.intake_stopped_until
    return not (start and start <= day and (end is None or day < end))


def share_bp_by_area(*, day: datetime.date) -> dict[int, int]:
    """Area id → external share cap that day in basis points. An area without a step has no cap (LOV)."""
    return dict(ShareStep.objects.on(day).values_list("area_id", "share_bp"))


def share_steps() -> list[tuple[str, ShareStep | None]]:
    """Code of each area, in order of their names, with each of its steps; None for an area without any. For the caps of
    several days.
    """
    columns = ("share_bp", "valid_from", "valid_until")
    rows = Area.objects.order_by("name", "share_steps__valid_from").values_list(
        "code", *(f"share_steps__{column}" for column in columns)
    )
    return [
        (code, ShareStep(**dict(zip(columns, step, strict=True))) if step[0] is not None else None)
        for code, *step in rows
    ]


def current_or_coming(*, day: datetime.date) -> QuerySet[Contract]:
    """Providers that can be chosen on ``day``. Future contracts count: in the first round all of them began later."""
    return Contract.objects.exclude(valid_until__lte=day)


@dataclass(frozen=True)
class ProviderCard:
    """Public information on a provider in an area: the same questions answered by all. Published figures are in
    ``providers.public.published_figures``."""

    provider: Provider
    profile: ProviderProfile | None
    contract: Contract
    takes_in: bool

    @property
    def language(self) -> str:
        """Language of the answers."""
        return self.profile.language if self.profile else "sv"


def public_comparison(*, area: Area, language: str, day: datetime.date) -> list[ProviderCard]:
    """Providers that can be chosen in the area on ``day``, by name. The page applies a neutral order.

    A provider without a profile in ``language`` answers in Swedish.
    """
    contracts = (
        Contract.objects.on(day).filter(area=area).select_related("provider").prefetch_related("provider__profiles")
    ).order_by("provider__name")
    cards = []
    for contract in contracts:
        profiles = {profile.language: profile for profile in contract.provider.profiles.all()}
        profile = profiles.get(language) or profiles.get("sv")
        cards.append(ProviderCard(contract.provider, profile, contract, _takes_in(contract, day)))
    return cards


def ramp(*, areas: list[Area]) -> dict[int, list[tuple[datetime.date, int]]]:
    """Area id → steps in order: first day, and share in basis points."""
    steps: dict[int, list[tuple[datetime.date, int]]] = {}
    for step in ShareStep.objects.filter(area__in=areas).order_by("valid_from"):
        steps.setdefault(step.area_id, []).append((step.valid_from, step.share_bp))
    return steps
