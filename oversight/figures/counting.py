"""Counts people in the database, and divides the counts into tables that may be published."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import QuerySet

from allocation.facts import rounds
from allocation.facts.days import by_day
from allocation.facts.scope import everybody, in_areas
from allocation.facts.statements import Statements
from allocation.models import AllocationRun
from allocation.whatif.first_choice_waits import percentile
from choices.models import ChoiceRound
from oversight.figures import dividing
from oversight.figures.dividing import HOURS
from oversight.figures.table import ALL, Axis, Table
from providers.models import Area, Contract, ShareStep
from providers.selectors import ContractTerms, contracts_with_terms, share_steps, terms_on

_FIGURES = Statements(Path(__file__).with_name("statements.sql"))
query = _FIGURES.query

_Counted = TypeVar("_Counted")


class Terms:
    """Data read once for the figures that are counted together: areas, providers and their terms, and the counts of
    which both the public tables and the whole ones are made, so that they agree.
    """

    def __init__(self) -> None:
        self._counted: dict[Hashable, Any] = {}

    def once(self, key: Hashable, count: Callable[[], _Counted]) -> _Counted:
        """The result of ``count``, made the first time. ``key``: of the counts, with their period."""
        if key not in self._counted:
            self._counted[key] = count()
        found: _Counted = self._counted[key]
        return found

    @cached_property
    def areas(self) -> Axis:
        return Axis("area", tuple(dict.fromkeys(code for code, _step in self._steps)))

    @cached_property
    def contracts(self) -> list[Contract]:
        return contracts_with_terms()

    @cached_property
    def providers(self) -> Axis:
        return providers_axis(self.contracts)

    def of_contracts(self, day: datetime.date) -> dict[tuple[str, str], ContractTerms]:
        """Codes of the area and of the provider → terms on the day."""
        return {(each.contract.area.code, each.contract.provider.code): each for each in terms_on(self.contracts, day)}

    def shares(self, day: datetime.date) -> dict[str, int]:
        """Code of the area → cap of the external share on the day, basis points."""
        return {code: step.share_bp for code, step in self._steps if step and step.covers(day)}

    @cached_property
    def _steps(self) -> list[tuple[str, ShareStep | None]]:
        return share_steps()


def of_round(terms: Terms, round: ChoiceRound, run: AllocationRun | None, *, hide: bool) -> list[Table]:
    """``run`` None: the round is undecided, and answers are as known now. Otherwise as known when the run was
    proposed.
    """
    areas = terms.once(("areas", round.pk), lambda: areas_axis(Area.objects.filter(rounds=round)))
    if run is None:
        codes = terms.once(("codes", round.pk), lambda: dict(round.areas.values_list("pk", "code")))
        rows: list[Any] = [
            (codes[each.area_id], None, each.answer, 3, None, each.channel, each.persons, each.minutes)
            for each in terms.once(("answers", round.pk), lambda: rounds.answers(round))
            if not each.is_protected
        ]
        return dividing.round_tables(rows, areas, Axis("provider", ()), decided=False, hide=hide)
    [rows] = terms.once(("run", run.pk), lambda: rows_of_runs([run]))
    found = dividing.round_tables(rows, areas, terms.providers, decided=True, hide=hide)
    return found + _terms(found, terms, run.effective_date)


def rows_of_runs(runs: Sequence[AllocationRun]) -> list[list[dividing.Row]]:
    """The statement ``run`` of each applied run of a round, as known when the run was proposed."""
    each = [{"known": run.proposed_at, "run": run.pk, "round": run.round_id} for run in runs]
    return _FIGURES.query_each("run", scope=everybody(), each=each)


def of_today(terms: Terms, day: datetime.date, *, hide: bool) -> list[Table]:
    rows = terms.once(("now", day), lambda: query("now", scope=everybody(), day=day))
    found = dividing.now_tables(rows, terms.areas, terms.providers, hide=hide)
    found += _terms(found, terms, day)
    queued = [
        each
        for each in terms.contracts
        if not each.provider.is_municipal and (each.valid_until is None or each.valid_until > day)
    ]
    waits = terms.once(("waits", day), lambda: _waits(queued, day))
    return found + dividing.queue_tables(waits, terms.areas, providers_axis(queued), hide=hide)


def of_year(terms: Terms, year: int, day: datetime.date, *, hide: bool) -> list[Table]:
    """Until ``day``, if the year has not ended."""
    next = min(datetime.date(year + 1, 1, 1), day + datetime.timedelta(days=1))
    bounds: dict[str, Any] = {"first": datetime.date(year, 1, 1), "next": next}
    areas = terms.areas
    months = Axis("month", tuple(f"{year}-{n:02}" for n in range(1, 13) if datetime.date(year, n, 1) < next))
    moved = terms.once(("moves", year, day), lambda: query("moves", scope=everybody(), **bounds))
    moves = [(area, f"{year}-{month:02}", *rest) for area, month, *rest in moved]
    met = terms.once(("met", year, day), lambda: query("met", scope=everybody(), **bounds))
    by_area = {area or ALL: (persons, days) for area, kind, persons, days in met if kind is None}
    by_hours = {kind or ALL: (persons, days) for area, kind, persons, days in met if area is None}
    return [
        *dividing.year_tables(moves, areas, months, hide=hide),
        dividing.days_table("met_waits_by_area", areas, by_area, hide=hide),
        dividing.days_table("met_waits_by_hours", HOURS, by_hours, hide=hide),
    ]


def _waits(contracts: Sequence[Contract], today: datetime.date) -> list[dividing.Row]:
    """Area, provider, hours class, each None for all → persons, and days waited: median, 90th percentile, maximum. Each
    queue on its contract's own day (``facts.days``).
    """
    people: defaultdict[tuple[Any, ...], set[int]] = defaultdict(set)
    waited: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    counted = set()
    for day, theirs in sorted(by_day(contracts, today).items()) if contracts else ():
        codes = {(each.area_id, each.provider_id): (each.area.code, each.provider.code) for each in theirs}
        rows = query("waits", scope=in_areas({each.area for each in theirs}), day=day)
        for person, area, provider, since, kind in rows:
            # A provider may have a current and a later contract: they share one queue.
            if (area, provider) not in codes or (person, area, provider) in counted:
                continue
            counted.add((person, area, provider))
            for place in ((*codes[area, provider], None), (None, None, kind), (None, None, None)):
                people[place].add(person)
                waited[place].append(max((today - since).days, 0))
    return [
        (*place, len(people[place]), [percentile(sorted(days), part) for part in (50, 90, 100)])
        for place, days in waited.items()
    ]


def _terms(tables: list[Table], terms: Terms, day: datetime.date) -> list[Table]:
    """Contract terms, and the limits of the share, beside the table of clients. They are public."""
    clients = next((table for table in tables if table.code == "clients"), None)
    if clients is None or ALL in clients.rows.codes:
        return []
    areas, providers = clients.rows, clients.columns
    by_contract = terms.of_contracts(day)
    found = []
    for code, name in (("ceilings", "ceiling_minutes"), ("guarantees", "guaranteed_minutes")):
        values = tuple(
            tuple(getattr(by_contract.get((area, provider)), name, None) or None for provider in providers.codes)
            for area in areas.codes
        )
        found.append(Table(code, "minutes", areas, providers, values, totals=False, hides=False))
    shares = terms.shares(day)
    limits = tuple((shares.get(area),) for area in areas.codes)
    return [*found, Table("share_limits", "bp", areas, Axis("limit", ("limit",)), limits, totals=False, hides=False)]


def areas_axis(areas: QuerySet[Area]) -> Axis:
    return Axis("area", tuple(areas.order_by("name").values_list("code", flat=True)))


def providers_axis(contracts: Iterable[Contract]) -> Axis:
    """Providers of the contracts, by name, the municipal one first."""
    having = {contract.provider for contract in contracts}
    known = sorted(having, key=lambda provider: (not provider.is_municipal, provider.name, provider.pk))
    return Axis("provider", tuple(provider.code for provider in known))
