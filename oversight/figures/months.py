"""The figures month by month: the state of the first day of each, and the rounds one after the other."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Min

from allocation.facts.scope import everybody
from allocation.models import AllocationRun, Placement
from allocation.queue_spells import QueueSpell, all_spells
from allocation.whatif.first_choice_waits import percentile
from common.suppression import is_small
from oversight.figures import counting
from oversight.figures.dividing import HOURS, Row, by_area_and_provider, round_tables
from oversight.figures.labels import contract_code
from oversight.figures.table import ALL, TOTAL, Axis, Table

# Months back from the current one, and months ahead as they are decided today.
BACK, AHEAD = 23, 3

Pair = tuple[str, str]


def of_time(known: counting.Terms, day: datetime.date, *, hide: bool) -> list[Table]:
    days = known.once(("days", day), lambda: _days(day))
    months = Axis("month", tuple(f"{each:%Y-%m}" for each in days))
    areas, providers = known.areas, known.providers
    clients = _clients(known, days, hide=hide)
    terms = {each: known.of_contracts(each) for each in days}
    pairs = [
        (area, provider)
        for area in areas.codes
        for provider in providers.codes
        if any((area, provider) in terms[each] or _cell(clients[each][0], area, provider) for each in days)
    ]
    contracts = Axis("contract", tuple(contract_code(*pair) for pair in pairs))

    def table(code: str, unit: str, rows: Axis, values: Iterable[Sequence[int | None]], *, hides: bool) -> Table:
        return Table(code, unit, rows, months, tuple(map(tuple, values)), totals=False, hides=hides)

    found = [
        table(
            code,
            unit,
            contracts,
            ([_cell(clients[each][place], *pair) for each in days] for pair in pairs),
            hides=hide,
        )
        for place, (code, unit) in enumerate((("clients_by_month", "persons"), ("clients_by_month_minutes", "minutes")))
    ]
    for code, name in (("ceilings_by_month", "ceiling_minutes"), ("guarantees_by_month", "guaranteed_minutes")):
        values = ([getattr(terms[each].get(pair), name, None) or None for each in days] for pair in pairs)
        found.append(table(code, "minutes", contracts, values, hides=False))
    whole = Axis("area", (*areas.codes, ALL))
    own = providers.codes[0] if providers.codes else ""
    shares = ([_external(clients[each][1], area, own) for each in days] for area in whole.codes)
    found.append(table("external_share_by_month", "bp", whole, shares, hides=hide))
    steps = ([known.shares(each).get(area) for each in days] for area in areas.codes)
    found.append(table("share_limits_by_month", "bp", areas, steps, hides=False))
    return [
        *found,
        *_queues(known, day, [each for each in days if each <= day], pairs, hide=hide),
        *_rounds(known, day, hide=hide),
    ]


def _days(day: datetime.date) -> list[datetime.date]:
    """The first of each month, from the first placement on."""
    this = day.year * 12 + day.month - 1
    oldest = Placement.objects.aggregate(oldest=Min("valid_from"))["oldest"] or day
    first = min(max(this - BACK, oldest.year * 12 + oldest.month - 1), this)
    return [datetime.date(n // 12, n % 12 + 1, 1) for n in range(first, this + AHEAD + 1)]


def _clients(
    known: counting.Terms, days: Sequence[datetime.date], *, hide: bool
) -> dict[datetime.date, tuple[Table | None, Table | None]]:
    """Day → persons and minutes by area and provider, divided as today's clients. None: too few to be shown."""
    counts: defaultdict[datetime.date, list[tuple[str, str, int, int]]] = defaultdict(list)
    rows = known.once(("months", *days), lambda: counting.query("months", scope=everybody(), days=list(days)))
    for day, *row in rows:
        counts[day].append((row[0], row[1], row[2], row[3]))
    return {day: by_area_and_provider(counts[day], known.areas, known.providers, hide=hide) for day in days}


def _cell(table: Table | None, area: str, provider: str) -> int | None:
    """None also where the areas are not divided."""
    return table.at(area, provider) if table and area in table.rows.codes else None


def _external(minutes: Table | None, area: str, own: str) -> int | None:
    """Basis points of everybody but the municipal provider, ``own``. Not derivable where a part is hidden."""
    if minutes is None or (area != ALL and area not in minutes.rows.codes):
        return None
    row = minutes.row_codes[-1] if area == ALL else area
    whole, theirs = minutes.at(row, TOTAL), minutes.at(row, own)
    return (whole - theirs) * 10_000 // whole if whole and theirs is not None else None


def _queues(
    known: counting.Terms, day: datetime.date, days: Sequence[datetime.date], pairs: Sequence[Pair], *, hide: bool
) -> list[Table]:
    """Persons in each queue and in any, and how long half of them had waited at most."""
    months = Axis("month", tuple(f"{each:%Y-%m}" for each in days))
    queues = Axis("contract", (*(contract_code(*pair) for pair in pairs), ALL))
    # A spell that is open today has not ended today.
    until = day + datetime.timedelta(days=1)
    found = known.once(("spells", days[0], day), lambda: all_spells(first=days[0], day=until))
    spells = [spell for spell in found if not spell.is_protected]
    waiting = {each: _waiting(spells, each) for each in days}
    persons, medians = [], []
    for row in queues.codes:
        cells = [_queue(waiting[each], row, hide=hide) for each in days]
        persons.append(tuple(number for number, _median in cells))
        medians.append(tuple(median for _number, median in cells))
    return [
        Table(code, unit, queues, months, tuple(values), totals=False, hides=hide)
        for code, unit, values in (
            ("queues_by_month", "persons", persons),
            ("waits_median_by_month", "days", medians),
        )
    ]


def _waiting(spells: Iterable[QueueSpell], day: datetime.date) -> dict[str, tuple[int, list[int]]]:
    """Queue → persons, and the days that they had waited, in order."""
    people: defaultdict[str, set[int]] = defaultdict(set)
    waited: defaultdict[str, list[int]] = defaultdict(list)
    for spell in spells:
        if spell.since <= day < spell.decided_on:
            for queue in (contract_code(spell.area, spell.provider), ALL):
                people[queue].add(spell.person_id)
                waited[queue].append((day - spell.since).days)
    return {queue: (len(people[queue]), sorted(days)) for queue, days in waited.items()}


def _queue(waiting: Mapping[str, tuple[int, list[int]]], row: str, *, hide: bool) -> tuple[int | None, int | None]:
    """Persons and median. A small queue is hidden, and the number in any queue then too: it could be subtracted."""
    persons, days = waiting.get(row, (0, []))
    others = [number for queue, (number, _days) in waiting.items() if queue != ALL]
    is_hidden = hide and (is_small(persons) or (row == ALL and any(map(is_small, others))))
    median = percentile(days, 50) if days and not (hide and is_small(persons)) else None
    return None if is_hidden else persons, median


def _rounds(known: counting.Terms, day: datetime.date, *, hide: bool) -> list[Table]:
    """Persons who chose in each decided round, and those with their first choice, as in the round's own figures."""
    in_order, counted = known.once(("rounds", day), _counted_rounds)
    rows = Axis("round", tuple(run.round.code for run in in_order))
    tables = [
        _first_choice(Axis("area", tuple(run.area_codes)), rows, known.providers, hide=hide)
        for run, rows in zip(in_order, counted, strict=True)
    ]
    columns = Axis(HOURS.kind, (*HOURS.codes, ALL))
    return [
        Table(
            code,
            "persons",
            rows,
            columns,
            tuple(
                tuple(table.at(row, TOTAL if column == ALL else column) if table else None for column in columns.codes)
                for table in tables
            ),
            totals=False,
            hides=hide,
        )
        for code, row in (("first_choice_by_round", "first"), ("chose_by_round", TOTAL))
    ]


def _counted_rounds() -> tuple[list[Any], list[list[Row]]]:
    """The applied run of each round in order, with the codes of its areas; and the counts of each."""
    decided = AllocationRun.objects.filter(status=AllocationRun.Status.APPLIED, kind=AllocationRun.Kind.ROUND)
    by_name = ArrayAgg("round__areas__code", order_by="round__areas__name")
    runs = {run.round_id: run for run in decided.select_related("round").annotate(area_codes=by_name).order_by("pk")}
    in_order = sorted(runs.values(), key=lambda run: (run.round.opens_on, run.round.pk))
    return in_order, counting.rows_of_runs(in_order)


def _first_choice(areas: Axis, rows: Sequence[Row], providers: Axis, *, hide: bool) -> Table | None:
    tables = round_tables(rows, areas, providers, decided=True, hide=hide)
    return next((table for table in tables if table.code == "first_choice_by_hours"), None)
