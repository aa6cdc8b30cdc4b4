"""Correct outcomes with a random change; some changes are no-ops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar, get_args

from allocation.engine import How, Outcome, Placement, Problem, Why

Row = TypeVar("Row")
Spoil = Callable[[Problem, Outcome, Random], Outcome]


def spoiled(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    return random.choice(SPOILS)(problem, outcome, random)


def nothing(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    return outcome


def a_provider(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    return _placements(outcome, random, lambda row: {"provider": _provider(problem, random)})


def a_unit_moved(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    unit, to, wish = random.choice(outcome.placements).unit, _provider(problem, random), random.choice((None, 1, 2))
    rows = (replace(row, provider=to, wish=wish) if row.unit == unit else row for row in outcome.placements)
    return replace(outcome, placements=tuple(rows))


def two_swapped(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    rows = list(outcome.placements)
    one, other = random.randrange(len(rows)), random.randrange(len(rows))
    a, b = rows[one], rows[other]
    rows[one] = replace(a, provider=b.provider, how=b.how, wish=b.wish)
    rows[other] = replace(b, provider=a.provider, how=a.how, wish=a.wish)
    return replace(outcome, placements=tuple(rows))


def how(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    return _placements(outcome, random, lambda row: {"how": random.choice(get_args(How))})


def a_reason(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    changes: dict[str, Callable[[], Any]] = {
        "why": lambda: random.choice(get_args(Why)),
        "provider": lambda: _provider(problem, random),
        **dict.fromkeys(("place_in_queue", "minutes_ahead", "minutes_free"), lambda: random.choice((None, 0, 1, 5))),
    }

    def changed(row: Placement) -> dict[str, Any]:
        if not row.unmet or random.random() < 0.2:
            return {"unmet": row.unmet[1:]}
        field = random.choice(list(changes))
        return {"unmet": _one_changed(row.unmet, random, field, changes[field]())}

    return _placements(outcome, random, changed)


def the_log(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    if not outcome.log:
        return outcome
    if random.random() < 0.3:
        return replace(outcome, log=outcome.log[1:])
    field = random.choice(("unit", "past", "closed_by", "to_provider", "passed"))
    units = [unit.id for unit in problem.units]
    value = {"passed": random.randint(0, 2), "to_provider": _provider(problem, random)}.get(field, random.choice(units))
    return replace(outcome, log=_one_changed(outcome.log, random, field, value))


def the_calls(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    if not outcome.calls:
        return outcome
    if random.random() < 0.2:
        return replace(outcome, calls=outcome.calls[1:])
    field = random.choice(("person", "order", "to_provider", "from_provider"))
    person = random.choice(outcome.placements).person
    value = {"person": person, "order": 7}.get(field, _provider(problem, random))
    return replace(outcome, calls=_one_changed(outcome.calls, random, field, value))


def the_totals(problem: Problem, outcome: Outcome, random: Random) -> Outcome:
    field = random.choice(("external_minutes", "committed_minutes"))
    return replace(outcome, totals=_one_changed(outcome.totals, random, field, random.randint(0, 9)))


SPOILS: tuple[Spoil, ...] = (
    *(nothing, a_provider, a_unit_moved, a_unit_moved, two_swapped, how),
    *(a_reason, the_log, the_calls, the_totals),
)


def _provider(problem: Problem, random: Random) -> str:
    return random.choice(problem.providers).id


def _one_changed(rows: Sequence[Row], random: Random, field: str, value: Any) -> tuple[Row, ...]:
    at = random.randrange(len(rows))
    return tuple(replace(row, **{field: value}) if place == at else row for place, row in enumerate(rows))


def _placements(outcome: Outcome, random: Random, change: Callable[[Placement], dict[str, Any]]) -> Outcome:
    at = random.randrange(len(outcome.placements))
    rows = (replace(row, **change(row)) if place == at else row for place, row in enumerate(outcome.placements))
    return replace(outcome, placements=tuple(rows))
