"""Expected lines of a month, built day by day."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from reimbursement.engine.line import Days, Key
from reimbursement.engine.problem import Person, Problem

from .day_facts import DayOf, Facts


@dataclass(frozen=True, slots=True)
class Expected:
    quantity: int
    days: tuple[Days, ...]
    ore: int


class Book:
    """Expected results of one month. `lines` by key; `unserved`: person and day."""

    def __init__(self, problem: Problem, facts: Facts, month: str) -> None:
        year, number = int(month[:4]), int(month[5:])
        count = monthrange(year, number)[1]
        self.problem, self.facts, self.month = problem, facts, month
        self.dates = [date(year, number, day) for day in range(1, count + 1)]
        divisor = {"calendar": Fraction(count), "30": Fraction(30), "30.4": Fraction(304, 10)}
        self.divisor = divisor[facts.policy(self.dates[0]).month_days]
        self.lines: dict[Key, Expected] = {}
        self.unserved: list[tuple[str, date]] = []
        self._is_quiet = not any(day in facts.borders for day in self.dates[1:])
        self._granted: dict[tuple[str, str], list[int]] = {
            (row.provider, row.area): [0] * count for row in problem.guarantees
        }

    def add(self, person: Person) -> None:
        """Add a person. In a month without any change, every day equals the first."""
        days: dict[tuple[str, str, str | None, str | None, str, int], list[Days]] = defaultdict(list)
        if self._is_quiet and _is_quiet(person, self.dates[0], self.dates[-1]):
            of_first = self.facts.day(person, self.dates[0])
            self._note(person, of_first, range(len(self.dates)))
            for entry in of_first.entries:
                row = Days(self.dates[0], len(self.dates), entry.minutes, entry.percent, None, None)
                days[entry.line].append(row)
        else:
            for at, day in enumerate(self.dates):
                of_day = self.facts.day(person, day)
                self._note(person, of_day, (at,))
                for entry in of_day.entries:
                    away = entry.away
                    one = Days(day, 1, entry.minutes, entry.percent, away, entry.number)  # type: ignore[arg-type]
                    _append(days[entry.line], one)
        for line, rows in days.items():
            self._line(person.id, line, tuple(rows))

    def _note(self, person: Person, of_day: DayOf, days: range | tuple[int, ...]) -> None:
        if of_day.is_unserved:
            self.unserved += [(person.id, self.dates[day]) for day in days]
        if of_day.granted_at:
            provider, area, minutes = of_day.granted_at
            if minutes and (granted := self._granted.get((provider, area))):
                for day in days:
                    granted[day] += minutes

    def _line(
        self, person: str, line: tuple[str, str, str | None, str | None, str, int], rows: tuple[Days, ...]
    ) -> None:
        kind, provider, area, service, tax_code, price = line
        key = (self.month, provider, kind, person, area or "", service or "", tax_code, price, "")
        if kind == "time":
            quantity = sum(row.days * row.minutes * row.percent for row in rows)
            exact = Fraction(quantity, 100) / self.divisor * price / 60
        else:
            quantity = sum(row.days * row.percent for row in rows)
            exact = Fraction(quantity * price, 100 * len(self.dates))
        self.lines[key] = Expected(quantity, rows, to_ore(exact))

    def close(self) -> None:
        """Add the lines that do not consist of days."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for key, expected in self.lines.items():
            sums[key[1], key[6]] += expected.ore
        for (provider, tax_code), ore in sums.items():
            for kind, basis_points in self._supplements(provider, tax_code):
                key = (self.month, provider, kind, "", "", "", tax_code, basis_points, "")
                self.lines[key] = Expected(ore, (), to_ore(Fraction(ore * basis_points, 10_000)))
        self._guarantees()
        for person in self.problem.people if self.problem.first_months else ():
            for provider, day in self.facts.new_at(person):
                if f"{day:%Y-%m}" == self.month:
                    self._new(person.id, provider, day)
        for row in self.problem.manual:
            if row.month == self.month:
                key = (self.month, row.provider, "manual", row.person or "", "", "", row.tax_code, row.ore, row.id)
                self.lines[key] = Expected(1, (), row.ore)

    def _supplements(self, provider: str, tax_code: str) -> Iterator[tuple[str, int]]:
        kind = self.facts.kinds[provider]
        valid = [
            row
            for row in self.problem.supplements
            if row.valid_from <= self.dates[0] and (row.valid_until is None or row.valid_until > self.dates[-1])
        ]
        for name in ("vat_compensation", "municipal_overhead"):
            rows = [row for row in valid if (row.kind, row.provider_kind) == (name, kind)]
            exact = [row for row in rows if row.tax_code == tax_code] or [row for row in rows if row.tax_code is None]
            yield from ((name, row.basis_points) for row in exact)

    def _guarantees(self) -> None:
        missing: dict[Key, int] = defaultdict(int)
        for row in self.problem.guarantees:
            key = (self.month, row.provider, "guarantee", "", row.area, "", row.tax_code, row.ore_per_hour, "")
            for at, day in enumerate(self.dates):
                if row.valid_from <= day and (row.valid_until is None or day < row.valid_until):
                    missing[key] += row.minutes - self._granted[row.provider, row.area][at]
        for key, quantity in missing.items():
            if quantity > 0:
                self.lines[key] = Expected(quantity, (), to_ore(quantity / self.divisor * key[7] / 60))

    def _new(self, person: str, provider: str, day: date) -> None:
        kind = self.facts.kinds[provider]
        rows = [
            row
            for row in self.problem.first_months
            if row.valid_from <= day and (row.valid_until is None or day < row.valid_until)
        ]
        exact = [row for row in rows if row.provider_kind == kind] or [row for row in rows if row.provider_kind is None]
        for row in exact:
            key = (self.month, provider, "first_month", person, "", "", row.tax_code, row.ore, "")
            self.lines[key] = Expected(1, (), row.ore)


def to_ore(exact: Fraction) -> int:
    """Rounded, half away from zero."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def _is_quiet(person: Person, first: date, last: date) -> bool:
    if person.absences or (person.death and person.death < last):
        return False
    days = [day for row in person.decisions for day in (row.valid_from, row.valid_until)]
    days += [day for row in person.placements for day in (row.valid_from, row.valid_until)]
    return not any(day is not None and first < day <= last for day in days)


def _append(rows: list[Days], one: Days) -> None:
    if rows:
        last = rows[-1]
        number = None if last.away_day is None else last.away_day + last.days
        alike = (last.minutes, last.percent, last.away, number) == (one.minutes, one.percent, one.away, one.away_day)
        if alike and last.first + timedelta(days=last.days) == one.first:
            rows[-1] = Days(last.first, last.days + 1, last.minutes, last.percent, last.away, last.away_day)
            return
    rows.append(one)
