"""Random problems of any size for the allocation engine: two areas, ten providers each, lists of five."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from allocation.engine import Area, Contract, Member, NoAnswerRule, Policy, Problem, Provider, SwitchRule, Unit, Wish

MUNICIPAL = "kommunen"
AREAS = ("north", "south")
PROVIDERS = tuple(f"utförare-{number}" for number in range(10))
POPULARITY = (10, 8, 7, 6, 5, 4, 3, 2, 2)  # Nobody lists the last one, which relies on its guarantee and phone calls.
LIST_LENGTH = 5
FIRST_DAY = date(2020, 1, 1)
DAYS = 400


def make_problem(
    units: int, *, seed: int = 1, switch: SwitchRule = "free", no_answer: NoAnswerRule = "guarantees"
) -> Problem:
    """30 % have an external provider at the start. There is room for some of the rest: popular providers reach their
    ceilings, and then the share closes.
    """
    random = Random(seed)
    lists = [_list(random) for _ in range(1000)]
    people = tuple(_unit(random, number, lists) for number in range(units))
    base = dict.fromkeys(AREAS, 0)
    for unit in people:
        base[unit.area] += sum(member.minutes for member in unit.members)
    share_bp = 4000
    return Problem(
        effective_date=date(2021, 3, 1),
        round="2021",
        seed=f"seed {seed}",
        policy=Policy(switch_when_share_full=switch, no_answer=no_answer, call_list=True),
        areas=tuple(Area(area, share_bp * base[area] // 10000, share_bp, base[area]) for area in AREAS),
        providers=(Provider(MUNICIPAL, True), *(Provider(provider) for provider in PROVIDERS)),
        contracts=tuple(_contract(area, number, base[area]) for area in AREAS for number in range(len(PROVIDERS))),
        units=people,
    )


def _list(random: Random) -> tuple[str, ...]:
    """Popular providers rank high on most lists; one list in ten contains the municipal one."""
    drawn = sorted(range(len(POPULARITY)), key=lambda number: random.expovariate(POPULARITY[number]))
    providers = [PROVIDERS[number] for number in drawn[:LIST_LENGTH]]
    if random.random() < 0.1:
        providers[random.randrange(LIST_LENGTH)] = MUNICIPAL
    return tuple(providers)


def _contract(area: str, number: int, base: int) -> Contract:
    return Contract(
        area=area,
        provider=PROVIDERS[number],
        ceiling_minutes=base * 7 // 100,
        ceiling_persons=None,
        tolerance_minutes=600 if number % 3 == 2 else 0,
        guaranteed_minutes=base * 4 // 100 if number % 3 == 0 else 0,
        reserved_minutes=base // 1000,
        reserved_persons=1,
        intake=True,
    )


def _unit(random: Random, number: int, lists: list[tuple[str, ...]]) -> Unit:
    size = 2 if random.random() < 0.06 else 1
    answered = random.random() < 0.9
    received = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    current = _current(random)
    return Unit(
        id=f"u{number:07}",
        area=AREAS[number % len(AREAS)],
        answered=answered,
        area_date=received if answered else None,
        callable=random.random() < 0.8,
        members=tuple(
            Member(f"c{number:07}{'ab'[each]}", _minutes(random), current if each == 0 else _second(random, current))
            for each in range(size)
        ),
        wishes=tuple(Wish(provider, received) for provider in random.choice(lists)) if answered else (),
    )


def _current(random: Random) -> str | None:
    drawn = random.random()
    if drawn < 0.3:
        return PROVIDERS[random.randrange(len(PROVIDERS))]
    return None if drawn > 0.95 else MUNICIPAL


def _second(random: Random, current: str | None) -> str | None:
    """Most members of a household have the same provider already."""
    return current if random.random() < 0.9 else MUNICIPAL


def _minutes(random: Random) -> int:
    """Alarm only, or some hours a month; very high needs are rare."""
    if random.random() < 0.08:
        return 0
    return min(12_000, 60 + 30 * int(random.expovariate(1 / 55)))
