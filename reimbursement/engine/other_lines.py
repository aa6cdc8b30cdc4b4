"""Lines without days: first months, supplements, guarantees, manual sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from .day_spans import Known
from .line import Line, LineKind
from .months import amount
from .problem import Decision, Guarantee, Manual, Placement, Service, Supplement
from .terms import Terms, touching


def starts(known: Known, services: Sequence[Service], since: date) -> Iterator[tuple[str, date]]:
    """Providers at which a person is new from `since` on, each with the first day with help granted there.

    New: no placement with the provider on the day before, in any area.
    """
    # The first day is always the first day of one of these rows.
    if not any(row.valid_from >= since for rows in (known.placements, known.decisions, services) for row in rows):
        return
    before: Placement | None = None
    seeks = True
    for row in sorted(known.placements, key=lambda row: row.valid_from):
        if before is None or before.provider != row.provider or before.valid_until != row.valid_from:
            seeks = True
        day = _first_granted(known.decisions, row, services) if seeks else None
        if day is not None:
            seeks = False
            if day >= since and known.is_alive(day):
                yield row.provider, day
        before = row


def _first_granted(decisions: Iterable[Decision], placement: Placement, services: Sequence[Service]) -> date | None:
    end = placement.valid_until or date.max
    days = []
    for row in touching(decisions, placement.valid_from, end):
        first, until = max(row.valid_from, placement.valid_from), min(row.valid_until or end, end)
        for service in touching(services, first, until):
            if service.id == row.service and service.follows_choice:
                days.append(max(first, service.valid_from))
    return min(days, default=None)


def first_month(terms: Terms, person: str, provider: str, day: date) -> Line | None:
    """Extra for a person new at a provider on `day`; None: nothing is paid."""
    paid = terms.new_client(provider, day)
    return None if paid is None else _sum("first_month", terms, provider, person, *paid)


def manual(terms: Terms, row: Manual) -> Line:
    return _sum("manual", terms, row.provider, row.person, row.tax_code, row.ore, row.id)


def _sum(
    kind: LineKind, terms: Terms, provider: str, person: str | None, tax_code: str, ore: int, source: str | None = None
) -> Line:
    return Line(kind, terms.month.text, provider, person, None, None, tax_code, ore, source, 1, (), ore)


def guarantees(terms: Terms, granted: Mapping[tuple[str, str], Sequence[int]]) -> Iterator[Line]:
    """Payment for promised volume that was not granted. `granted`: see `person_lines.MonthLines`.

    The promise is for the whole month: a surplus on one day offsets a shortfall on another.
    """
    missing: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for row in terms.guarantees:
        key = (row.provider, row.area, row.tax_code, row.ore_per_hour)
        missing[key] += _missing(terms, row, granted[row.provider, row.area])
    for (provider, area, tax_code, price), quantity in missing.items():
        if quantity > 0:
            yield _line("guarantee", terms, provider, area, tax_code, price, quantity)


def _missing(terms: Terms, row: Guarantee, changes: Sequence[int]) -> int:
    """Sum over the days of minutes a month, promised minus granted."""
    month = terms.month
    first, end = max(row.valid_from, month.first), min(row.valid_until or month.end, month.end)
    missing = minutes = 0
    for number, change in enumerate(changes[:-1]):
        minutes += change
        if (first - month.first).days <= number < (end - month.first).days:
            missing += row.minutes - minutes
    return missing


def supplements(terms: Terms, lines: Iterable[Line]) -> Iterator[Line]:
    """Percentages of the rounded öre of time and fixed lines: a provider can check them from its printed basis."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        if line.kind in ("time", "fixed"):
            sums[line.provider, line.tax_code] += line.ore
    for (provider, tax_code), ore in sums.items():
        for row in _chosen(terms, provider, tax_code):
            yield _line(row.kind, terms, provider, None, tax_code, row.basis_points, ore)


def _chosen(terms: Terms, provider: str, tax_code: str) -> Iterable[Supplement]:
    """One row per kind; a row for the tax code precedes one for any."""
    chosen: dict[str, Supplement] = {}
    for row in terms.supplements:
        is_its = row.provider_kind == terms.kinds[provider] and row.tax_code in (None, tax_code)
        if is_its and (row.kind not in chosen or row.tax_code is not None):
            chosen[row.kind] = row
    return chosen.values()


def _line(
    kind: LineKind, terms: Terms, provider: str, area: str | None, tax_code: str, price: int, quantity: int
) -> Line:
    ore = amount(kind, quantity, price, terms.month)
    return Line(kind, terms.month.text, provider, None, area, None, tax_code, price, None, quantity, (), ore)
