"""Counts people in the database, and divides the counts into tables that may be published."""

import datetime
from collections import defaultdict
from pathlib import Path
from typing import Any

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
from providers.models import Area, Contract, Provider
from providers.selectors import contract_terms, share_bp_by_area

query = Statements(Path(__file__).with_name("statements.sql")).query


def of_round(round: ChoiceRound, run: AllocationRun | None, *, hide: bool) -> list[Table]:
    """``run`` None: the round is undecided, and answers are as known now. Otherwise as known when the run was
    proposed.
    """
    areas = areas_axis(Area.objects.filter(rounds=round))
    if run is None:
        codes = dict(round.areas.values_list("pk", "code"))
        rows: list[Any] = [
            (codes[each.area_id], None, each.answer, 3, None, each.channel, each.persons, each.minutes)
            for each in rounds.answers(round)
            if not each.is_protected
        ]
        return dividing.round_tables(rows, areas, Axis("provider", ()), decided=False, hide=hide)
    rows = query("run", scope=everybody(), known=run.proposed_at, run=run.pk, round=round.pk)
    found = dividing.round_tables(rows, areas, providers_axis(), decided=True, hide=hide)
    return found + _terms(found, run.effective_date)


def of_today(day: datetime.date, *, hide: bool) -> list[Table]:
    areas = areas_axis(Area.objects.all())
    found = dividing.now_tables(query("now", scope=everybody(), day=day), areas, providers_axis(), hide=hide)
    found += _terms(found, day)
    contracts = Contract.objects.exclude(provider__kind=Provider.Kind.MUNICIPAL).exclude(valid_until__lte=day)
    waits = _waits(contracts.select_related("area", "provider"), day)
    return found + dividing.queue_tables(waits, areas, providers_axis(contracts), hide=hide)


def of_year(year: int, day: datetime.date, *, hide: bool) -> list[Table]:
    """Until ``day``, if the year has not ended."""
    next = min(datetime.date(year + 1, 1, 1), day + datetime.timedelta(days=1))
    bounds: dict[str, Any] = {"first": datetime.date(year, 1, 1), "next": next}
    areas = areas_axis(Area.objects.all())
    months = Axis("month", tuple(f"{year}-{n:02}" for n in range(1, 13) if datetime.date(year, n, 1) < next))
    moved = query("moves", scope=everybody(), **bounds)
    moves = [(area, f"{year}-{month:02}", *rest) for area, month, *rest in moved]
    met = query("met", scope=everybody(), **bounds)
    by_area = {area or ALL: (persons, days) for area, kind, persons, days in met if kind is None}
    by_hours = {kind or ALL: (persons, days) for area, kind, persons, days in met if area is None}
    return [
        *dividing.year_tables(moves, areas, months, hide=hide),
        dividing.days_table("met_waits_by_area", areas, by_area, hide=hide),
        dividing.days_table("met_waits_by_hours", HOURS, by_hours, hide=hide),
    ]


def _waits(contracts: QuerySet[Contract], today: datetime.date) -> list[dividing.Row]:
    """Area, provider, hours class, each None for all → persons, and days waited: median, 90th percentile, maximum. Each
    queue on its contract's own day (``facts.days``).
    """
    people: defaultdict[tuple[Any, ...], set[int]] = defaultdict(set)
    waited: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    counted = set()
    for day, theirs in by_day(contracts, today).items() if contracts else ():
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


def _terms(tables: list[Table], day: datetime.date) -> list[Table]:
    """Contract terms, and the limits of the share, beside the table of clients. They are public."""
    clients = next((table for table in tables if table.code == "clients"), None)
    if clients is None or ALL in clients.rows.codes:
        return []
    areas, providers = clients.rows, clients.columns
    terms = {(term.contract.area.code, term.contract.provider.code): term for term in contract_terms(day=day)}
    found = []
    for code, name in (("ceilings", "ceiling_minutes"), ("guarantees", "guaranteed_minutes")):
        values = tuple(
            tuple(getattr(terms.get((area, provider)), name, None) or None for provider in providers.codes)
            for area in areas.codes
        )
        found.append(Table(code, "minutes", areas, providers, values, totals=False, hides=False))
    ids = dict(Area.objects.values_list("code", "pk"))
    shares = share_bp_by_area(day=day)
    limits = tuple((shares.get(ids[area]),) for area in areas.codes)
    return [*found, Table("share_limits", "bp", areas, Axis("limit", ("limit",)), limits, totals=False, hides=False)]


def areas_axis(areas: QuerySet[Area]) -> Axis:
    return Axis("area", tuple(areas.order_by("name").values_list("code", flat=True)))


def providers_axis(contracts: QuerySet[Contract] | None = None) -> Axis:
    """Providers with current or past contracts, by name, the municipal one first."""
    having = Provider.objects.filter(contracts__in=Contract.objects.all() if contracts is None else contracts)
    known = sorted(having.distinct(), key=lambda provider: (not provider.is_municipal, provider.name))
    return Axis("provider", tuple(provider.code for provider in known))
