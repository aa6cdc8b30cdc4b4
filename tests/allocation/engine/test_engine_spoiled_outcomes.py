"""Correct outcomes with one error: the audit must detect it from the rows, without a second run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from allocation.engine import Outcome, Problem, allocate, audit, audit_static

from .build import contract, person, world
from .instances import draw_problem


def promises_broken(problem: Problem, outcome: Outcome) -> set[str]:
    return {fault.words[:2] for fault in audit_static(problem, outcome)}


def example() -> Problem:
    units = [
        person("a", 60, "p", at="q"),
        person("b", 50, "p"),
        person("c", 40, "p", "q"),
        person("d", 10, at="p"),
        person("e", 5, at="m", answered=False),
    ]
    contracts = [contract("p", 100), contract("q", 60, guarantee=10)]
    return world(contracts, units, share=120, no_answer="keep")


def placement_of(outcome: Outcome, person_id: str, **changes: Any) -> Outcome:
    rows = (replace(row, **changes) if row.person == person_id else row for row in outcome.placements)
    return replace(outcome, placements=tuple(rows))


def evicted(outcome: Outcome) -> Outcome:
    return placement_of(outcome, "d", provider="m")


def passed(outcome: Outcome) -> Outcome:
    return placement_of(outcome, "c", provider="p", how="wish", wish=1, unmet=())


def placed_twice(outcome: Outcome) -> Outcome:
    return replace(outcome, placements=(*outcome.placements, outcome.placements[0]))


def forgotten(outcome: Outcome) -> Outcome:
    return replace(outcome, placements=outcome.placements[1:])


def first_unmet(outcome: Outcome, **changes: Any) -> Outcome:
    b = next(row for row in outcome.placements if row.person == "b")
    return placement_of(outcome, "b", unmet=(replace(b.unmet[0], **changes),))


def totals(outcome: Outcome, **changes: Any) -> Outcome:
    return replace(outcome, totals=(replace(outcome.totals[0], **changes),))


def minute_lost(outcome: Outcome) -> Outcome:
    rows = outcome.totals[0].contracts
    return totals(outcome, contracts=(replace(rows[0], minutes=rows[0].minutes - 1), *rows[1:]))


OUTCOME_FAULTS: dict[str, tuple[Callable[[Outcome], Outcome], str]] = {
    "evicted": (evicted, "P2"),
    "passed": (passed, "P3"),
    "another's provider": (lambda o: placement_of(o, "b", provider="x"), "P7"),
    "silent moved": (lambda o: placement_of(o, "e", provider="q"), "P2"),
    "placed twice": (placed_twice, "P7"),
    "forgotten": (forgotten, "P7"),
    "minute lost": (minute_lost, "P7"),
    "external off by one": (lambda o: totals(o, external_minutes=o.totals[0].external_minutes + 1), "P7"),
    "committed off by one": (lambda o: totals(o, committed_minutes=o.totals[0].committed_minutes - 1), "P7"),
    "area forgotten": (lambda o: replace(o, totals=()), "P7"),
    "place in queue": (lambda o: first_unmet(o, place_in_queue=2), "P8"),
    "minutes ahead": (lambda o: first_unmet(o, minutes_ahead=1), "P8"),
    "minutes free": (lambda o: first_unmet(o, minutes_free=0), "P8"),
    "reason": (lambda o: first_unmet(o, why="share"), "P8"),
    "reason withheld": (lambda o: placement_of(o, "b", unmet=()), "P8"),
    "how": (lambda o: placement_of(o, "b", how="fallback"), "P8"),
    "wish": (lambda o: placement_of(o, "c", wish=1), "P8"),
    "another problem": (lambda o: replace(o, problem_sha256="0" * 64), "P7"),
}


@pytest.mark.parametrize("name", OUTCOME_FAULTS)
def test_outcome_error_is_detected(name: str) -> None:
    problem = example()
    outcome = allocate(problem)
    assert audit_static(problem, outcome) == []
    spoil, promise = OUTCOME_FAULTS[name]
    assert promise in promises_broken(problem, spoil(outcome))


def test_split_household_is_detected() -> None:
    for seed in range(1500):
        problem = draw_problem(Random(seed).randint, max_units=8)
        outcome = allocate(problem)
        together = {u.members[0].id for u in problem.units if len(u.members) == 2 and u.answered}
        moved = [p for p in outcome.placements if p.person in together and p.how == "wish" and p.wish == 1]
        if moved and moved[0].provider in ("p", "q", "r"):
            spoiled = placement_of(outcome, moved[0].person, provider="m")
            assert "P2" in promises_broken(problem, spoiled)
            return
    pytest.fail("no household moved in any of the problems")


def logged() -> tuple[Problem, Outcome]:
    units = [person("a", 20, "p"), person("b", 20, "p", at="q"), person("w", 20, "m", "p")]
    contracts = [contract("p", 50), contract("q", 100)]
    problem = world(contracts, units, share=20, switch_when_share_full="free")
    outcome = allocate(problem)
    assert len(outcome.log) == 1
    assert audit_static(problem, outcome) == []
    return problem, outcome


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ({"closed_by": "w"}, "P3"),
        ({"closed_by": "nobody"}, "P3"),
        ({"past": "w", "closed_by": "b"}, "P3"),
        ({"passed": 0}, "P3"),
        ({"unit": "a"}, "P3"),
        ({"to_provider": "x"}, "P1"),
        ({"room_minutes": -1}, "P1"),
    ],
)
def test_wrong_log_line_is_detected(change: dict[str, Any], promise: str) -> None:
    problem, outcome = logged()
    spoiled = replace(outcome, log=(replace(outcome.log[0], **change),))
    assert promise in promises_broken(problem, spoiled)


def test_unlogged_switch_past_others_is_detected() -> None:
    problem, outcome = logged()
    assert "P3" in promises_broken(problem, replace(outcome, log=()))


def test_log_in_a_strict_round_is_detected() -> None:
    problem, outcome = logged()
    strict = replace(problem, policy=replace(problem.policy, switch_when_share_full="strict"))
    assert "P3" in promises_broken(strict, outcome)


def with_calls() -> tuple[Problem, Outcome]:
    units = [
        person("a", 4, "m", lottery=1),
        person("b", 4, "m", lottery=2),
        person("no", 4, "m", callable_=False, lottery=0),
    ]
    problem = world([contract("p", 30, guarantee=8), contract("q", 30)], units, call_list=True)
    outcome = allocate(problem)
    assert [row.person for row in outcome.calls] == ["a", "b"]
    return problem, outcome


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ({"person": "no"}, "P1"),
        ({"person": "b"}, "P7"),
        ({"person": "nobody"}, "P7"),
        ({"order": 2}, "P7"),
        ({"from_provider": "p"}, "P7"),
        ({"to_provider": "q"}, "P1"),
        ({"to_provider": "m"}, "P3"),
    ],
)
def test_wrong_call_is_detected(change: dict[str, Any], promise: str) -> None:
    problem, outcome = with_calls()
    first, second = outcome.calls
    assert promise in promises_broken(problem, replace(outcome, calls=(replace(first, **change), second)))


def test_unordered_calls_are_detected() -> None:
    problem, outcome = with_calls()
    first, second = outcome.calls
    swapped = (replace(second, order=1), replace(first, order=2))
    assert "P3" in promises_broken(problem, replace(outcome, calls=swapped))


def test_calls_in_a_round_without_them_are_detected() -> None:
    problem, outcome = with_calls()
    without = replace(problem, policy=replace(problem.policy, call_list=False))
    assert "P1" in promises_broken(without, outcome)


def test_engine_that_depends_on_input_order_is_detected() -> None:
    def by_row(problem: Problem, **_: Any) -> Outcome:
        numbered = (replace(unit, lottery=row) for row, unit in enumerate(problem.units))
        outcome = allocate(replace(problem, units=tuple(numbered)))
        return replace(outcome, problem_sha256=allocate(problem).problem_sha256)

    problem = world([contract("p", 9)], [person("a", 9, "p", on=0), person("b", 9, "p", on=0)])
    assert audit(problem, allocate(problem)) == []
    assert "P6" in {fault.words[:2] for fault in audit(problem, by_row(problem), by_row)}


def test_outcome_of_another_engine_is_detected() -> None:
    problem = example()
    outcome = allocate(problem)
    assert audit(problem, outcome) == []
    assert {fault.words[:2] for fault in audit(problem, replace(outcome, engine="0.0.0"))} == {"P6"}


def test_provider_outside_the_wishes_is_reported() -> None:
    """a is placed at q, where b waits, without a wish for q: it has no queue place to compare."""
    units = [person("a", 10, "p"), person("b", 10, "q")]
    problem = world([contract("p", 10), contract("q", 10)], units)
    true = allocate(problem)
    wrong = placement_of(true, "a", provider="q", how="kept", wish=None)
    wrong = placement_of(wrong, "b", provider="m", how="kept", wish=None)
    assert {fault.words[:2] for fault in audit(problem, wrong)} >= {"P2", "P3", "P5", "P7", "P8"}
    assert promises_broken(problem, wrong) >= {"P2", "P3", "P7", "P8"}
