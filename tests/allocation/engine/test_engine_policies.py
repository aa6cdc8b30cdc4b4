"""Models of other municipalities, expressed as numbers and policy in the problem."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import Problem, SwitchRule, allocate
from tests.long_form import examples

from .build import contract, got, household, person, world
from .instances import MUNICIPAL, draw_problem
from .laws import provider_of
from .shapes import shaped

CHECKED = settings(max_examples=examples(150))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    def number(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    return shaped(draw_problem(number), number)[0]


def without_share(problem: Problem) -> Problem:
    return replace(problem, areas=tuple(replace(area, share_cap_minutes=None) for area in problem.areas))


@CHECKED
@given(problems())
def test_lov_without_ceilings_everybody_gets_the_first_choice(problem: Problem) -> None:
    open_ = tuple(replace(c, ceiling_minutes=None, ceiling_persons=None, intake=True) for c in problem.contracts)
    free = replace(without_share(problem), contracts=open_)
    contracted = {(c.area, c.provider) for c in open_}
    for row in allocate(free).placements:
        unit = next(unit for unit in free.units if unit.id == row.unit)
        has = {member.current or MUNICIPAL for member in unit.members}
        possible = [
            w.provider
            for w in unit.wishes
            if (unit.area, w.provider) in contracted or w.provider == MUNICIPAL or has == {w.provider}
        ]
        if possible:
            assert row.provider == possible[0]


@CHECKED
@given(problems())
def test_lov_has_no_share_queue_and_no_switching_rule(problem: Problem) -> None:
    free = without_share(problem)
    outcome = allocate(free)
    assert {u.why for row in outcome.placements for u in row.unmet}.isdisjoint({"share", "guarantee_reserved"})
    assert outcome.log == ()
    rule: SwitchRule = "strict" if free.policy.switch_when_share_full == "free" else "free"
    other = allocate(replace(free, policy=replace(free.policy, switch_when_share_full=rule)))
    assert provider_of(other) == provider_of(outcome)


@CHECKED
@given(problems())
def test_borlange_no_answer_people_stay_municipal_and_block_nobody(problem: Problem) -> None:
    # Equal to a problem without them; guarantees excluded, since a no-answer client's leaving may open one.
    plain = replace(
        problem,
        policy=replace(problem.policy, no_answer="municipal"),
        contracts=tuple(replace(c, guaranteed_minutes=0) for c in problem.contracts),
    )
    places = provider_of(allocate(plain))
    silent = {member.id for unit in plain.units if not unit.answered for member in unit.members}
    assert all(places[person_id] == MUNICIPAL for person_id in silent)
    alone = provider_of(allocate(replace(plain, units=tuple(unit for unit in plain.units if unit.answered))))
    assert alone == {person_id: place for person_id, place in places.items() if person_id not in silent}


@CHECKED
@given(problems())
def test_no_answer_rule_keeps_the_current_provider(problem: Problem) -> None:
    outcome = allocate(replace(problem, policy=replace(problem.policy, no_answer="keep")))
    got_by = provider_of(outcome)
    for unit in problem.units:
        if not unit.wishes:
            assert [got_by[m.id] for m in unit.members] == [m.current or MUNICIPAL for m in unit.members]


@CHECKED
@given(problems())
def test_unit_that_can_never_fit_blocks_nobody(problem: Problem) -> None:
    outcome = allocate(problem)
    lost = {
        (row.unit, unmet.provider)
        for row in outcome.placements
        for unmet in row.unmet
        if unmet.why in ("never_fits", "no_contract")
    }
    left = {
        unit.id
        for unit in problem.units
        if any(m.current not in (None, MUNICIPAL) for m in unit.members)
        and all(provider_of(outcome)[m.id] == MUNICIPAL for m in unit.members)
    }  # a leaving unit too large for the share was in the queue until it left
    units = tuple(
        unit
        if unit.id in left
        else replace(unit, wishes=tuple(w for w in unit.wishes if (unit.id, w.provider) not in lost))
        for unit in problem.units
    )
    assert provider_of(allocate(replace(problem, units=units))) == provider_of(outcome)


def test_zero_share_admits_only_units_without_new_minutes() -> None:
    units = [person("a", 1, "p"), person("alarm", 0, "q"), person("client", 5, "p", at="q")]
    problem = world([contract("p", 9), contract("q", 9)], units, share=0)
    assert got(problem) == {"a": "m", "alarm": "q", "client": "p"}


def test_strict_and_free_differ_only_in_passing_units_waiting_for_share() -> None:
    units = [person("a", 5, "p"), person("b", 5, "p", at="q"), person("c", 5, "r", at="q")]
    contracts = [contract("p", 20), contract("q", 20), contract("r", 20)]
    strict = got(world(contracts, units, share=10))
    free = got(world(contracts, units, share=10, switch_when_share_full="free"))
    assert strict == {"a": "m", "b": "q", "c": "r"}
    assert free == {"a": "m", "b": "p", "c": "r"}


def test_household_of_four_moves_together() -> None:
    family = household("f", [(2, "m"), (0, "m"), (3, "q"), (1, None)], "p", "q")
    contracts = [contract("p", 6, ceiling_persons=4), contract("q", 9)]
    assert set(got(world(contracts, [family])).values()) == {"p"}
    full = [contract("p", 6, ceiling_persons=3), contract("q", 9)]
    assert set(got(world(full, [family])).values()) == {"q"}
