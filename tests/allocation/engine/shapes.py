"""Modifiers that make a problem harder; they combine freely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from allocation.engine import Contract, Member, Problem, Unit, Wish

from .instances import MUNICIPAL, Draw, draw_problem

Shape = Callable[[Problem, Draw], Problem]
SAME_DAY = date(2020, 9, 1)


def one_provider(problem: Problem, draw: Draw) -> Problem:
    """All external wishes are p: one queue."""
    one = {"q": "p", "r": "p"}

    def wishes(unit: Unit) -> tuple[Wish, ...]:
        first: dict[str, Wish] = {}
        for wish in unit.wishes:
            provider = one.get(wish.provider, wish.provider)
            first.setdefault(provider, Wish(provider, wish.date))
        return tuple(first.values())

    def members(unit: Unit) -> tuple[Member, ...]:
        return tuple(replace(m, current=one.get(m.current, m.current) if m.current else None) for m in unit.members)

    return replace(
        problem,
        providers=tuple(p for p in problem.providers if p.id not in one),
        contracts=tuple(c for c in problem.contracts if c.provider not in one),
        units=tuple(replace(u, members=members(u), wishes=wishes(u)) for u in problem.units),
    )


def big_households(problem: Problem, draw: Draw) -> Problem:
    """Households of three to five, spread over several providers."""
    places = [provider.id for provider in problem.providers]

    def grown(unit: Unit) -> Unit:
        if draw(0, 2) == 0:
            return unit
        more = tuple(
            Member(
                f"{unit.id}+{len(unit.members) + i}", draw(0, 4), (None, places[draw(0, len(places) - 1)])[draw(0, 1)]
            )
            for i in range(draw(1, 3))
        )
        return replace(unit, members=unit.members + more)

    return replace(problem, units=tuple(map(grown, problem.units)))


def _contracts(problem: Problem, change: Callable[[Contract], Contract]) -> Problem:
    return replace(problem, contracts=tuple(map(change, problem.contracts)))


def guarantees_everywhere(problem: Problem, draw: Draw) -> Problem:
    """Demand often above the share."""
    return _contracts(problem, lambda c: replace(c, guaranteed_minutes=draw(1, 10)))


def reserved_everywhere(problem: Problem, draw: Draw) -> Problem:
    return _contracts(problem, lambda c: replace(c, reserved_minutes=draw(1, 4), reserved_persons=draw(0, 2)))


def few_persons(problem: Problem, draw: Draw) -> Problem:
    return _contracts(problem, lambda c: replace(c, ceiling_persons=draw(0, 3)))


def tolerance_everywhere(problem: Problem, draw: Draw) -> Problem:
    return _contracts(problem, lambda c: replace(c, tolerance_minutes=draw(1, 4)))


def over_the_cap(problem: Problem, draw: Draw) -> Problem:
    """A smaller base: external minutes exceed the share already."""
    return replace(problem, areas=tuple(replace(a, share_cap_minutes=draw(0, 4)) for a in problem.areas))


def over_the_ceilings(problem: Problem, draw: Draw) -> Problem:
    return _contracts(problem, lambda c: replace(c, ceiling_minutes=draw(0, 3)))


def one_day(problem: Problem, draw: Draw) -> Problem:
    """One date and one lottery number for all: only the id decides."""

    def tied(unit: Unit) -> Unit:
        wishes = tuple(Wish(wish.provider, SAME_DAY) for wish in unit.wishes)
        return replace(unit, area_date=SAME_DAY, lottery=0, wishes=wishes)

    return replace(problem, units=tuple(map(tied, problem.units)))


def many_silent(problem: Problem, draw: Draw) -> Problem:
    def hushed(unit: Unit) -> Unit:
        return unit if draw(0, 1) else replace(unit, answered=False, wishes=())

    return replace(problem, units=tuple(map(hushed, problem.units)))


def all_clients(problem: Problem, draw: Draw) -> Problem:
    """Everybody has an external provider and usually wishes for another: rings and swaps."""
    externals = [provider.id for provider in problem.providers if provider.id != MUNICIPAL]

    def client(unit: Unit) -> Unit:
        at = externals[draw(0, len(externals) - 1)]
        return replace(unit, members=tuple(replace(m, current=at) for m in unit.members))

    return replace(problem, units=tuple(map(client, problem.units)))


def free_household_class(problem: Problem, draw: Draw) -> Problem:
    policy = replace(problem.policy, household_class=True, switch_when_share_full="free")
    return replace(problem, policy=policy)


def many_to_call(problem: Problem, draw: Draw) -> Problem:
    """Unmet guarantees, and people who chose the municipal provider first, last or only."""

    def content(unit: Unit) -> Unit:
        if draw(0, 2) == 0:
            return unit
        member = replace(unit.members[0], current=MUNICIPAL, minutes=draw(1, 4))
        municipal = Wish(MUNICIPAL, SAME_DAY)
        wishes = (municipal, *(wish for wish in unit.wishes if wish.provider != MUNICIPAL))
        return replace(unit, answered=True, area_date=SAME_DAY, members=(member,), wishes=wishes)

    problem = replace(problem, policy=replace(problem.policy, call_list=True), units=tuple(map(content, problem.units)))
    return guarantees_everywhere(problem, draw)


SHAPES: tuple[Shape, ...] = (
    one_provider,
    big_households,
    guarantees_everywhere,
    reserved_everywhere,
    few_persons,
    tolerance_everywhere,
    over_the_cap,
    over_the_ceilings,
    one_day,
    many_silent,
    all_clients,
    free_household_class,
    many_to_call,
)


def shaped(problem: Problem, draw: Draw) -> tuple[Problem, list[str]]:
    """None to three modifiers combined, and their names."""
    names = []
    for _ in range(draw(0, 3)):
        shape = SHAPES[draw(0, len(SHAPES) - 1)]
        problem = shape(problem, draw)
        names.append(shape.__name__)
    return problem, names


def spread_and_leaving(problem: Problem, draw: Draw) -> Problem:
    """Households spread over several providers, some of which leave for the municipal one without a better option."""
    places = [provider.id for provider in problem.providers]

    def spread(unit: Unit) -> Unit:
        if draw(0, 2) == 0:
            return unit
        members = tuple(
            Member(f"{unit.id}+{number}", draw(0, 4), places[draw(0, len(places) - 1)]) for number in range(draw(2, 4))
        )
        wishes = tuple(wish for wish in unit.wishes if wish.provider != MUNICIPAL)
        if unit.answered and draw(0, 1):
            wishes = (*wishes, Wish(MUNICIPAL, SAME_DAY))
        return replace(unit, members=members, wishes=wishes)

    rules = ("municipal", "municipal", problem.policy.no_answer)
    policy = replace(problem.policy, no_answer=rules[draw(0, 2)])
    return replace(problem, policy=policy, units=tuple(map(spread, problem.units)))


def aimed(draw: Draw) -> Problem:
    """Spread households where guarantees, tolerances and reserved room limit who may join whom."""
    problem = spread_and_leaving(draw_problem(draw), draw)
    for shape in (guarantees_everywhere, tolerance_everywhere, reserved_everywhere):
        if draw(0, 2) == 0:
            problem = shape(problem, draw)
    return problem
