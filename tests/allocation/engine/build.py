"""Hand-made problems, in hours: people in queue order, one area, providers by name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from allocation.engine import (
    Area,
    Contract,
    Member,
    Outcome,
    Policy,
    Problem,
    Provider,
    Unit,
    Wish,
    allocate,
    audit,
)

HOUR = 60
FIRST_DAY = date(2020, 9, 1)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def person(id_: str, hours: int, *wishes: str, at: str | None = "m", **more: Any) -> Unit:
    return household(id_, [(hours, at)], *wishes, **more)


def household(
    id_: str,
    members: list[tuple[int, str | None]],
    *wishes: str,
    on: int | None = None,
    area_day: int | None = None,
    answered: bool = True,
    callable_: bool = True,
    lottery: int | None = None,
) -> Unit:
    """`on`: the day the wishes were received (default: the position among the units)."""
    return Unit(
        id=id_,
        area="north",
        answered=answered,
        area_date=None if area_day is None else day(area_day),
        callable=callable_,
        members=tuple(
            Member(f"{id_}{number}" if len(members) > 1 else id_, hours * HOUR, at)
            for number, (hours, at) in enumerate(members)
        ),
        wishes=tuple(Wish(provider, day(on if on is not None else -1)) for provider in wishes),
        lottery=lottery,
    )


def contract(provider: str, cap: int | None, *, guarantee: int = 0, tolerance: int = 0, **more: Any) -> Contract:
    return Contract(
        area="north",
        provider=provider,
        ceiling_minutes=None if cap is None else cap * HOUR,
        guaranteed_minutes=guarantee * HOUR,
        tolerance_minutes=tolerance * HOUR,
        **more,
    )


def world(contracts: list[Contract], units: list[Unit], *, share: int | None = None, **policy: Any) -> Problem:
    """Units queue in the given order by default; switching is strict."""
    named = {c.provider for c in contracts}
    named |= {wish.provider for unit in units for wish in unit.wishes}
    named |= {member.current for unit in units for member in unit.members if member.current}
    return Problem(
        effective_date=date(2021, 1, 1),
        round="2020",
        seed="seed",
        policy=Policy(**({"switch_when_share_full": "strict"} | policy)),
        areas=(Area("north", None if share is None else share * HOUR),),
        providers=(Provider("m", True), *(Provider(name) for name in sorted(named - {"m"}))),
        contracts=tuple(contracts),
        units=tuple(_in_order(number, unit) for number, unit in enumerate(units)),
    )


def _in_order(number: int, unit: Unit) -> Unit:
    """A unit without a date is dated by its position in the list."""
    wishes = tuple(Wish(wish.provider, day(number) if wish.date == day(-1) else wish.date) for wish in unit.wishes)
    first = unit.area_date or min((wish.date for wish in wishes), default=None)
    return Unit(unit.id, unit.area, unit.answered, first, unit.callable, unit.members, wishes, unit.lottery)


def run(problem: Problem) -> Outcome:
    """Allocate, and assert that the audit finds nothing."""
    outcome = allocate(problem)
    assert audit(problem, outcome) == []
    return outcome


def got(problem: Problem) -> dict[str, str]:
    return {placement.person: placement.provider for placement in run(problem).placements}


def unmet(problem: Problem, person_id: str) -> dict[str, str]:
    """Provider → reason."""
    placement = next(row for row in run(problem).placements if row.person == person_id)
    return {row.provider: row.why for row in placement.unmet}


def how(problem: Problem, person_id: str) -> str:
    return next(row.how for row in run(problem).placements if row.person == person_id)
