"""Comparison of two runs: totals, and people with different placements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, IntegerField, Prefetch, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.facts.room import Amount
from allocation.models import AllocationRun, OutcomeRow
from allocation.summary import AreaSummary, Choosers, ContractSummary, RunSummary, run_summary
from choices.models import Person
from choices.selectors import visible_persons
from common.caching import cached


@dataclass(frozen=True)
class Pair:
    """A figure of the first run and of the other. None: not applicable."""

    name: str | Promise
    first: int | None
    other: int | None

    @property
    def change(self) -> int | None:
        return None if self.first is None or self.other is None else self.other - self.first


@dataclass(frozen=True)
class AreaPairs:
    name: str
    minutes: list[Pair]
    persons: list[Pair]


@dataclass(frozen=True)
class Comparison:
    """``differ``: in both, with another provider. ``only_first`` and ``only_other``: in one of them. All persons."""

    counts: list[Pair]
    areas: list[AreaPairs]
    differ: int
    only_first: int
    only_other: int


@dataclass(frozen=True)
class _Differences:
    """``differ``: persons, by id."""

    differ: list[int]
    only_first: int
    only_other: int


_DIFFERENT = """
SELECT person_id, a.provider_id, b.provider_id
FROM (SELECT person_id, provider_id FROM allocation_outcomerow WHERE run_id = %(first)s) a
FULL JOIN (SELECT person_id, provider_id FROM allocation_outcomerow WHERE run_id = %(other)s) b USING (person_id)
WHERE a.provider_id IS DISTINCT FROM b.provider_id
"""


def others(run: AllocationRun) -> QuerySet[AllocationRun]:
    """Comparable runs: of the same kind, and the same round or exit."""
    alike = AllocationRun.objects.filter(kind=run.kind, round=run.round_id, exit=run.exit_id)
    return alike.exclude(pk=run.pk).select_related("round").order_by("-proposed_at", "-id")


def compare(first: AllocationRun, other: AllocationRun) -> Comparison:
    one, two = run_summary(run=first), run_summary(run=other)
    found = _differences(first, other)
    return Comparison(
        counts=list(_counts(one, two)),
        areas=list(_areas(one, two)),
        differ=len(found.differ),
        only_first=found.only_first,
        only_other=found.only_other,
    )


def who_differs(first: AllocationRun, other: AllocationRun, *, actor: Actor) -> QuerySet[Person]:
    """Each carries ``outcomes``: the rows of both, the first run's first."""
    in_order = Case(When(run=first, then=0), default=1, output_field=IntegerField())
    both = OutcomeRow.objects.filter(run__in=[first, other]).select_related("provider", "area").order_by(in_order)
    persons = visible_persons(actor=actor).filter(pk__in=_differences(first, other).differ)
    return persons.prefetch_related(Prefetch("outcome_rows", both, to_attr="outcomes"))


def _differences(first: AllocationRun, other: AllocationRun) -> _Differences:
    """Cached for a day: the rows of a run never change."""
    return cached(
        f"runs-compared:{first.reference}:{other.reference}", lambda: _compare_rows(first, other), seconds=24 * 3600
    )


def _compare_rows(first: AllocationRun, other: AllocationRun) -> _Differences:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"first": first.pk, "other": other.pk})
        rows = cursor.fetchall()
    return _Differences(
        differ=[person for person, here, there in rows if here and there],
        only_first=sum(there is None for _person, _here, there in rows),
        only_other=sum(here is None for _person, here, _there in rows),
    )


def _counts(one: RunSummary, two: RunSummary) -> Iterator[Pair]:
    yield Pair(_("Personer"), one.persons, two.persons)
    if one.in_round:
        yield Pair(_("Valde"), one.chose.all.persons, two.chose.all.persons)
        yield from _wishes(_("Valde"), one.chose, two.chose)
        yield Pair(_("Stod kvar med ett tidigare val"), one.earlier.all.persons, two.earlier.all.persons)
    else:
        yield Pair(_("Har ett val som gäller"), one.earlier.all.persons, two.earlier.all.persons)
    yield from _wishes(_("Tidigare val") if one.in_round else _("Val som gäller"), one.earlier, two.earlier)
    yield Pair(_("Måste byta mot sitt val"), one.moved_against_choice, two.moved_against_choice)
    yield Pair(_("Valde inte"), one.no_answer, two.no_answer)
    yield Pair(_("Får en ny utförare"), one.moved, two.moved)


def _wishes(who: str | Promise, one: Choosers, two: Choosers) -> Iterator[Pair]:
    nobody = Amount()
    for rank in sorted({*one.by_rank, *two.by_rank}):
        first, other = one.by_rank.get(rank, nobody), two.by_rank.get(rank, nobody)
        yield Pair(_("%(who)s: har val %(rank)s") % {"who": who, "rank": rank}, first.persons, other.persons)
    if one.offered.persons or two.offered.persons:
        yield Pair(_("%(who)s: erbjuds ett av sina val") % {"who": who}, one.offered.persons, two.offered.persons)
    yield Pair(_("%(who)s: har inget av sina val än") % {"who": who}, one.unmet.persons, two.unmet.persons)


def _areas(one: RunSummary, two: RunSummary) -> Iterator[AreaPairs]:
    found = [{area.area.name: area for area in summary.areas} for summary in (one, two)]
    for name in sorted({*found[0], *found[1]}):
        contracts = [_contracts(areas.get(name)) for areas in found]
        names = sorted({*contracts[0], *contracts[1]})
        yield AreaPairs(
            name,
            minutes=[_pair(who, contracts, lambda contract: contract.used_minutes) for who in names],
            persons=[_pair(who, contracts, lambda contract: contract.persons) for who in names],
        )


def _pair(who: str, contracts: list[dict[str, ContractSummary]], figure: Callable[[ContractSummary], int]) -> Pair:
    first, other = (figure(there[who]) if who in there else None for there in contracts)
    return Pair(who, first, other)


def _contracts(area: AreaSummary | None) -> dict[str, ContractSummary]:
    return {contract.provider.name: contract for contract in area.contracts} if area else {}
