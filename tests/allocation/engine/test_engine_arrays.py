"""Features of the array engine only: leaps of the cutoffs, the limit on amounts, equality with the plain engine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from allocation.engine import (
    Problem,
    allocate,
    allocating,
    audit,
    audit_static,
    auditing,
    outcome_bytes,
    plain,
)
from allocation.engine.asking_rounds import AmbiguousError, Rounds
from allocation.engine.cutoff_steps import CutoffSteps
from allocation.engine.state import State
from tests.long_form import examples

from .build import contract, person, world
from .equal import is_equal, leaping, middle, problems, small, town
from .instances import draw_problem
from .shapes import shaped
from .spoiling import spoiled

# Cases in which a leap of one cutoff leaves the other open, and a place depends on it.
LEFT_OPEN = (791,)


def test_bytes_equal_the_plain_engine() -> None:
    for kind, seed, problem in problems({small: 600, middle: 24, town: 1}, 0):
        assert is_equal(problem), (kind, seed)


def test_leap_does_not_refuse_a_unit_that_single_steps_keep() -> None:
    # In hours, share 101. At first L is 114: j8, j7, i are refused one by one. i, with an old date, closes q before
    # k; L falls by 110, and all other j stay. A leap over i would have refused some of them before it was looked at.
    units = [
        person("i", 10, "p", "q", area_day=9),
        *(person(f"j{number}", 1, "p", area_day=number) for number in (5, 6, 7, 8)),
        person("k", 100, "q", area_day=1),
    ]
    days = {"i": {"q": 1}, "k": {"q": 2}}
    problem = world([contract("p", None), contract("q", None)], units, share=101)
    dated = tuple(
        replace(
            unit,
            wishes=tuple(
                replace(wish, date=wish.date.replace(month=8, day=days[unit.id][wish.provider]))
                if wish.provider in days.get(unit.id, {})
                else wish
                for wish in unit.wishes
            ),
        )
        for unit in problem.units
    )
    for ceiling in (None, 0, 60 * 10):
        contracts = (problem.contracts[0], replace(problem.contracts[1], ceiling_minutes=ceiling))
        assert is_equal(replace(problem, units=dated, contracts=contracts))


@pytest.mark.parametrize("seed", LEFT_OPEN)
def test_leap_that_leaves_a_cutoff_open_is_reverted_to_single_steps(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    true = Rounds._review

    def review(rounds: Rounds, site: int) -> Any:
        try:
            return true(rounds, site)
        except AmbiguousError:
            seen.append(site)
            raise

    monkeypatch.setattr(Rounds, "_review", review)
    assert is_equal(leaping(seed))
    assert seen


def test_untested_leaps_are_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """If every leap of K stood, some outcome would change: the test of a leap is needed."""
    true_minutes, true_leap = Rounds.external_and_committed, CutoffSteps._leap_above_guarantee
    is_leaping = False

    def always_exceeded(rounds: Rounds) -> tuple[int, int]:
        external, committed = true_minutes(rounds)
        return (external + 10**9, committed) if is_leaping else (external, committed)

    def leap(steps: CutoffSteps, *rest: Any) -> bool:
        nonlocal is_leaping
        is_leaping = True
        try:
            return true_leap(steps, *rest)
        finally:
            is_leaping = False

    monkeypatch.setattr(Rounds, "external_and_committed", always_exceeded)
    monkeypatch.setattr(CutoffSteps, "_leap_above_guarantee", leap)
    assert not all(is_equal(leaping(seed)) for seed in range(60))


def test_oversized_amounts_use_the_plain_engine() -> None:
    huge = 2**62
    units = [person("a", huge, "p"), person("b", 5, "p"), person("c", huge, "q", at="p")]
    problem = world([contract("p", huge * 3), contract("q", None)], units, share=None)
    outcome = allocate(problem)
    assert isinstance(outcome.placements, tuple)
    assert outcome_bytes(outcome) == outcome_bytes(plain.allocate(problem))
    assert audit(problem, outcome) == []
    wrong = replace(outcome, placements=outcome.placements[1:])
    assert [fault.words[:2] for fault in audit_static(problem, wrong)] == ["P7"]


def test_unlimited_ceilings_limit_nothing() -> None:
    units = [person("a", 10, "p"), person("b", 5, "p")]
    problem = world([contract("p", 2**70, tolerance=2**70)], units)
    assert is_equal(problem)
    assert [row.provider for row in allocate(problem).placements] == ["p", "p"]


def test_every_run_of_thousands_is_verified_by_the_plain_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first in the area is refused instead of the last: the outcome does not show it, and P6 has the same fault."""
    units = [person("a", 10, "p"), person("b", 10, "q"), person("x", 10, at="p")]
    problem = world([contract("p", 100), contract("q", 100)], units, share=20)
    true = State.__init__

    def init(state: State, *rest: Any) -> None:
        true(state, *rest)
        state.units.order = len(state.units) - 1 - state.units.order

    monkeypatch.setattr(State, "__init__", init)
    outcome = allocate(problem)
    words = [fault.words for fault in audit(problem, outcome)]
    assert "P6 the plain engine gives another outcome" in words
    monkeypatch.setattr(auditing, "PLAIN_UP_TO", 2)
    assert "P6 the plain engine gives another outcome" not in [fault.words for fault in audit(problem, outcome)]


def test_both_audits_agree() -> None:
    """On sound and spoiled outcomes: the same violations by columns and by rows."""
    faulty = 0
    for seed in range(examples(700)):
        random = Random(seed)
        problem, _ = shaped(draw_problem(random.randint, max_units=9), random.randint)
        outcome = spoiled(problem, plain.allocate(problem), random)
        expected = plain.audit_static(problem, outcome)
        faulty += bool(expected)
        columns = allocating.checked_columns(problem)
        stated = auditing._outcome_columns(columns, outcome)
        codes = {fault.words[:2] for fault in expected}
        if stated is not None:
            assert set(auditing.broken_promises(columns, outcome, stated)) == codes, seed
        assert audit_static(problem, outcome) == expected, seed
    assert faulty > examples(200)


def test_placement_rows_are_optional() -> None:
    problem = small_town()
    outcome, other = allocate(problem), plain.allocate(problem)
    assert tuple(outcome.placements) == other.placements
    assert outcome.placements == other.placements
    assert outcome.placements[0] == other.placements[0]
    assert outcome.placements[1:3] == other.placements[1:3]
    assert len(outcome.placements) == len(other.placements)
    assert outcome == allocate(problem)
    assert hash(outcome.placements) == hash(other.placements)
    assert outcome.placements != other.placements[1:]


def small_town() -> Problem:
    return draw_problem(Random(11).randint, max_units=12)


def test_numpy_is_imported_only_for_placements() -> None:
    script = "import sys, allocation.engine; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_lottery_uses_integers_where_some_are_fixed() -> None:
    units = [person(id_, 10, "p", on=0, lottery=lottery) for id_, lottery in (("a", None), ("b", 5), ("c", 2**300))]
    problem = world([contract("p", 10)], units)
    assert is_equal(problem)
    assert np.array_equal(allocating.checked_columns(problem).drawn, [1, 0, 2])
