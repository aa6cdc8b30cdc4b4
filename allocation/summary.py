"""What a run comes to: in all, and for each area and provider."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from allocation.models import AllocationRun, OutcomeRow
from allocation.selectors import MOVES
from allocation.services.figures import Figures
from providers.models import Area, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area


@dataclass(frozen=True)
class ContractSummary:
    """A provider in an area after a run. Minutes a month; None: no such ceiling.

    Used, reserved (kept for others: open offers, placements that begin later) and offered (by this run) take room.
    """

    provider: Provider
    ceiling_minutes: int | None
    ceiling_persons: int | None
    guaranteed_minutes: int
    used_minutes: int
    persons: int
    reserved_minutes: int = 0
    reserved_persons: int = 0
    offered_minutes: int = 0
    offered_persons: int = 0
    waiting_minutes: int = 0
    waiting_persons: int = 0

    @property
    def taken_minutes(self) -> int:
        return self.used_minutes + self.reserved_minutes + self.offered_minutes

    @property
    def taken_persons(self) -> int:
        return self.persons + self.reserved_persons + self.offered_persons

    @property
    def free_minutes(self) -> int | None:
        return None if self.ceiling_minutes is None else max(self.ceiling_minutes - self.taken_minutes, 0)

    @property
    def free_persons(self) -> int | None:
        return None if self.ceiling_persons is None else max(self.ceiling_persons - self.taken_persons, 0)


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
    def no_answer_words(self) -> list[tuple[str, int]]:
        """How those were placed who did not choose, in words, in the order of the model."""
        hows = [how for how in OutcomeRow.How if how in self.by_no_answer]
        return [(str(how.label), self.by_no_answer[how]) for how in hows]

    @property
    def no_answer(self) -> int:
        return self.persons - self.answered

    @property
    def first_choice(self) -> int:
        return self.by_rank.get(1, 0)


def run_summary(*, run: AllocationRun) -> RunSummary:
    """The run in figures. Counts hold everybody, protected people too: they are never shown one by one here."""
    return summary_of(run.figures) if run.figures else _counted(run)


def summary_of(figures: Figures) -> RunSummary:
    """From what was counted when the run was made (``services.figures``)."""
    areas = Area.objects.in_bulk([area["area"] for area in figures["areas"]], field_name="code")
    providers = {provider.code: provider for provider in Provider.objects.all()}
    return RunSummary(
        persons=figures["persons"],
        answered=figures["answered"],
        by_rank={int(rank): persons for rank, persons in figures["by_rank"].items()},
        kept_with_unmet_wish=figures["unmet"],
        moved=figures["moved"],
        moved_against_choice=figures["moved_against_choice"],
        by_no_answer=figures["by_no_answer"],
        areas=sorted(
            (
                AreaSummary(
                    area=areas[area["area"]],
                    base_minutes=area["base"],
                    share_bp=area["share_bp"],
                    external_minutes=area["external"],
                    committed_minutes=area["committed"],
                    contracts=sorted((_contract(row, providers) for row in area["contracts"]), key=_municipal_first),
                )
                for area in figures["areas"]
            ),
            key=lambda area: area.area.name,
        ),
    )


def _contract(row: Figures, providers: Mapping[str, Provider]) -> ContractSummary:
    return ContractSummary(
        provider=providers[row["provider"]],
        ceiling_minutes=row.get("ceiling"),
        ceiling_persons=row.get("ceiling_persons"),
        guaranteed_minutes=row.get("guaranteed", 0),
        used_minutes=row["used"],
        persons=row["persons"],
        reserved_minutes=row.get("reserved", 0),
        reserved_persons=row.get("reserved_persons", 0),
        offered_minutes=row.get("offered", 0),
        offered_persons=row.get("offered_persons", 0),
        waiting_minutes=row.get("waiting", 0),
        waiting_persons=row.get("waiting_persons", 0),
    )


def _municipal_first(contract: ContractSummary) -> tuple[bool, str]:
    return not contract.provider.is_municipal, contract.provider.name


def _counted(run: AllocationRun) -> RunSummary:
    """Of a run from before figures were written with it."""
    rows = run.rows.all()
    answered = rows.filter(answered=True)
    ranks = answered.filter(how=OutcomeRow.How.WISH).values_list("wish_rank").annotate(persons=Count("id"))
    return RunSummary(
        persons=rows.count(),
        answered=answered.count(),
        by_rank={rank: persons for rank, persons in sorted(ranks) if rank is not None},
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
    for term in terms:
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
        contracts=sorted(contracts, key=_municipal_first),
    )
