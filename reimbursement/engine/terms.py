"""Rates, ladders and services of one month: lookup of the most specific dated row; faults for missing rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from allocation.engine.problem import Fault

from .line import AwayKind, ProviderKind
from .months import Month, month_of
from .problem import AlarmOnly, FirstMonth, Problem, Service, Step


class Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...


T = TypeVar("T")
D = TypeVar("D", bound=Dated)
Scope = tuple[str | None, ...]


def covers(row: Dated, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day < row.valid_until)


def touching(rows: Iterable[D], first: date, end: date) -> list[D]:
    """Rows that cover a day of `[first, end)`."""
    return [row for row in rows if row.valid_from < end and (row.valid_until is None or row.valid_until > first)]


def most_specific(rows: Iterable[tuple[Scope, D]], wanted: Scope) -> list[D]:
    """Rows whose scope matches, with the largest number of named fields. More than one row: a tie."""
    found: list[D] = []
    most = -1
    for scope, row in rows:
        if all(said is None or said == asked for said, asked in zip(scope, wanted, strict=True)):
            named = sum(said is not None for said in scope)
            if named > most:
                found, most = [], named
            if named == most:
                found.append(row)
    return found


class Missing:
    """Rows that are needed and missing, or ambiguous: each once, with the first day."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], date] = {}

    def add(self, pointer: str, what: str, day: date, words: str) -> None:
        key = (pointer, what, words)
        self._found[key] = min(day, self._found.get(key, day))

    def faults(self) -> list[Fault]:
        return [
            Fault(pointer, f"{what} on {day}; {words}") for (pointer, what, words), day in sorted(self._found.items())
        ]


class Terms:
    """Terms of one month. Lookups that fail are added to `missing`."""

    def __init__(self, problem: Problem, month: str, missing: Missing) -> None:
        plain = month_of(month, "calendar")
        policies = touching(problem.policies, plain.first, plain.end)
        if not policies:
            missing.add("/policies", "no policy holds", plain.first, "add one")
        self.month: Month = month_of(month, policies[0].month_days) if policies else plain
        self.alarm_only: AlarmOnly = policies[0].alarm_only if policies else "nothing"
        self.missing = missing
        self.kinds: dict[str, ProviderKind] = {provider.id: provider.kind for provider in problem.providers}
        first, end = plain.first, plain.end
        self._services = touching(problem.services, first, end)
        self._rates = [((row.area, row.service, row.provider_kind), row) for row in touching(problem.rates, first, end)]
        self._sums = [((row.area, row.provider_kind), row) for row in touching(problem.fixed_sums, first, end)]
        self._ladders = touching(problem.ladders, first, end)
        self.first_months = [((row.provider_kind,), row) for row in touching(problem.first_months, first, end)]
        self.guarantees = touching(problem.guarantees, first, end)
        self.supplements = touching(problem.supplements, first, end)
        self.borders = self._borders(first, end)
        self._known: dict[tuple[str, str, str | None, date], tuple[str, int] | None] = {}
        self._on: dict[date, dict[str, Service]] = {}

    def _borders(self, first: date, end: date) -> list[date]:
        """Days inside the month on which a service, rate, fixed sum or ladder changes."""
        rows: list[Dated] = [*self._services, *self._ladders]
        rows += [row for _, row in self._rates]
        rows += [row for _, row in self._sums]
        days = {day for row in rows for day in (row.valid_from, row.valid_until) if day is not None}
        return sorted(day for day in days if first < day < end)

    def service(self, id_: str, day: date) -> Service | None:
        on_day = self._on.get(day)
        if on_day is None:
            on_day = self._on[day] = {row.id: row for row in self._services if covers(row, day)}
        found = on_day.get(id_)
        if found is None:
            self.missing.add("/services", f"nothing says whether {id_} follows the choice", day, "add a row")
        return found

    def hour(self, provider: str, area: str, service: Service, day: date) -> tuple[str, int] | None:
        """Tax code and price of an hour; None if missing."""
        key = (provider, area, service.id, day)
        if key not in self._known:
            kind = self.kinds[provider]
            rows = [(scope, row) for scope, row in self._rates if covers(row, day)]
            found = most_specific(rows, (area, service.id, kind))
            about = f"area {area}, service {service.id}, {kind} provider"
            price = self._one("/rates", about, day, {row.ore_per_hour for row in found})
            self._known[key] = None if price is None else (service.tax_code, price)
        return self._known[key]

    def fixed(self, provider: str, area: str, day: date) -> tuple[str, int] | None:
        """Tax code and sum a month; None if missing."""
        key = (provider, area, None, day)
        if key not in self._known:
            kind = self.kinds[provider]
            rows = [(scope, row) for scope, row in self._sums if covers(row, day)]
            found = most_specific(rows, (area, kind))
            about = f"area {area}, {kind} provider"
            self._known[key] = self._one(
                "/fixed_sums", about, day, {(row.tax_code, row.ore_per_month) for row in found}
            )
        return self._known[key]

    def new_client(self, provider: str, day: date) -> tuple[str, int] | None:
        """Tax code and first-month sum; None: nothing is paid."""
        rows: list[tuple[Scope, FirstMonth]] = [(scope, row) for scope, row in self.first_months if covers(row, day)]
        found = most_specific(rows, (self.kinds[provider],))
        return (found[0].tax_code, found[0].ore) if found else None

    def steps(self, kind: AwayKind, planned: bool, day: date) -> Sequence[Step] | None:
        for row in self._ladders:
            if row.kind == kind and row.planned == planned and covers(row, day):
                return row.steps
        how = "planned" if planned else "unplanned"
        self.missing.add("/ladders", f"there is no ladder for {kind}, {how},", day, "add one")
        return None

    def _one(self, pointer: str, about: str, day: date, values: set[T]) -> T | None:
        if len(values) == 1:
            return next(iter(values))
        said = "nothing is said" if not values else "two rows as specific as each other say different things"
        self.missing.add(pointer, f"{said} for {about}", day, "add the row that decides")
        return None
