"""Facts of single days, looked up in the rows of the problem. Shares no code with the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from reimbursement.engine.problem import Decision, Person, Placement, Problem

YESTERDAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """Contribution of a day to a line. `line`: kind, provider, area, service, tax code, price."""

    line: tuple[str, str, str | None, str | None, str, int]
    minutes: int
    percent: int
    away: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class DayOf:
    """One day of a person. `granted_at`: provider, area and granted minutes, while alive."""

    entries: tuple[Entry, ...] = ()
    is_unserved: bool = False
    granted_at: tuple[str, str, int] | None = None


NOTHING = DayOf()


def on(rows: Sequence[Any], day: date) -> list[Any]:
    return [row for row in rows if row.valid_from <= day and (row.valid_until is None or day < row.valid_until)]


class Facts:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.kinds = {row.id: row.kind for row in problem.providers}
        self.service = lru_cache(maxsize=None)(self._service)
        self.hour = lru_cache(maxsize=None)(self._hour)
        self.fixed = lru_cache(maxsize=None)(self._fixed)
        self.policy = lru_cache(maxsize=None)(lambda day: on(problem.policies, day)[0])
        terms: list[Any] = [*problem.services, *problem.rates, *problem.fixed_sums, *problem.ladders]
        self.borders = {day for row in terms for day in (row.valid_from, row.valid_until) if day}

    def _service(self, id_: str, day: date) -> tuple[bool, str]:
        """Whether the service follows the choice, and its tax code."""
        (row,) = (row for row in on(self.problem.services, day) if row.id == id_)
        return row.follows_choice, row.tax_code

    def _hour(self, area: str, service: str, provider: str, day: date) -> int:
        wanted = {"area": area, "service": service, "provider_kind": self.kinds[provider]}
        (price,) = {row.ore_per_hour for row in _closest(on(self.problem.rates, day), wanted)}
        return int(price)

    def _fixed(self, area: str, provider: str, day: date) -> tuple[str, int]:
        wanted = {"area": area, "provider_kind": self.kinds[provider]}
        ((tax_code, price),) = {
            (row.tax_code, row.ore_per_month) for row in _closest(on(self.problem.fixed_sums, day), wanted)
        }
        return tax_code, price

    # A day ---------------------------------------------------------------------------------------

    def day(self, person: Person, day: date) -> DayOf:
        is_dead = person.death is not None and day > person.death
        # After death everything is as on the day of death.
        as_of = person.death if is_dead and person.death else day
        granted = [row for row in self.granted(person, as_of) if self.service(row.service, day)[0]]
        if not granted:
            return NOTHING
        placement = self.placement(person, as_of)
        if placement is None:
            return NOTHING if is_dead else DayOf(is_unserved=True)
        minutes = sum(row.minutes for row in granted)
        paid = self.paid(person, day) if minutes or self.policy(day).alarm_only == "fixed" else None
        entries = tuple(self._entries(placement, granted, paid, day)) if paid else ()
        at = None if is_dead else (placement.provider, placement.area, minutes)
        return DayOf(entries, False, at)

    def _entries(
        self, placement: Placement, granted: list[Decision], paid: tuple[int, str | None, int | None], day: date
    ) -> Iterator[Entry]:
        provider, area = placement.provider, placement.area
        if not any(row.minutes for row in granted):
            yield Entry(("fixed", provider, area, None, *self.fixed(area, provider, day)), 0, *paid)
        for row in granted:
            if row.minutes:
                price = self.hour(area, row.service, provider, day)
                tax_code = self.service(row.service, day)[1]
                yield Entry(("time", provider, area, row.service, tax_code, price), row.minutes, *paid)

    def granted(self, person: Person, day: date) -> list[Decision]:
        found = on(person.decisions, day)
        if day == person.death:
            # A row closed on the day of death covers that day.
            has = {row.service for row in found}
            found += [row for row in person.decisions if row.valid_until == day and row.service not in has]
        return found

    def placement(self, person: Person, day: date) -> Placement | None:
        found = on(person.placements, day)
        if not found and day == person.death:
            found = [row for row in person.placements if row.valid_until == day]
        return found[0] if found else None

    def paid(self, person: Person, day: date) -> tuple[int, str | None, int | None] | None:
        """Percent paid, kind of absence, number of the day away. None: after the ladder for death."""
        if person.death and day > person.death:
            number = (day - person.death).days
            percent = self._step("death", False, number, day)
            return None if percent is None else (percent, "death", number)
        away = on(person.absences, day)
        if not away:
            return 100, None, None
        first, kind, planned = away[0].valid_from, away[0].kind, away[0].planned
        while before := [
            row for row in person.absences if (row.valid_until, row.kind, row.planned) == (first, kind, planned)
        ]:
            first = before[0].valid_from
        number = (day - first).days + 1
        return self._step(kind, planned, number, day) or 0, kind, number

    def _step(self, kind: str, planned: bool, number: int, day: date) -> int | None:
        (ladder,) = (row for row in on(self.problem.ladders, day) if (row.kind, row.planned) == (kind, planned))
        return next((step.percent for step in ladder.steps if step.first <= number <= step.last), None)

    # New at a provider ---------------------------------------------------------------------------

    def new_at(self, person: Person) -> Iterator[tuple[str, date]]:
        """Provider and first day, sorted by day, once per provider and month."""
        seen = set()
        for row in sorted(person.placements, key=lambda row: row.valid_from):
            if any(other.provider == row.provider for other in on(person.placements, row.valid_from - YESTERDAY)):
                continue
            day = self._first_day(person, row)
            if day is not None and (row.provider, day.year, day.month) not in seen:
                seen.add((row.provider, day.year, day.month))
                yield row.provider, day

    def _first_day(self, person: Person, row: Placement) -> date | None:
        """First day with help in this placement or in those of the same provider that follow without a gap."""
        services = [service.valid_from for service in self.problem.services]
        for day in sorted({row.valid_from, *services, *(decision.valid_from for decision in person.decisions)}):
            if day < row.valid_from or (person.death and day > person.death):
                continue
            if not self._is_with(person, row, day):
                return None
            if any(self._follows(decision.service, day) for decision in self.granted(person, day)):
                return day
        return None

    def _is_with(self, person: Person, row: Placement, day: date) -> bool:
        """Whether the provider of the row has the person on every day up to `day`."""
        at: Placement | None = row
        while at and at.valid_until and at.valid_until <= day and not day == person.death == at.valid_until:
            at = next((x for x in on(person.placements, at.valid_until) if x.provider == row.provider), None)
        return at is not None

    def _follows(self, service: str, day: date) -> bool:
        return any(row.follows_choice for row in on(self.problem.services, day) if row.id == service)


def _closest(rows: Sequence[Any], wanted: dict[str, str]) -> list[Any]:
    fitting = [row for row in rows if all(getattr(row, name) in (None, value) for name, value in wanted.items())]
    named = [sum(getattr(row, name) is not None for name in wanted) for row in fitting]
    return [row for row, count in zip(fitting, named, strict=True) if count == max(named)]
