"""Random terms and people: changes within months, gaps, absences, deaths, facts that change later.

Always without contradictions, and complete: a rate and a ladder for every case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from reimbursement.engine.problem import (
    Absence,
    Decision,
    FirstMonth,
    FixedSum,
    Guarantee,
    Ladder,
    Manual,
    Person,
    Placement,
    Policy,
    Provider,
    Rate,
    Service,
    Step,
    Supplement,
)

from .build import START

AREAS = ("north", "south")
PROVIDERS = (
    Provider("A", "municipal"),
    Provider("B", "private"),
    Provider("C", "non_profit"),
    Provider("D", "private"),
)
SERVICES = ("alarm", "care", "clean", "night")
ABSENCES: tuple[Any, ...] = ("hospital", "short_stay", "travel")
DEATH: tuple[Any, bool] = ("death", False)


def draw_terms(random: Random, first: date, last: date) -> dict[str, Any]:
    """Terms that change on some days between `first` and `last`."""

    def halves(whole_months: bool = False) -> Sequence[tuple[date, date | None]]:
        """One open period, or two adjacent ones."""
        if random.random() < 0.5:
            return ((START, None),)
        border = first + timedelta(days=random.randint(1, (last - first).days))
        border = border.replace(day=1) if whole_months else border
        return ((START, border), (border, None))

    kinds: tuple[Any, ...] = ("municipal", "private", "non_profit")
    # No two of equal scope and specificity.
    scopes: list[tuple[Any, Any, Any]] = [(None, None, None)]
    scopes += [(area, None, None) for area in AREAS if random.random() < 0.5]
    scopes += [(area, service, None) for area in AREAS for service in ("care", "clean") if random.random() < 0.4]
    scopes += [(area, "care", kind) for area in AREAS for kind in kinds if random.random() < 0.4]
    return {
        "areas": AREAS,
        "providers": PROVIDERS,
        "policies": tuple(
            Policy(*when, random.choice(("calendar", "30", "30.4")), random.choice(("nothing", "fixed")))
            for when in halves(whole_months=True)
        ),
        "services": tuple(
            Service(service, *when, service != "night" or random.random() < 0.3, random.choice(("exempt", "standard")))
            for service in SERVICES
            for when in halves()
        ),
        "rates": tuple(
            Rate(*when, *scope, random.randint(30_000, 50_000)) for scope in scopes for when in halves()
        ),
        "fixed_sums": tuple(
            FixedSum(*when, area, None, "exempt", random.randint(10_000, 40_000))
            for area in (None, *random.sample(AREAS, random.randint(0, 2)))
            for when in halves()
        ),
        "ladders": tuple(
            Ladder(*when, kind, planned, _steps(random))
            for kind, planned in (*((kind, planned) for kind in ABSENCES for planned in (True, False)), DEATH)
            for when in halves()
        ),
        "supplements": tuple(
            Supplement(*when, kind, provider_kind, tax_code, random.randint(-300, 300))
            for kind, provider_kind, tax_code in (
                ("vat_compensation", "private", None),
                ("vat_compensation", "private", "standard"),
                ("municipal_overhead", "municipal", "exempt"),
            )
            if random.random() < 0.7
            for when in halves(whole_months=True)
        ),
        "first_months": tuple(
            FirstMonth(*when, kind, "exempt", random.randint(10_000, 90_000))
            for kind in (None, "private")
            if random.random() < 0.6
            for when in halves()
        ),
        "guarantees": tuple(
            Guarantee(*when, provider, area, random.randint(0, 6_000), 20_000, "exempt")
            for provider in ("B", "C")
            for area in AREAS
            if random.random() < 0.5
            for when in halves()
        ),
    }  # fmt: skip


def _steps(random: Random) -> tuple[Step, ...]:
    steps, first = [], 1
    for _ in range(random.randint(0, 3)):
        last = first + random.choice((0, 0, 2, 4, 20))
        steps.append(Step(first, last, random.choice((0, 25, 33, 75, 100))))
        first = last + 1
    return tuple(steps)


# People ----------------------------------------------------------------------------------------------------------


def draw_person(random: Random, id_: str, first: date, last: date) -> Person:
    """Facts around `[first, last]`; some begin earlier, some are still open at the end."""
    begin = first - timedelta(days=random.choice((0, 10, 60, 400)))
    services = random.choice((("care",), ("care", "clean"), ("alarm",), ("care", "night", "alarm"), ("alarm", "clean")))
    decisions = [
        Decision(service, since, until, 0 if service == "alarm" else random.choice((0, 600, 1_500, 1_501, 9_000)))
        for service in services
        for since, until in walk(random, begin, last)
    ]
    decisions = [row for row in decisions if random.random() > 0.05] or decisions
    placements = [
        Placement(random.choice(PROVIDERS).id, random.choice(AREAS), since, until)
        for since, until in walk(random, begin, last)
        if random.random() > 0.1
    ]
    absences = [
        Absence(random.choice(ABSENCES), random.random() < 0.4, since, until, since, "officer")
        for since, until in walk(random, first - timedelta(days=20), last, longest=40)
        if random.random() < 0.3
    ]
    person = Person(id_, None, tuple(decisions), tuple(placements), tuple(absences))
    return _with_death(random, person, first, last) if random.random() < 0.15 else person


def walk(random: Random, first: date, last: date, longest: int = 200) -> Iterator[tuple[date, date | None]]:
    """Consecutive periods, mostly touching; the last one may be open."""
    day = first + timedelta(days=random.choice((0, 0, random.randint(0, 60))))
    while day <= last:
        until = day + timedelta(days=random.choice((1, 3, random.randint(1, longest), longest, 5 * longest)))
        yield day, None if until > last and random.random() < 0.8 else until
        day = until + timedelta(days=random.choice((0, 0, 0, 1, 8)))


def _with_death(random: Random, person: Person, first: date, last: date) -> Person:
    """A day of death, sometimes the end day of a row."""
    ends = [row.valid_until for row in (*person.placements, *person.decisions) if row.valid_until]
    on_end = [day for day in ends if first <= day <= last]
    if on_end and random.random() < 0.4:
        return replace(person, death=random.choice(on_end))
    return replace(person, death=first + timedelta(days=random.randint(0, (last - first).days)))


def changed(random: Random, person: Person, first: date, last: date) -> Person:
    """Later knowledge about a person: one kind of fact is replaced."""
    other = draw_person(random, person.id, first, last)
    field = random.choice(("decisions", "placements", "absences", "absences", "absences", "death", "minutes"))
    if field == "death":
        return replace(person, death=None) if person.death else _with_death(random, person, first, last)
    if field == "minutes":
        rows = [
            replace(row, minutes=random.choice((0, 700, 1_500, 2_000))) if random.random() < 0.5 else row
            for row in person.decisions
        ]
        return replace(person, decisions=tuple(rows))
    return replace(person, **{field: getattr(other, field)})


def draw_manual(random: Random, number: int, month: str, people: Sequence[Person]) -> Manual:
    return Manual(
        f"m{number}",
        month,
        random.choice(PROVIDERS).id,
        random.choice(people).id if people and random.random() < 0.5 else None,
        "exempt",
        random.randint(-50_000, 90_000),
        "Dubbelbemanning i mars, beslut 12",
        "u1",
        "u2",
    )
