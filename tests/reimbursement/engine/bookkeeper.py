"""Independent bookkeeper: fills a calendar per person day by day, adds fractions, keeps a ledger of paid amounts.

Shares no code with the engine or the audit; only the row types are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from reimbursement.engine.problem import Person, Problem

Key = tuple[str, str, str, str, str, str, str, int, str]


def is_valid(row: Any, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day < row.valid_until)


def to_ore(value: Fraction) -> int:
    sign = -1 if value < 0 else 1
    whole, rest = divmod(abs(value), 1)
    return sign * (int(whole) + (1 if rest * 2 >= 1 else 0))


@dataclass
class Month:
    """One person's month: exact öre by line, and minutes granted by provider, area and day."""

    lines: dict[Key, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    granted: dict[tuple[str, str, date], int] = field(default_factory=lambda: defaultdict(int))
    unserved: list[date] = field(default_factory=list)


class Calendar:
    """Days of a person from `first` on, filled row by row."""

    def __init__(self, person: Person, first: date, days: int) -> None:
        self.first = first
        self.granted: list[dict[str, int]] = [{} for _ in range(days)]
        self.where: list[tuple[str, str] | None] = [None] * days
        self.away: list[tuple[str, bool, int] | None] = [None] * days
        self.alive = [True] * days
        for decision in person.decisions:
            for at in self._range(decision):
                self.granted[at][decision.service] = decision.minutes
        for placement in person.placements:
            for at in self._range(placement):
                self.where[at] = (placement.provider, placement.area)
        count, before = 0, None
        for row in sorted(person.absences, key=lambda row: row.valid_from):
            if not (
                before and (before.valid_until, before.kind, before.planned) == (row.valid_from, row.kind, row.planned)
            ):
                count = 0
            for at in range((row.valid_from - first).days, self._end(row)):
                count += 1
                if at >= 0:
                    self.away[at] = (row.kind, row.planned, count)
            before = row
        if person.death:
            self._paint_death(person, (person.death - first).days)

    def _end(self, row: Any) -> int:
        last = len(self.alive)
        return last if row.valid_until is None else min(last, (row.valid_until - self.first).days)

    def _range(self, row: Any) -> range:
        return range(max(0, (row.valid_from - self.first).days), self._end(row))

    def _paint_death(self, person: Person, at: int) -> None:
        if at >= len(self.alive):
            return
        assert at >= 0
        for decision in person.decisions:
            if decision.valid_until == person.death:
                self.granted[at].setdefault(decision.service, decision.minutes)
        for placement in person.placements:
            if placement.valid_until == person.death and self.where[at] is None:
                self.where[at] = (placement.provider, placement.area)
        for after in range(at + 1, len(self.alive)):
            self.granted[after], self.where[after] = self.granted[at], self.where[at]
            self.away[after] = ("death", False, after - at)
            self.alive[after] = False


@dataclass
class Folder:
    """Known facts of a person, the calendar, and the months computed from it."""

    person: Person
    calendar: Calendar
    new: list[tuple[str, date]]
    months: dict[str, Month] = field(default_factory=dict)


class Bookkeeper:
    """Closes one month after the other. `paid`: ledger, öre by line."""

    def __init__(self, first: date, days: int) -> None:
        self.first, self.days = first, days
        self.paid: dict[Key, int] = defaultdict(int)
        self._folders: dict[str, Folder] = {}

    def close(self, problem: Problem) -> tuple[dict[Key, int], dict[Key, int], list[tuple[str, date]]]:
        """Lines of the month, adjustments of earlier months, unserved days; enters them in the ledger."""
        unserved: list[tuple[str, date]] = []
        corrections: dict[Key, int] = {}
        lines: dict[Key, int] = {}
        for month in [*(row.month for row in problem.closed), problem.month]:
            now = self.month(problem, month, unserved)
            if month == problem.month:
                lines = now
                continue
            for key in {key for key in self.paid if key[0] == month} | set(now):
                if now.get(key, 0) != self.paid[key]:
                    corrections[key] = now.get(key, 0) - self.paid[key]
        for key, ore in [*lines.items(), *corrections.items()]:
            self.paid[key] += ore
        return lines, corrections, sorted(unserved)

    def month(self, problem: Problem, month: str, unserved: list[tuple[str, date]]) -> dict[Key, int]:
        dates = self._dates(month)
        (policy,) = (row for row in problem.policies if is_valid(row, dates[0]))
        divisor = {"calendar": Fraction(len(dates)), "30": Fraction(30), "30.4": Fraction("30.4")}[policy.month_days]
        found: dict[Key, int] = {}
        granted: dict[tuple[str, str, date], int] = defaultdict(int)
        for person in problem.people:
            folder = self._folder(problem, person)
            if month not in folder.months:
                one = self._of_person(problem, person.id, folder.calendar, dates, divisor, policy.alarm_only)
                folder.months[month] = one
            of_person = folder.months[month]
            found.update((key, to_ore(value)) for key, value in of_person.lines.items())
            for place, minutes in of_person.granted.items():
                granted[place] += minutes
            unserved += [(person.id, day) for day in of_person.unserved]
            for provider, day in folder.new:
                if f"{day:%Y-%m}" == month:
                    self._first_month(problem, person.id, provider, day, found)
        self._besides(problem, month, dates, divisor, granted, found)
        return found

    def _folder(self, problem: Problem, person: Person) -> Folder:
        """The person's folder, computed again only when facts have changed. Terms never change."""
        known = self._folders.get(person.id)
        if known is None or known.person != person:
            calendar = Calendar(person, self.first, self.days)
            known = self._folders[person.id] = Folder(person, calendar, list(self._new(problem, calendar)))
        return known

    def _dates(self, month: str) -> list[date]:
        day = date.fromisoformat(f"{month}-01")
        found = []
        while f"{day:%Y-%m}" == month:
            found.append(day)
            day += timedelta(days=1)
        return found

    def _of_person(
        self, problem: Problem, person: str, calendar: Calendar, dates: Sequence[date], divisor: Fraction, alarm: str
    ) -> Month:
        found = Month()
        month = f"{dates[0]:%Y-%m}"
        for day in dates:
            at = (day - self.first).days
            services = {row.id: row for row in problem.services if is_valid(row, day)}
            granted = {id_: m for id_, m in calendar.granted[at].items() if services[id_].follows_choice}
            where, away = calendar.where[at], calendar.away[at]
            if not granted:
                continue
            if where is None:
                if calendar.alive[at]:
                    found.unserved.append(day)
                continue
            provider, area = where
            if calendar.alive[at]:
                found.granted[provider, area, day] += sum(granted.values())
            percent = self._percent(problem, away, day)
            if percent is None:
                continue
            paid = {id_: minutes for id_, minutes in granted.items() if minutes}
            for id_, minutes in paid.items():
                price = self._price(problem, area, id_, provider, day)
                key = (month, provider, "time", person, area, id_, services[id_].tax_code, price, "")
                value = Fraction(minutes * percent * price, 6_000)
                found.lines[key] += value / divisor
            if not paid and alarm == "fixed":
                tax_code, sum_ = self._fixed(problem, area, provider, day)
                key = (month, provider, "fixed", person, area, "", tax_code, sum_, "")
                found.lines[key] += Fraction(sum_ * percent, 100 * len(dates))
        return found

    def _percent(self, problem: Problem, away: tuple[str, bool, int] | None, day: date) -> int | None:
        if away is None:
            return 100
        kind, planned, number = away
        (ladder,) = (
            row for row in problem.ladders if is_valid(row, day) and (row.kind, row.planned) == (kind, planned)
        )
        for step in ladder.steps:
            if step.first <= number <= step.last:
                return step.percent
        return None if kind == "death" else 0

    def _kind(self, problem: Problem, provider: str) -> str:
        return next(row.kind for row in problem.providers if row.id == provider)

    def _price(self, problem: Problem, area: str, service: str, provider: str, day: date) -> int:
        kind = self._kind(problem, provider)
        rates = {(r.area, r.service, r.provider_kind): r.ore_per_hour for r in problem.rates if is_valid(r, day)}
        # Rates are drawn such that this is the order from the most specific.
        for scope in ((area, service, kind), (area, service, None), (area, None, None), (None, None, None)):
            if scope in rates:
                return rates[scope]
        raise AssertionError

    def _fixed(self, problem: Problem, area: str, provider: str, day: date) -> tuple[str, int]:
        sums = {row.area: (row.tax_code, row.ore_per_month) for row in problem.fixed_sums if is_valid(row, day)}
        return sums.get(area) or sums[None]

    def _new(self, problem: Problem, calendar: Calendar) -> Iterable[tuple[str, date]]:
        """First days at new providers, the earliest per month and provider."""
        if not problem.first_months:
            return []
        found: dict[tuple[str, str], date] = {}
        before, is_paid = None, False
        for at, where in enumerate(calendar.where):
            provider = where[0] if where and calendar.alive[at] else None
            is_paid = is_paid and provider == before
            before = provider
            day = self.first + timedelta(days=at)
            if provider and not is_paid:
                follows = {row.id for row in problem.services if row.follows_choice and is_valid(row, day)}
                if follows & set(calendar.granted[at]):
                    is_paid = True
                    found.setdefault((provider, f"{day:%Y-%m}"), day)
        return [(provider, day) for (provider, _), day in found.items()]

    def _first_month(self, problem: Problem, person: str, provider: str, day: date, found: dict[Key, int]) -> None:
        kind = self._kind(problem, provider)
        rows = {row.provider_kind: row for row in problem.first_months if is_valid(row, day)}
        row = rows.get(kind) or rows.get(None)  # type: ignore[call-overload]
        if row:
            found[f"{day:%Y-%m}", provider, "first_month", person, "", "", row.tax_code, row.ore, ""] = row.ore

    def _besides(
        self,
        problem: Problem,
        month: str,
        dates: Sequence[date],
        divisor: Fraction,
        granted: dict[tuple[str, str, date], int],
        found: dict[Key, int],
    ) -> None:
        base: dict[tuple[str, str], int] = defaultdict(int)
        for key, ore in found.items():
            if key[2] in ("time", "fixed"):
                base[key[1], key[6]] += ore
        for (provider, tax_code), ore in base.items():
            for kind in ("vat_compensation", "municipal_overhead"):
                of_kind = [row for row in problem.supplements if row.kind == kind and is_valid(row, dates[0])]
                mine = [row for row in of_kind if row.provider_kind == self._kind(problem, provider)]
                for wanted in (tax_code, None):
                    row = next((row for row in mine if row.tax_code == wanted), None)
                    if row:
                        points = row.basis_points
                        key = (month, provider, kind, "", "", "", tax_code, points, "")
                        found[key] = to_ore(Fraction(ore * points, 10_000))
                        break
        missing: dict[Key, Fraction] = defaultdict(Fraction)
        for promise in problem.guarantees:
            key = (
                month,
                promise.provider,
                "guarantee",
                "",
                promise.area,
                "",
                promise.tax_code,
                promise.ore_per_hour,
                "",
            )
            for day in dates:
                if is_valid(promise, day):
                    short = promise.minutes - granted.get((promise.provider, promise.area, day), 0)
                    missing[key] += short / divisor
        for key, minutes in missing.items():
            if minutes > 0:
                found[key] = to_ore(minutes / 60 * key[7])
        for row_ in problem.manual:
            if row_.month == month:
                person = row_.person or ""
                found[month, row_.provider, "manual", person, "", "", row_.tax_code, row_.ore, row_.id] = row_.ore
