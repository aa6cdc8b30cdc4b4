"""Read runs, placements and what has happened to a person."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, OutcomeRow, Placement
from choices.models import Person
from providers.models import Area, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area

MOVES = Q(provider_before__isnull=False) & ~Q(provider_before=F("provider"))


@dataclass(frozen=True)
class ContractSummary:
    """A provider in an area after a run. Minutes a month; None: no such ceiling."""

    provider: Provider
    ceiling_minutes: int | None
    ceiling_persons: int | None
    guaranteed_minutes: int
    used_minutes: int
    persons: int

    @property
    def free_minutes(self) -> int | None:
        return None if self.ceiling_minutes is None else max(self.ceiling_minutes - self.used_minutes, 0)


@dataclass(frozen=True)
class AreaSummary:
    """An area after a run. ``committed_minutes`` counts an external below its guarantee as if it had it all."""

    area: Area
    base_minutes: int
    share_bp: int | None
    external_minutes: int
    committed_minutes: int
    contracts: list[ContractSummary]

    @property
    def share_cap_minutes(self) -> int | None:
        return None if self.share_bp is None else self.share_bp * self.base_minutes // 10_000


@dataclass(frozen=True)
class RunSummary:
    """Persons counted by what a run gave them. ``by_rank`` maps 1–5 to how many got that wish."""

    persons: int
    answered: int
    by_rank: dict[int, int]
    kept_with_unmet_wish: int
    moved: int
    moved_against_choice: int
    by_no_answer: dict[str, int]
    areas: list[AreaSummary]

    @property
    def no_answer(self) -> int:
        return self.persons - self.answered

    @property
    def first_choice(self) -> int:
        return self.by_rank.get(1, 0)


def runs(*, actor: Actor) -> QuerySet[AllocationRun]:
    """All runs, newest first, for those who may see figures."""
    if not actor.may(Right.SEE_FIGURES):
        return AllocationRun.objects.none()
    return AllocationRun.objects.select_related("round", "proposed_by", "approved_by").order_by("-proposed_at", "-id")


def run_summary(*, run: AllocationRun) -> RunSummary:
    """The run in figures. Counts hold everybody, protected people too: they are never shown one by one here."""
    rows = run.rows.all()
    answered = rows.filter(answered=True)
    ranks = answered.filter(how=OutcomeRow.How.WISH).values_list("wish_rank").annotate(persons=Count("id"))
    return RunSummary(
        persons=rows.count(),
        answered=answered.count(),
        by_rank={rank: persons for rank, persons in ranks if rank is not None},
        kept_with_unmet_wish=answered.exclude(how=OutcomeRow.How.WISH).count(),
        moved=rows.filter(MOVES).count(),
        moved_against_choice=answered.filter(how=OutcomeRow.How.FALLBACK).count(),
        by_no_answer=dict(rows.filter(answered=False).values_list("how").annotate(persons=Count("id"))),
        areas=_area_summaries(run),
    )


def _area_summaries(run: AllocationRun) -> list[AreaSummary]:
    used = {
        (area, provider): (minutes, persons)
        for area, provider, minutes, persons in run.rows.values_list("area", "provider").annotate(
            minutes=Coalesce(Sum("minutes"), 0), persons=Count("id")
        )
    }
    shares = share_bp_by_area(day=run.effective_date)
    terms = contract_terms(day=run.effective_date)
    areas = Area.objects.filter(pk__in={area for area, _ in used}).order_by("name")
    return [
        _area_summary(area, [t for t in terms if t.contract.area == area], used, shares.get(area.pk)) for area in areas
    ]


def _area_summary(
    area: Area, terms: list[ContractTerms], used: dict[tuple[int, int], tuple[int, int]], share_bp: int | None
) -> AreaSummary:
    contracts = []
    for term in sorted(terms, key=lambda t: (not t.contract.provider.is_municipal, t.contract.provider.name)):
        minutes, persons = used.get((area.pk, term.contract.provider_id), (0, 0))
        contracts.append(
            ContractSummary(
                provider=term.contract.provider,
                ceiling_minutes=term.ceiling_minutes,
                ceiling_persons=term.ceiling_persons,
                guaranteed_minutes=term.guaranteed_minutes,
                used_minutes=minutes,
                persons=persons,
            )
        )
    external = [contract for contract in contracts if not contract.provider.is_municipal]
    return AreaSummary(
        area=area,
        base_minutes=sum(minutes for (in_area, _), (minutes, _persons) in used.items() if in_area == area.pk),
        share_bp=share_bp,
        external_minutes=sum(contract.used_minutes for contract in external),
        committed_minutes=sum(max(contract.used_minutes, contract.guaranteed_minutes) for contract in external),
        contracts=contracts,
    )


def placement_on(*, person: Person, day: datetime.date) -> Placement | None:
    """Who comes to the person that day."""
    return (
        Placement.objects.on(day).filter(person=person).select_related("contract__provider", "contract__area").first()
    )


def next_placement(*, person: Person, day: datetime.date) -> Placement | None:
    """Who comes after that, if that is decided."""
    return (
        Placement.objects.covering_some_day()
        .filter(person=person, valid_from__gt=day)
        .select_related("contract__provider", "contract__area")
        .order_by("valid_from")
        .first()
    )
