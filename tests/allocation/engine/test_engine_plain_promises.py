"""P1, P2, P3 and P7 counted by hand from the rows of problem and outcome, without the audit.

The audit is code too. Here each promise is a few lines that a reader can check at a glance; free switching, the
household class and reasons, which need more, are left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import Contract, Outcome, Problem, Unit, allocate
from allocation.engine.lottery import unit_lottery
from tests.long_form import examples

from .instances import MUNICIPAL, draw_problem
from .laws import provider_of
from .shapes import shaped

CHECKED = settings(max_examples=examples(200))
AREA = "north"


@st.composite
def strict_problems(draw: st.DrawFn) -> Problem:
    def number(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    problem = shaped(draw_problem(number), number)[0]
    policy = replace(problem.policy, switch_when_share_full="strict", household_class=False)
    units = tuple(replace(unit, area=AREA) for unit in problem.units)
    return replace(problem, policy=policy, units=units)


def before(unit: Unit) -> list[str]:
    return [member.current or MUNICIPAL for member in unit.members]


def after(unit: Unit, outcome: Outcome) -> list[str]:
    got = provider_of(outcome)
    return [got[member.id] for member in unit.members]


def moved(problem: Problem, outcome: Outcome) -> list[Unit]:
    return [unit for unit in problem.units if before(unit) != after(unit, outcome)]


def load(problem: Problem, contract: Contract, at: dict[str, str]) -> tuple[int, int]:
    there = [m.minutes for unit in problem.units for m in unit.members if at[m.id] == contract.provider]
    return contract.reserved_minutes + sum(there), contract.reserved_persons + len(there)


def north(problem: Problem) -> list[Contract]:
    return [contract for contract in problem.contracts if contract.area == AREA]


@CHECKED
@given(strict_problems())
def test_p1_no_newcomer_above_a_ceiling_or_the_share(problem: Problem) -> None:
    outcome = allocate(problem)
    then = {m.id: m.current or MUNICIPAL for unit in problem.units for m in unit.members}
    now = provider_of(outcome)
    for contract in north(problem):
        came = [u for u in moved(problem, outcome) if set(after(u, outcome)) == {contract.provider}]
        minutes, persons = load(problem, contract, now)
        if came:
            assert contract.intake
            assert contract.ceiling_persons is None or persons <= contract.ceiling_persons
            if contract.ceiling_minutes is not None:
                assert minutes <= contract.ceiling_minutes + contract.tolerance_minutes
    share = problem.areas[0].share_cap_minutes
    contracted = {contract.provider for contract in north(problem)} | {MUNICIPAL}
    if share is not None and set(then.values()) <= contracted:
        old, new = (sum(load(problem, c, at)[0] for c in north(problem)) for at in (then, now))
        assert new <= max(share, old)
        kept, given_ = (
            sum(max(load(problem, c, at)[0], c.guaranteed_minutes) for c in north(problem)) for at in (then, now)
        )
        assert given_ <= max(share, kept)


@CHECKED
@given(strict_problems())
def test_p2_every_provider_was_held_or_preferred(problem: Problem) -> None:
    outcome = allocate(problem)
    for unit in moved(problem, outcome):
        got, order = set(after(unit, outcome)), [wish.provider for wish in unit.wishes]
        assert len(got) == 1
        if unit.answered:
            (provider,) = got
            has = before(unit)[0]
            assert provider in order
            assert len(set(before(unit))) > 1 or has not in order or order.index(provider) < order.index(has)
        elif problem.policy.no_answer != "municipal":
            assert MUNICIPAL in before(unit)


def place_in_line(problem: Problem, unit: Unit, provider: str) -> tuple[date, int, str]:
    received = next(wish.date for wish in unit.wishes if wish.provider == provider)
    return received, unit_lottery(problem, unit), unit.id


@CHECKED
@given(strict_problems())
def test_p3_no_unit_is_passed(problem: Problem) -> None:
    outcome = allocate(problem)
    waiting: dict[str, list[Unit]] = {}
    for unit in problem.units:
        row = next(row for row in outcome.placements if row.unit == unit.id)
        for each in row.unmet:
            if each.place_in_queue is not None:
                waiting.setdefault(each.provider, []).append(unit)
    for unit in moved(problem, outcome):
        (provider, *_) = after(unit, outcome)
        for other in waiting.get(provider, []):
            assert unit.answered  # no-answer placements never happen while somebody waits
            assert place_in_line(problem, unit, provider) < place_in_line(problem, other, provider)


@CHECKED
@given(strict_problems())
def test_p7_totals_are_sums(problem: Problem) -> None:
    outcome = allocate(problem)
    now = provider_of(outcome)
    assert sorted(now) == sorted(member.id for unit in problem.units for member in unit.members)
    total = next(total for total in outcome.totals if total.area == AREA)
    rows = {row.provider: (row.minutes, row.persons) for row in total.contracts}
    for contract in north(problem):
        assert rows[contract.provider] == load(problem, contract, now)
    assert total.external_minutes == sum(minutes for minutes, _ in rows.values())
