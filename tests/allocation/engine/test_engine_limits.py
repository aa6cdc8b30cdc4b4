"""Limits of the mechanism: properties it does not promise, each with its smallest example."""

from __future__ import annotations

from dataclasses import replace

from .build import contract, got, household, person, unmet, world


def test_more_room_may_readmit_a_large_unit_to_the_queue() -> None:
    # a never fits 5 hours and leaves the queue; with 6 it is first there again and takes them.
    units = [person("a", 6, "p"), person("b", 5, "p")]
    assert got(world([contract("p", 5)], units)) == {"a": "m", "b": "p"}
    assert got(world([contract("p", 6)], units)) == {"a": "p", "b": "m"}


def test_more_room_may_hurt_with_the_household_class() -> None:
    # With 10 hours ab does not fit, goes to the municipality, and loses its household class at p; with 13 it stays
    # before cd.
    units = [
        household("ab", [(2, "q"), (3, "p")], "p", "m"),
        household("cd", [(1, "m"), (8, "p")], "p"),
    ]
    before = world([contract("p", 10)], units, household_class=True)
    after = replace(before, contracts=(contract("p", 13),))
    assert {got(before)["cd0"], got(before)["cd1"]} == {"p"}
    assert {got(after)["ab0"], got(after)["ab1"]} == {"p"}
    assert got(after)["cd0"] == "m"


def test_queue_order_precedes_area_order() -> None:
    # One hour is left. b is first in the area, but behind a in p's queue, and a is last in the area.
    units = [
        person("a", 1, "p", on=0, area_day=9),
        person("b", 1, "p", on=1, area_day=1),
        person("c", 1, "q", on=0, area_day=5),
    ]
    problem = world([contract("p", 9), contract("q", 9)], units, share=1)
    assert got(problem) == {"a": "m", "b": "m", "c": "q"}
    assert unmet(problem, "b") == {"p": "share"}


def test_head_that_does_not_fit_leaves_room_empty() -> None:
    # Cost of the no-passing rule: 40 hours stay empty for a unit that needs 50.
    units = [person("x", 60, at="p"), person("a", 50, "p"), *(person(f"b{i}", 10, "p") for i in range(4))]
    problem = world([contract("p", 100)], units)
    assert {got(problem)[f"b{i}"] for i in range(4)} == {"m"}


def test_omitting_a_wish_may_pay() -> None:
    # Never in a first round; here c, who prefers q, blocks nobody else by wishing for p only.
    def of_c(*wishes: str) -> str:
        units = [
            person("a", 1, "q", at="p", on=1, area_day=2, lottery=9),
            person("b", 2, "q", "p", on=0, area_day=2, lottery=1),
            person("c", 3, *wishes, on=1, area_day=3, lottery=2),
        ]
        return got(world([contract("p", 3), contract("q", 4)], units, share=6))["c"]

    assert of_c("q", "p") == "m"
    assert of_c("p") == "p"
