"""Laws of the mechanism on small, adversarial random problems."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import Problem, allocate, outcome_bytes, problem_bytes, read_outcome, read_problem
from tests.long_form import examples

from .instances import draw_problem
from .laws import LAWS, Law, after_it, audited, provider_of
from .shapes import SHAPES, Shape, shaped

CHECKED = settings(max_examples=examples(150))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    def number(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    return shaped(draw_problem(number), number)[0]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@CHECKED
@given(problem=problems(), random=st.randoms(use_true_random=False))
def test_law(law: Law, problem: Problem, random: Random) -> None:
    assert law(problem, random) == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_law_on_every_shape(shape: Shape) -> None:
    for seed in range(examples(12)):
        random = Random(seed)
        problem = shape(draw_problem(random.randint, max_units=10), random.randint)
        for law in LAWS:
            assert law(problem, Random(seed)) == [], (seed, law.__name__)


def test_audit_passes_on_larger_problems() -> None:
    for seed in range(examples(300)):
        random = Random(seed)
        problem, _ = shaped(draw_problem(random.randint, max_units=30), random.randint)
        assert audited(problem, random) == [], seed


@CHECKED
@given(problems())
def test_continuing_a_run_changes_nothing(problem: Problem) -> None:
    # With free switching too: a unit that joined an external provider in the run is not its client yet.
    outcome = allocate(problem)
    external = {p.id for p in problem.providers if not p.municipal}
    clients = {u.id for u in problem.units if all(m.current in external for m in u.members)}
    again = allocate(after_it(problem, outcome), clients_at_start=clients)
    assert provider_of(again) == provider_of(outcome)


@CHECKED
@given(problems())
def test_files_equal_their_objects(problem: Problem) -> None:
    outcome = allocate(problem)
    assert outcome_bytes(allocate(read_problem(problem_bytes(problem)))) == outcome_bytes(outcome)
    assert outcome_bytes(read_outcome(outcome_bytes(outcome))) == outcome_bytes(outcome)
