"""The eight promises, over random small problems made to be difficult."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import (
    Member,
    Outcome,
    Problem,
    Unit,
    allocate,
    audit,
    outcome_bytes,
    read_outcome,
    read_problem,
)
from allocation.engine.files import problem_bytes

from .instances import draw_problem

CHECKED = settings(derandomize=True, deadline=None, max_examples=400)
FEWER = settings(derandomize=True, deadline=None, max_examples=150)


@st.composite
def problems(draw: st.DrawFn, fixed_lotteries: bool = False) -> Problem:
    return draw_problem(lambda low, high: draw(st.integers(low, high)), fixed_lotteries=fixed_lotteries)


def provider_of(outcome: Outcome) -> dict[str, str]:
    return {placement.person: placement.provider for placement in outcome.placements}


@CHECKED
@given(problems())
def test_the_audit_finds_nothing(problem: Problem) -> None:
    assert audit(problem, allocate(problem)) == []


def test_the_audit_finds_nothing_in_a_thousand_larger_problems() -> None:
    for seed in range(1000):
        problem = draw_problem(Random(seed).randint, max_units=14)
        assert audit(problem, allocate(problem)) == [], seed


@FEWER
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(problem: Problem, random: Random) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    other = replace(
        problem,
        areas=shuffled(problem.areas),
        providers=shuffled(problem.providers),
        contracts=shuffled(problem.contracts),
        units=shuffled(tuple(replace(u, members=shuffled(u.members)) for u in problem.units)),
    )
    assert outcome_bytes(allocate(other)) == outcome_bytes(allocate(problem))


@FEWER
@given(problems(), st.randoms(use_true_random=False))
def test_the_names_of_people_do_not_matter_when_the_lottery_is_fixed(problem: Problem, random: Random) -> None:
    numbers = random.sample(range(100), len(problem.units))
    names = random.sample(range(100), len(problem.units))

    def renamed(unit: Unit, name: int) -> Unit:
        members = (Member(f"n{name}{member.id[-1]}", member.minutes, member.current) for member in unit.members)
        return replace(unit, id=f"n{name}", members=tuple(members))

    drawn = [replace(unit, lottery=number) for unit, number in zip(problem.units, numbers, strict=True)]
    other = [renamed(unit, name) for unit, name in zip(drawn, names, strict=True)]
    before = provider_of(allocate(replace(problem, units=tuple(drawn))))
    after = provider_of(allocate(replace(problem, units=tuple(other))))
    for old, new in zip(drawn, other, strict=True):
        assert [before[m.id] for m in old.members] == [after[m.id] for m in new.members]


@FEWER
@given(problems())
def test_continuing_a_run_changes_nothing(problem: Problem) -> None:
    outcome = allocate(problem)
    got = provider_of(outcome)
    external = {p.id for p in problem.providers if not p.municipal}
    clients = {u.id for u in problem.units if all(m.current in external for m in u.members)}
    settled = replace(
        problem,
        units=tuple(replace(u, members=tuple(replace(m, current=got[m.id]) for m in u.members)) for u in problem.units),
    )
    assert provider_of(allocate(settled, clients_at_start=clients)) == got


@FEWER
@given(problems())
def test_files_say_the_same_as_what_they_were_written_from(problem: Problem) -> None:
    outcome = allocate(problem)
    assert outcome_bytes(allocate(read_problem(problem_bytes(problem)))) == outcome_bytes(outcome)
    assert outcome_bytes(read_outcome(outcome_bytes(outcome))) == outcome_bytes(outcome)


@FEWER
@given(problems())
def test_more_room_at_one_provider_without_a_share_hurts_nobody(problem: Problem) -> None:
    # At provider level the result is the best fair one, so it can only get better with more room.
    units = tuple(u for u in problem.units if u.answered and len(u.members) == 1)
    areas = tuple(replace(area, share_cap_minutes=None) for area in problem.areas)
    strict = tuple(replace(contract, tolerance_minutes=0) for contract in problem.contracts)
    before = replace(problem, units=units, areas=areas, contracts=strict)
    more = tuple(
        replace(contract, ceiling_minutes=contract.ceiling_minutes + 1)
        if contract.provider == "p" and contract.ceiling_minutes is not None
        else contract
        for contract in strict
    )
    now, then = _ranks(replace(before, contracts=more)), _ranks(before)
    assert all(now[unit] <= then[unit] for unit in then)


def _ranks(problem: Problem) -> dict[str, int]:
    """Unit → how many external wishes are better than what it got."""
    return {placement.unit: len(placement.unmet) for placement in allocate(problem).placements}
