"""The engine against the mechanism written plainly (`allocation.engine.plain`): the same bytes; finds faults without a
trace in the outcome.

The order in which the share was closed, whether a unit should have been allowed to switch, and the order in which
people without an answer were placed do not show in the outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from allocation.engine import Problem, allocate, allocating, audit_static
from allocation.engine.heads import Heads
from allocation.engine.no_answer import _silent, shortfall
from allocation.engine.state import State
from tests.long_form import examples

from .build import contract, household, person, world
from .instances import draw_problem
from .laws import by_the_document, unlike_the_document
from .shapes import aimed, guarantees_everywhere, many_silent, many_to_call, shaped

Patch = pytest.MonkeyPatch
NO_CHANCE = Random(0)


def the_earliest_is_refused(patch: Patch) -> None:
    """Fault: when the share is too small, the first in the area is refused instead of the last."""
    true = State.__init__

    def init(state: State, *rest: Any) -> None:
        true(state, *rest)
        state.units.order = len(state.units) - 1 - state.units.order

    patch.setattr(State, "__init__", init)


def share_not_in_area_order(patch: Patch) -> None:
    """Fault: any head that fits the share is admitted, past an earlier one that does not."""
    true = Heads.fitting

    def fitting(heads: Heads) -> Any:
        found = true(heads)
        some = [head for head in found if heads.state.share_allows(head.new, head.rise)]
        return some or found

    patch.setattr(Heads, "fitting", fitting)


def nobody_may_switch(patch: Patch) -> None:
    patch.setattr(allocating, "switch", lambda *_: [])


def switching_that_opens_a_guarantee(patch: Patch) -> None:
    patch.setattr("allocation.engine.switch._neutral", lambda state: state.place >= 0)


def silent_in_another_order(patch: Patch) -> None:
    patch.setattr("allocation.engine.no_answer._silent", lambda state: _silent(state)[::-1])


def the_least_short_first(patch: Patch) -> None:
    def most_short(state: State, sites: set[int]) -> int | None:
        return max((site for site in sites if shortfall(state, site) > 0), default=None)

    patch.setattr("allocation.engine.no_answer._most_short", most_short)


def providers_take_no_turns(patch: Patch) -> None:
    patch.setattr("allocation.engine.no_answer._turns", lambda state: sorted({-1, *range(len(state.sites))}))


def calling_without_regard_to_the_share(patch: Patch) -> None:
    patch.setattr("allocation.engine.call_list._Calls._has_room", lambda *_: True)


FAULTS: list[Callable[[Patch], None]] = [
    the_earliest_is_refused,
    share_not_in_area_order,
    nobody_may_switch,
    switching_that_opens_a_guarantee,
    silent_in_another_order,
    the_least_short_first,
    providers_take_no_turns,
    calling_without_regard_to_the_share,
]


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    found = []
    for seed in range(1500):
        random = Random(seed)
        problem, _ = shaped(draw_problem(random.randint, max_units=9), random.randint)
        if seed % 3 == 1:
            problem = many_silent(guarantees_everywhere(problem, random.randint), random.randint)
        elif seed % 3 == 2:
            problem = many_to_call(problem, random.randint)
        found.append(problem)
    return found


def test_engine_equals_the_documented_mechanism(problems: list[Problem]) -> None:
    for problem in problems[: examples(len(problems))]:
        assert by_the_document(problem, NO_CHANCE) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_fault_without_a_trace_is_detected(
    fault: Callable[[Patch], None], problems: list[Problem], monkeypatch: Patch
) -> None:
    with monkeypatch.context() as patch:
        fault(patch)
        caught = next((problem for problem in problems if by_the_document(problem, NO_CHANCE)), None)
    assert caught is not None
    assert by_the_document(caught, NO_CHANCE) == []  # without the fault nothing is reported


def test_such_a_fault_leaves_no_trace_in_the_outcome(monkeypatch: Patch) -> None:
    """a is first in the area; with the fault b gets the last of the share, and the outcome looks valid."""
    units = [person("a", 10, "p"), person("b", 10, "q"), person("x", 10, at="p")]
    problem = world([contract("p", 100), contract("q", 100)], units, share=20)
    assert [row.provider for row in allocate(problem).placements] == ["p", "m", "p"]
    the_earliest_is_refused(monkeypatch)
    outcome = allocate(problem)
    assert [row.provider for row in outcome.placements] == ["m", "q", "p"]
    assert {fault.words[:2] for fault in audit_static(problem, outcome)} <= {"P8"}


def test_spread_household_switches_like_any_unit() -> None:
    # n closes the share. The couple cannot both join r, which is full, but p has room, and their move there takes no
    # share.
    units = [
        person("n", 1, "p"),
        household("ab", [(1, "q"), (3, "r")], "r", "p"),
        person("x", 3, at="r"),
    ]
    problem = world([contract("p", None), contract("r", 6)], units, share=1, switch_when_share_full="free")
    assert unlike_the_document(problem) == []


def test_split_household_leaves_each_provider_independently() -> None:
    units = [
        household("abc", [(3, "q"), (4, "r")], "r", "p"),
        person("leaves", 4, "m", at="q"),
    ]
    contracts = [contract("p", None), contract("q", None, guarantee=4), contract("r", 8, reserved_minutes=120)]
    assert unlike_the_document(world(contracts, units, share=0)) == []


def test_spread_household_does_not_open_a_guarantee_jointly() -> None:
    # q is guaranteed 4 and keeps 3. Each may leave alone, both together may not.
    units = [person("a", 1, "p", at="q"), household("bc", [(3, "p"), (4, "q")], "q", "p")]
    contracts = [contract("p", None), contract("q", 9, guarantee=4, reserved_minutes=180)]
    problem = world(contracts, units, share=0)
    assert audit_static(problem, allocate(problem)) == []


def test_spread_household_that_leaves_for_the_municipality_moves_all_parts() -> None:
    # Minutes. The four of u0 are refused at p and leave p and r. Then the share has room for u5 to join r.
    u0 = household("u0", [(4, "p"), (3, "p"), (4, "p"), (1, "r")], "p", "m", on=1, lottery=2)
    units = [
        u0,
        person("u2", 2, at="q"),
        person("u4", 2, at="p"),
        household("u5", [(1, "r"), (2, "m")], "r", on=2, lottery=1),
    ]
    contracts = [contract("p", 14, tolerance=3, guarantee=7, reserved_minutes=60), contract("q", 2), contract("r", 4)]
    rules = {"household_class": True, "no_answer": "municipal", "switch_when_share_full": "free"}
    problem = world(contracts, units, share=18, **rules)
    assert unlike_the_document(problem) == []
    assert {row.unit: row.provider for row in allocate(problem).placements} == {
        "u0": "m",
        "u2": "q",
        "u4": "p",
        "u5": "r",
    }


def test_engine_equals_the_documented_mechanism_for_spread_households() -> None:
    for seed in range(2000, 2000 + examples(400)):
        assert by_the_document(aimed(Random(seed).randint), NO_CHANCE) == [], seed
