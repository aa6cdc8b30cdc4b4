"""Small adversarial problems: few numbers, many ties, all features combined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import get_args

from allocation.engine import (
    Area,
    Contract,
    Member,
    NoAnswerRule,
    Policy,
    Problem,
    Provider,
    Unit,
    Wish,
)

Draw = Callable[[int, int], int]  # uniform between the two, inclusive
MUNICIPAL = "m"
EXTERNALS = ("p", "q", "r")
FLAVOURS = ("anything", "anything", "first round", "share full")


def draw_problem(draw: Draw, *, max_units: int = 7, fixed_lotteries: bool = False) -> Problem:
    areas = ("north", "south")[: 2 if draw(0, 9) == 0 else 1]
    externals = EXTERNALS[: draw(1, 3)]
    policy = Policy(
        switch_when_share_full="free" if draw(0, 1) else "strict",
        household_class=draw(0, 2) == 0,
        no_answer=get_args(NoAnswerRule)[draw(0, 4)],
        call_list=bool(draw(0, 1)),
    )
    flavour = FLAVOURS[draw(0, 3)]
    units = tuple(
        _unit(draw, number, areas, externals, flavour, fixed_lotteries) for number in range(draw(1, max_units))
    )
    contracts = tuple(
        _contract(draw, area, provider, flavour) for area in areas for provider in externals if draw(0, 19) > 0
    )
    return Problem(
        effective_date=date(2021, 1, 1),
        round="2020",
        seed=f"seed {draw(0, 3)}",
        policy=policy,
        areas=tuple(Area(area, _share(draw, units, flavour)) for area in areas),
        providers=(Provider(MUNICIPAL, True), *(Provider(provider) for provider in externals)),
        contracts=contracts,
        units=units,
    )


def _contract(draw: Draw, area: str, provider: str, flavour: str) -> Contract:
    return Contract(
        area=area,
        provider=provider,
        ceiling_minutes=_ceiling(draw, flavour),
        ceiling_persons=draw(0, 4) if draw(0, 4) == 0 else None,
        tolerance_minutes=draw(1, 3) if draw(0, 3) == 0 else 0,
        guaranteed_minutes=draw(1, 8) if draw(0, 2) == 0 else 0,
        reserved_minutes=draw(1, 3) if draw(0, 5) == 0 else 0,
        reserved_persons=draw(0, 1) if draw(0, 5) == 0 else 0,
        intake=draw(0, 19) > 0,
    )


def _share(draw: Draw, units: tuple[Unit, ...], flavour: str) -> int | None:
    members = [member for unit in units for member in unit.members]
    if flavour == "first round":
        return draw(1, 1 + sum(member.minutes for member in members))
    if flavour == "share full":
        external = sum(member.minutes for member in members if member.current not in (None, MUNICIPAL))
        return external + draw(0, 3)
    return (None, draw(0, 5), draw(6, 14), draw(6, 24))[draw(0, 3)]


def _ceiling(draw: Draw, flavour: str) -> int | None:
    if flavour == "anything":
        return (None, draw(0, 4), draw(5, 8), draw(6, 14))[draw(0, 3)]
    return (None, draw(4, 9), draw(6, 20))[draw(0, 2)]


def _unit(
    draw: Draw, number: int, areas: tuple[str, ...], externals: tuple[str, ...], flavour: str, fixed: bool
) -> Unit:
    answered = draw(0, 4) > 0
    size = 2 if draw(0, 4) == 0 else 1
    homes = [_home(draw, externals, flavour) for _ in range(size)]
    if size == 2 and draw(0, 1):
        homes[1] = homes[0]
    members = tuple(Member(f"c{number}{i}", _minutes(draw), home) for i, home in enumerate(homes))
    return Unit(
        id=f"u{number}",
        area=areas[draw(0, len(areas) - 1)],
        answered=answered,
        area_date=_day(draw),
        callable=draw(0, 3) > 0,
        members=members,
        wishes=_wishes(draw, externals, homes[0]) if answered else (),
        lottery=draw(0, 2) if fixed or draw(0, 3) == 0 else None,
    )


def _minutes(draw: Draw) -> int:
    return (0, draw(1, 2), draw(1, 3), draw(1, 6))[draw(0, 3)]


def _home(draw: Draw, externals: tuple[str, ...], flavour: str) -> str | None:
    if flavour == "first round" and draw(0, 7):
        return MUNICIPAL
    if flavour == "share full" and draw(0, 2):
        return externals[draw(0, len(externals) - 1)]
    return (MUNICIPAL, MUNICIPAL, None, *externals, *externals)[draw(0, 2 + 2 * len(externals))]


def _wishes(draw: Draw, externals: tuple[str, ...], home: str | None) -> tuple[Wish, ...]:
    """Any list, preferably one that does not begin with the current or the municipal provider."""
    left = [*externals, MUNICIPAL] if draw(0, 3) == 0 else [p for p in externals if p != home]
    picked = [left.pop(draw(0, len(left) - 1)) for _ in range(draw(min(1, len(left)), len(left)))]
    if MUNICIPAL not in picked and draw(0, 3) == 0:
        picked.append(MUNICIPAL)
    return tuple(Wish(provider, _day(draw)) for provider in picked)


def _day(draw: Draw) -> date:
    return date(2020, 9, draw(1, 4))
