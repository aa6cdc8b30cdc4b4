"""Count people in the database, and divide the counts into tables that may be published."""

import datetime

from django.db.models import QuerySet

from allocation.models import AllocationRun
from allocation.public_availability import last_run_id
from choices.models import ChoiceRound
from oversight.figures import dividing, sql
from oversight.figures.dividing import HOURS
from oversight.figures.table import ALL, Axis, Table
from providers.models import Area, Contract, Provider
from providers.selectors import contract_terms, share_bp_by_area


def of_round(round: ChoiceRound, run: AllocationRun | None, day: datetime.date) -> list[Table]:
    """``run`` None: the round's places are not given out."""
    areas = _areas(Area.objects.filter(rounds=round))
    if run is None:
        ids = list(round.areas.values_list("pk", flat=True))
        cube = sql.rows(sql.ANSWERS, day=min(day, round.closes_on), round=round.pk, areas=ids)
        rows = [(area, None, channel is not None, 3, None, channel, n, minutes) for area, channel, n, minutes in cube]
        return dividing.round_tables(rows, areas, Axis("provider", ()), decided=False)
    found = dividing.round_tables(sql.rows(sql.ROUND, run=run.pk), areas, _providers(), decided=True)
    return found + _terms(found, run.effective_date)


def of_today(day: datetime.date) -> list[Table]:
    areas = _areas(Area.objects.all())
    found = dividing.now_tables(sql.rows(sql.NOW, day=day), areas, _providers())
    found += _terms(found, day)
    contracts = Contract.objects.exclude(provider__kind=Provider.Kind.MUNICIPAL).exclude(valid_until__lte=day)
    ids = list(contracts.values_list("pk", flat=True))
    waits = sql.rows(sql.WAITS, day=day, contracts=ids, run=last_run_id())
    return found + dividing.queue_tables(waits, areas, _providers(contracts))


def of_year(year: int, day: datetime.date) -> list[Table]:
    """Until ``day``, if the year has not ended."""
    next = min(datetime.date(year + 1, 1, 1), day + datetime.timedelta(days=1))
    bounds = {"first": datetime.date(year, 1, 1), "next": next}
    areas = _areas(Area.objects.all())
    months = Axis("month", tuple(f"{year}-{n:02}" for n in range(1, 13) if datetime.date(year, n, 1) < next))
    moves = [(area, f"{year}-{month:02}", *rest) for area, month, *rest in sql.rows(sql.MOVES, **bounds)]
    met = sql.rows(sql.MET, **bounds)
    by_area = {area or ALL: (persons, days) for area, kind, persons, days in met if kind is None}
    by_hours = {kind or ALL: (persons, days) for area, kind, persons, days in met if area is None}
    return [
        *dividing.year_tables(moves, areas, months),
        dividing.days_table("met_waits_by_area", areas, by_area),
        dividing.days_table("met_waits_by_hours", HOURS, by_hours),
    ]


def _terms(tables: list[Table], day: datetime.date) -> list[Table]:
    """What contracts say, and the limits of the share, beside the table of clients. They are public."""
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


def _areas(areas: QuerySet[Area]) -> Axis:
    return Axis("area", tuple(areas.order_by("name").values_list("code", flat=True)))


def _providers(contracts: QuerySet[Contract] | None = None) -> Axis:
    """Those who have or had contracts, by name, the municipal one first."""
    having = Provider.objects.filter(contracts__in=Contract.objects.all() if contracts is None else contracts)
    known = sorted(having.distinct(), key=lambda provider: (not provider.is_municipal, provider.name))
    return Axis("provider", tuple(provider.code for provider in known))
