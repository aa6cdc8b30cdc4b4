"""Random month of any size: two areas, ten providers, changes within the month for one person in ten."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from reimbursement.engine import as_paid, compute, outcome_sha256
from reimbursement.engine.line import AwayKind, Line
from reimbursement.engine.months import later
from reimbursement.engine.problem import (
    PROBLEM_SCHEMA,
    Absence,
    Closed,
    Decision,
    FirstMonth,
    FixedSum,
    Guarantee,
    Ladder,
    Person,
    Placement,
    Policy,
    Problem,
    Provider,
    Rate,
    Service,
    Step,
    Supplement,
)

AREAS = ("north", "south")
PROVIDERS = (Provider("kommunen", "municipal"), *(Provider(f"utförare-{number}", "private") for number in range(9)))
START = date(2018, 1, 1)
MONTH = "2021-11"
SHORT = (Step(1, 1, 75), Step(2, 5, 25))


def make_problem(people: int, *, seed: int = 1) -> Problem:
    random = Random(seed)
    kinds: tuple[AwayKind, ...] = ("hospital", "short_stay", "travel", "death")
    return Problem(
        schema=PROBLEM_SCHEMA,
        month=MONTH,
        look_back_months=12,
        areas=AREAS,
        providers=PROVIDERS,
        policies=(Policy(START, None, "calendar", "fixed"),),
        services=(
            Service("alarm", START, None, True, "exempt"),
            Service("care", START, None, True, "exempt"),
            Service("clean", START, None, True, "exempt"),
        ),
        rates=tuple(
            Rate(date(year, 1, 1), date(year + 1, 1, 1), area, None, kind, 37_700 + 100 * (year - 2018))
            for year in range(2018, 2023)
            for area in AREAS
            for kind in ("municipal", "private")
        ),
        fixed_sums=(FixedSum(START, None, None, None, "exempt", 25_000),),
        ladders=tuple(
            Ladder(START, None, kind, planned, () if planned else SHORT) for kind in kinds for planned in (False, True)
        ),
        supplements=(
            Supplement(START, None, "vat_compensation", "private", None, 150),
            Supplement(START, None, "municipal_overhead", "municipal", None, -150),
        ),
        first_months=(FirstMonth(START, None, None, "exempt", 50_000),),
        guarantees=tuple(
            Guarantee(START, None, provider.id, area, people * 60, 20_000, "exempt")
            for provider in PROVIDERS[1:3]
            for area in AREAS
        ),
        manual=(),
        closed=(),
        paid=(),
        people=tuple(_person(random, f"p{number:07}") for number in range(people)),
    )


def _person(random: Random, id_: str) -> Person:
    since = START + timedelta(days=random.randrange(1_000))
    area, provider = random.choice(AREAS), random.choice(PROVIDERS).id
    is_alarm_only = random.random() < 0.2
    service, minutes = ("alarm", 0) if is_alarm_only else ("care", random.choice((300, 900, 1_500, 3_000, 6_000)))
    decisions = [Decision(service, since, None, minutes)]
    if not is_alarm_only and random.random() < 0.3:
        decisions.append(Decision("clean", since, None, 180))
    placements = [Placement(provider, area, since, None)]
    absences = []
    what, day = random.random(), date(2021, 11, 1) + timedelta(days=random.randrange(30))
    if what < 0.03:
        placements = [
            Placement(provider, area, since, day),
            Placement(random.choice(PROVIDERS).id, area, day, None),
        ]
    elif what < 0.06:
        decisions[0] = Decision(service, since, day, minutes)
        decisions.append(Decision(service, day, None, minutes + 60 if minutes else 0))
    elif what < 0.09:
        absences.append(Absence("hospital", False, day, day + timedelta(days=9), day, "provider"))
    death = day if what > 0.99 else None
    return Person(id_, death, tuple(decisions), tuple(placements), tuple(absences))


def with_a_year_closed(problem: Problem) -> Problem:
    """The same month after twelve closed months; for one person in a hundred an absence is reported late."""
    random = Random(2)
    closed: list[Closed] = []
    lines: list[Line] = []
    for back in range(12, 0, -1):
        month = later(problem.month, -back)
        alone = replace(problem, month=month)
        outcome = compute(alone)
        closed.append(Closed(month, outcome_sha256(outcome)))
        lines += as_paid(alone, outcome)
    people = [_corrected(random, person) if random.random() < 0.01 else person for person in problem.people]
    return replace(problem, closed=tuple(closed), paid=tuple(lines), people=tuple(people))


def _corrected(random: Random, person: Person) -> Person:
    day = date(2021, 1, 1) + timedelta(days=random.randrange(280))
    absence = Absence("hospital", False, day, day + timedelta(days=12), date(2021, 11, 2), "officer")
    return replace(person, absences=(absence, *person.absences))
