"""Summary of a run: in total, and per area and provider."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from allocation.facts.room import Amount
from allocation.facts.scope import everybody
from allocation.facts.statements import query
from allocation.models import AllocationRun, OutcomeRow
from allocation.models.run import MOVES
from allocation.services.figures import Figures, people_of
from providers.models import Area, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area


@dataclass(frozen=True)
class ContractSummary:
    """A provider in an area after a run. Minutes a month; None: no such ceiling. ``is_leaving``: its contract has
    ended and it still has clients.

    Used, reserved (for others: open offers, placements that begin later) and offered (by this run) take room.
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
    is_leaving: bool = False

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
    """An area after a run. ``committed_minutes`` counts an external provider below its guarantee as its guarantee."""

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
class Choosers:
    """People with a choice. ``by_rank`` maps 1–5 to those with that wish met after the run, moved or not;
    ``offered``: have an offer for one of their wishes; ``unmet``: none. ``against``: persons of these without a
    current provider to keep.
    """

    by_rank: dict[int, Amount]
    offered: Amount
    unmet: Amount
    against: int

    @property
    def all(self) -> Amount:
        return sum(self.by_rank.values(), self.offered + self.unmet)

    @property
    def first(self) -> Amount:
        return self.by_rank.get(1, Amount())


@dataclass(frozen=True)
class RunSummary:
    """People of a run by result.

    ``chose``: chose in the round (``facts.rounds``; empty outside rounds). ``earlier``: an earlier choice is in
    force. ``declined``: persons of the others, who answered that they will not choose.
    """

    persons: int
    in_round: bool
    chose: Choosers
    earlier: Choosers
    declined: int
    moved: int
    by_no_answer: dict[str, int]
    areas: list[AreaSummary]

    @property
    def choosers(self) -> list[Choosers]:
        """Both groups; outside rounds, everybody with a choice."""
        return [self.chose, self.earlier] if self.in_round else [self.earlier]

    @property
    def moved_against_choice(self) -> int:
        return self.chose.against + self.earlier.against

    @property
    def no_answer_words(self) -> list[tuple[str, int]]:
        """Placements of people without a choice by cause, in words, in the order of the model."""
        hows = [how for how in OutcomeRow.How if how in self.by_no_answer]
        return [(str(how.label), self.by_no_answer[how]) for how in hows]

    @property
    def no_answer(self) -> int:
        return self.persons - self.chose.all.persons - self.earlier.all.persons


def run_summary(*, run: AllocationRun) -> RunSummary:
    """Figures of a run. Counts include everybody, protected people too; they are never broken down to individuals."""
    if not run.figures:
        return _counted(run)
    # Figures written before people were divided by their answer.
    return summary_of(run.figures if "chose" in run.figures else {**run.figures, **_people(run)})


def summary_of(figures: Figures) -> RunSummary:
    """Summary from the figures counted when the run was made (``services.figures``)."""
    areas = Area.objects.in_bulk([area["area"] for area in figures["areas"]], field_name="code")
    providers = {provider.code: provider for provider in Provider.objects.all()}
    summaries = [
        AreaSummary(
            area=areas[area["area"]],
            base_minutes=area["base"],
            share_bp=area["share_bp"],
            external_minutes=area["external"],
            committed_minutes=area["committed"],
            contracts=sorted((_contract(row, providers) for row in area["contracts"]), key=_municipal_first),
        )
        for area in figures["areas"]
    ]
    return _summary(figures, sorted(summaries, key=lambda area: area.area.name))


def _summary(figures: Figures, areas: list[AreaSummary]) -> RunSummary:
    return RunSummary(
        persons=figures["persons"],
        in_round=figures["in_round"],
        chose=_choosers(figures["chose"]),
        earlier=_choosers(figures["earlier"]),
        declined=figures["declined"],
        moved=figures["moved"],
        by_no_answer=figures["by_no_answer"],
        areas=areas,
    )


def _choosers(figures: Figures) -> Choosers:
    amounts = {rank: Amount(minutes, persons) for rank, (persons, minutes) in figures["by_rank"].items()}
    return Choosers(
        by_rank={int(rank): amount for rank, amount in sorted(amounts.items()) if rank.isdigit()},
        offered=amounts.get("offered", Amount()),
        unmet=amounts.get("none", Amount()),
        against=figures["against"],
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
        is_leaving=row.get("leaving", False),
    )


def _municipal_first(contract: ContractSummary) -> tuple[bool, str]:
    return not contract.provider.is_municipal, contract.provider.name


def _counted(run: AllocationRun) -> RunSummary:
    """Counted from rows, for a run older than stored figures."""
    return _summary({**_people(run), "moved": run.rows.filter(MOVES).count()}, _area_summaries(run))


def _people(run: AllocationRun) -> Figures:
    rows = query("run_people", scope=everybody(), known=run.proposed_at, run=run.pk, round=run.round_id)
    return {**people_of(rows), "in_round": run.round_id is not None}


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
    providers = Provider.objects.in_bulk()
    return [
        _area_summary(area, [t for t in terms if t.contract.area == area], used, shares.get(area.pk), providers)
        for area in areas
    ]


def _area_summary(
    area: Area,
    terms: list[ContractTerms],
    used: dict[tuple[int, int], tuple[int, int]],
    share_bp: int | None,
    providers: Mapping[int, Provider],
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
    in_force = {term.contract.provider_id for term in terms}
    for (in_area, provider), (minutes, persons) in used.items():
        if in_area == area.pk and provider not in in_force:
            contracts.append(ContractSummary(providers[provider], None, None, 0, minutes, persons, is_leaving=True))
    external = [contract for contract in contracts if not contract.provider.is_municipal]
    return AreaSummary(
        area=area,
        base_minutes=sum(minutes for (in_area, _), (minutes, _persons) in used.items() if in_area == area.pk),
        share_bp=share_bp,
        external_minutes=sum(contract.used_minutes for contract in external),
        committed_minutes=sum(max(contract.used_minutes, contract.guaranteed_minutes) for contract in external),
        contracts=sorted(contracts, key=_municipal_first),
    )
