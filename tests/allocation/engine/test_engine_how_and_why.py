"""Every way to get a provider, and every reason not to, occurs in some problem."""

from __future__ import annotations

from typing import get_args

import pytest

from allocation.engine import How, Problem, Why

from .build import HOUR, contract, got, household, how, person, run, unmet, world


def guarantees(no_answer: str) -> Problem:
    units = [
        person("wants", 10, "p"),
        person("big", 30, at="m", answered=False, lottery=1),
        person("small", 5, at=None, answered=False, lottery=2),
        person("more", 5, at=None, answered=False, lottery=3),
        person("client", 5, at="q", answered=False),
    ]
    contracts = [contract("p", 100, guarantee=20), contract("q", 25, guarantee=10)]
    return world(contracts, units, share=80, no_answer=no_answer)


HOWS = {
    "wish": (world([contract("p", 9)], [person("a", 9, "p")]), "a"),
    "kept": (world([contract("p", 9)], [person("a", 9, "p"), person("b", 1, "p", at="m")]), "b"),
    "fallback": (world([contract("p", 9)], [person("a", 9, "p"), person("b", 1, "p", at=None)]), "b"),
    "no_answer_kept": (world([], [person("a", 9, at="m", answered=False)]), "a"),
    "no_answer_municipal": (world([], [person("a", 9, at=None, answered=False)]), "a"),
    "no_answer_guarantee": (guarantees("guarantees"), "big"),
    "no_answer_free_space": (guarantees("free_space"), "more"),
    "no_answer_rotation": (guarantees("rotation"), "small"),
}

WHYS = {
    "ceiling": (world([contract("p", 9)], [person("a", 9, "p"), person("b", 1, "p")]), "b"),
    "share": (world([contract("p", 9)], [person("a", 5, "p"), person("b", 1, "p")], share=5), "b"),
    "guarantee_reserved": (
        world([contract("p", 9), contract("q", 9, guarantee=4)], [person("a", 5, "p")], share=8),
        "a",
    ),
    "behind_waiting": (
        world([contract("p", 9)], [person("x", 8, at="p"), person("a", 2, "p"), person("b", 1, "p")]),
        "b",
    ),
    "intake_stopped": (world([contract("p", 9, intake=False)], [person("a", 1, "p")]), "a"),
    "never_fits": (world([contract("p", 9)], [person("a", 10, "p")]), "a"),
    "no_contract": (world([contract("p", 9)], [person("a", 1, "q")]), "a"),
}


def test_examples_cover_every_reason_and_way() -> None:
    assert set(HOWS) == set(get_args(How))
    assert set(WHYS) == set(get_args(Why))


@pytest.mark.parametrize("expected", HOWS)
def test_every_how_of_a_placement(expected: str) -> None:
    problem, person_id = HOWS[expected]
    assert how(problem, person_id) == expected


@pytest.mark.parametrize("expected", WHYS)
def test_reasons_against_a_provider(expected: str) -> None:
    problem, person_id = WHYS[expected]
    assert list(unmet(problem, person_id).values()) == [expected]


def test_unit_that_never_fits_does_not_block_the_queue() -> None:
    units = [person("a", 10, "p"), person("b", 5, "p")]
    assert got(world([contract("p", 9)], units)) == {"a": "m", "b": "p"}


def test_unit_larger_than_the_share_never_fits_unless_already_a_client() -> None:
    units = [person("a", 10, "p"), person("b", 10, "p", at="q")]
    problem = world([contract("p", None), contract("q", None)], units, share=5)
    assert got(problem) == {"a": "m", "b": "p"}
    assert unmet(problem, "a") == {"p": "never_fits"}


def test_unit_that_leaves_for_the_municipality_may_exceed_the_share() -> None:
    full = [person("x", 5, at="p"), person("b", 10, "p", "m", at="q"), person("c", 1, "p", at="q")]
    problem = world([contract("p", 12), contract("q", None)], full, share=5)
    assert got(problem) == {"x": "p", "b": "m", "c": "p"}
    assert unmet(problem, "b") == {"p": "never_fits"}


def test_no_answer_rule_keep() -> None:
    assert got(guarantees("keep")) == {
        "wants": "p",
        "big": "m",
        "small": "m",
        "more": "m",
        "client": "q",
    }


def test_no_answer_rule_municipal_frees_room_for_the_queue() -> None:
    units = [person("silent", 9, at="p", answered=False), person("a", 9, "p")]
    problem = world([contract("p", 9)], units, no_answer="municipal")
    assert got(problem) == {"silent": "m", "a": "p"}
    assert how(problem, "silent") == "no_answer_municipal"


def test_guarantees_are_filled_by_relative_shortfall_in_lottery_order() -> None:
    # Both lack half. p takes the first it has room for, then q; nobody beyond the need.
    problem = guarantees("guarantees")
    assert got(problem) == {"wants": "p", "big": "p", "small": "q", "more": "m", "client": "q"}


def test_free_space_continues_after_guarantees() -> None:
    assert got(guarantees("free_space")) == {
        "wants": "p",
        "big": "p",
        "small": "q",
        "more": "p",
        "client": "q",
    }


def test_no_answer_placement_requires_an_empty_queue() -> None:
    units = [
        person("client", 5, at="p"),
        person("waits", 8, "p"),
        person("silent", 1, at="m", answered=False),
    ]
    problem = world([contract("p", 12, guarantee=10)], units, no_answer="free_space")
    assert got(problem)["silent"] == "m"


def test_share_limits_no_answer_placements() -> None:
    units = [person(f"s{i}", 4, at="m", answered=False) for i in range(5)]
    problem = world([contract("p", None)], units, share=10, no_answer="free_space")
    assert sorted(got(problem).values()) == ["m", "m", "m", "p", "p"]


def test_rotation_includes_the_municipal_provider() -> None:
    units = [person(f"s{i}", 4, at=None, answered=False, lottery=i) for i in range(6)]
    problem = world([contract("p", None), contract("q", None)], units, no_answer="rotation")
    turns = [got(problem)[f"s{i}"] for i in range(6)]
    assert sorted(turns[:3]) == ["m", "p", "q"]
    assert turns[3:] == turns[:3]


def test_rotation_skips_people_with_a_provider() -> None:
    units = [person(f"s{i}", 4, at="m", answered=False) for i in range(3)]
    assert set(got(world([contract("p", None)], units, no_answer="rotation")).values()) == {"m"}


def test_switch_enabled_by_no_answer_placements_happens_in_the_same_run() -> None:
    # z does not fit the share and closes it for a, who would open q's guarantee by leaving. Once a no-answer placement
    # has filled that guarantee, a's switch takes no share.
    units = [
        person("z", 30, "r"),
        person("a", 10, "p", at="q"),
        person("x", 65, at="p"),
        person("s", 15, at="m", answered=False),
    ]
    contracts = [contract("p", 100), contract("q", 100, guarantee=15), contract("r", 100)]
    without = world(contracts, units[:3], share=100, no_answer="guarantees")
    assert got(without) == {"z": "m", "a": "q", "x": "p"}
    assert unmet(without, "a") == {"p": "share"}
    problem = world(contracts, units, share=100, no_answer="guarantees")
    assert got(problem) == {"z": "m", "a": "p", "x": "p", "s": "q"}


def calls(problem: Problem) -> list[tuple[int, str, str, str]]:
    return [(row.order, row.person, row.from_provider, row.to_provider) for row in run(problem).calls]


def callable_world(**policy: bool) -> Problem:
    units = [
        person("lists", 4, "m", "p", lottery=5),
        person("first", 4, "m", lottery=1),
        person("second", 4, "m", lottery=2),
        person("third", 4, "m", lottery=3),
        person("alarm", 0, "m", lottery=0),
        person("exempt", 4, "m", callable_=False, lottery=0),
        person("waits", 4, "q", "m", lottery=0),
        person("quiet", 4, at="m", answered=False, lottery=0),
        person("open", 4, lottery=0),
        household("both", [(4, "m"), (4, "m")], "m", lottery=0),
        person("full", 10, at="q"),
    ]
    contracts = [contract("p", 30, guarantee=10), contract("q", 10)]
    return world(contracts, units, share=100, **policy)


def test_call_list_is_ordered_by_list_then_lottery_until_the_guarantee_is_filled() -> None:
    assert calls(callable_world(call_list=True)) == [
        (1, "lists", "m", "p"),
        (2, "first", "m", "p"),
        (3, "second", "m", "p"),
    ]


def test_call_list_moves_nobody() -> None:
    assert got(callable_world(call_list=True)) == got(callable_world(call_list=False))


def test_call_list_needs_the_rule_of_the_round() -> None:
    assert calls(callable_world(call_list=False)) == []


def test_call_list_has_only_people_who_would_fit() -> None:
    units = [person("big", 9, "m", lottery=1), person("fits", 4, "m", lottery=2)]
    problem = world([contract("p", 8, guarantee=8)], units, call_list=True)
    assert calls(problem) == [(1, "fits", "m", "p")]


def test_free_minutes_are_unknown_without_a_ceiling() -> None:
    problem, person_id = WHYS["share"]
    free = world([contract("p", None)], list(problem.units), share=5)
    (placement,) = [row for row in run(free).placements if row.person == person_id]
    assert (placement.unmet[0].minutes_free, placement.unmet[0].minutes_ahead) == (None, 0)
    assert problem.units[0].members[0].minutes == 5 * HOUR
