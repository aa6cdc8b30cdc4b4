"""The seven worked examples of the mechanism, each with variants. Hours."""

from __future__ import annotations

from datetime import date

import pytest

from allocation.engine import Problem

from .build import HOUR, contract, day, got, household, person, run, unmet, world


def no_leapfrogging(tolerance: int) -> Problem:
    units = [person("a", 60, "p"), person("b", 50, "p"), person("c", 40, "p")]
    return world([contract("p", 100, tolerance=tolerance)], units)


def test_1_unit_that_does_not_fit_waits_and_is_not_passed() -> None:
    problem = no_leapfrogging(tolerance=0)
    assert got(problem) == {"a": "p", "b": "m", "c": "m"}
    assert unmet(problem, "b") == {"p": "ceiling"}
    assert unmet(problem, "c") == {"p": "behind_waiting"}


def test_1_reason_states_place_and_hours() -> None:
    placements = {row.person: row for row in run(no_leapfrogging(tolerance=0)).placements}
    (b,), (c,) = placements["b"].unmet, placements["c"].unmet
    assert (b.place_in_queue, b.minutes_ahead, b.minutes_free) == (1, 0, 40 * HOUR)
    assert (c.place_in_queue, c.minutes_ahead, c.minutes_free) == (2, 50 * HOUR, 40 * HOUR)


@pytest.mark.parametrize(("tolerance", "b"), [(9, "m"), (10, "p"), (11, "p")])
def test_1_with_tolerance_the_last_admitted_may_overshoot(tolerance: int, b: str) -> None:
    assert got(no_leapfrogging(tolerance)) == {"a": "p", "b": b, "c": "m"}


def test_1_tolerance_requires_a_start_below_the_ceiling() -> None:
    units = [person("a", 100, "p"), person("b", 5, "p")]
    assert got(world([contract("p", 100, tolerance=10)], units)) == {"a": "p", "b": "m"}


def test_2_share_closes_in_order() -> None:
    units = [person("a", 60, "p"), person("b", 50, "q"), person("c", 40, "p")]
    problem = world([contract("p", 100), contract("q", 100)], units, share=100)
    assert got(problem) == {"a": "p", "b": "m", "c": "m"}
    assert unmet(problem, "b") == {"q": "share"}
    assert unmet(problem, "c") == {"p": "share"}


def test_2_one_more_hour_of_share_is_too_little_and_ten_suffice() -> None:
    units = [person("a", 60, "p"), person("b", 50, "q"), person("c", 40, "p")]
    contracts = [contract("p", 100), contract("q", 100)]
    assert got(world(contracts, units, share=109)) == {"a": "p", "b": "m", "c": "m"}
    assert got(world(contracts, units, share=110)) == {"a": "p", "b": "q", "c": "m"}
    assert got(world(contracts, units, share=150)) == {"a": "p", "b": "q", "c": "p"}


def test_2_area_date_decides_not_the_wish_date() -> None:
    units = [
        person("a", 60, "p"),
        person("b", 50, "q", on=5, area_day=5),
        person("c", 40, "p", on=6, area_day=1),
    ]
    problem = world([contract("p", 100), contract("q", 100)], units, share=100)
    assert got(problem) == {"a": "p", "b": "m", "c": "p"}


def test_3_second_wish_has_equal_standing() -> None:
    units = [person("a", 50, "p"), person("b", 50, "p", "q")]
    problem = world([contract("p", 50), contract("q", 100)], units, share=200)
    assert got(problem) == {"a": "p", "b": "q"}
    assert unmet(problem, "b") == {"p": "ceiling"}


def test_3_second_wish_precedes_a_later_first_wish() -> None:
    units = [person("a", 50, "p"), person("b", 50, "p", "q"), person("c", 60, "q")]
    problem = world([contract("p", 50), contract("q", 100)], units, share=200)
    assert got(problem) == {"a": "p", "b": "q", "c": "m"}


def guarantee_reserved(guarantee: int) -> Problem:
    units = [person("a", 60, "p"), person("b", 40, "p")]
    return world([contract("p", 120), contract("q", 120, guarantee=guarantee)], units, share=120)


def test_4_guarantee_is_reserved() -> None:
    problem = guarantee_reserved(50)
    assert got(problem) == {"a": "p", "b": "m"}
    assert unmet(problem, "b") == {"p": "guarantee_reserved"}


@pytest.mark.parametrize(("guarantee", "b"), [(20, "p"), (21, "m"), (60, "m")])
def test_4_guarantee_is_reserved_to_the_hour(guarantee: int, b: str) -> None:
    assert got(guarantee_reserved(guarantee)) == {"a": "p", "b": b}


def test_4_wish_for_the_guaranteed_provider_is_met() -> None:
    units = [person("a", 60, "p"), person("b", 40, "p"), person("c", 50, "q")]
    problem = world([contract("p", 120), contract("q", 120, guarantee=50)], units, share=120)
    assert got(problem) == {"a": "p", "b": "m", "c": "q"}


@pytest.mark.parametrize("switching", ["strict", "free"])
def test_5_two_full_providers_swap(switching: str) -> None:
    units = [person("a", 50, "q", at="p"), person("b", 50, "p", at="q")]
    contracts = [contract("p", 50), contract("q", 50)]
    assert got(world(contracts, units, share=100, switch_when_share_full=switching)) == {"a": "q", "b": "p"}


def test_5_no_swap_when_one_unit_needs_too_much_room() -> None:
    units = [person("a", 50, "q", at="p"), person("b", 51, "p", at="q")]
    contracts = [contract("p", 50), contract("q", 51)]
    problem = world(contracts, units)
    assert got(problem) == {"a": "p", "b": "q"}
    assert unmet(problem, "b") == {"p": "never_fits"}


def test_5_a_ring_of_three() -> None:
    units = [person("a", 50, "q", at="p"), person("b", 50, "r", at="q"), person("c", 50, "p", at="r")]
    contracts = [contract(name, 50) for name in "pqr"]
    assert got(world(contracts, units, share=150)) == {"a": "q", "b": "r", "c": "p"}


def test_6_strict_no_switch_past_units_waiting_for_share() -> None:
    units = [person("a", 20, "p"), person("b", 20, "p", at="q")]
    problem = world([contract("p", 50), contract("q", 100)], units, share=20)
    assert got(problem) == {"a": "m", "b": "q"}
    assert unmet(problem, "b") == {"p": "behind_waiting"}


def test_6_free_a_client_switches_and_units_waiting_for_share_keep_waiting() -> None:
    units = [person("a", 20, "p"), person("b", 20, "p", at="q")]
    problem = world([contract("p", 50), contract("q", 100)], units, share=20, switch_when_share_full="free")
    outcome = run(problem)
    assert got(problem) == {"a": "m", "b": "p"}
    assert unmet(problem, "a") == {"p": "share"}
    (line,) = outcome.log
    assert (line.unit, line.from_providers, line.to_provider) == ("b", ("q",), "p")
    assert (line.past, line.passed, line.closed_by) == ("a", 1, "a")
    assert (line.room_minutes, line.room_persons) == (30 * HOUR, None)


def test_6_free_a_unit_waiting_for_a_ceiling_before_the_share_closed_is_not_passed() -> None:
    # w is first in p's queue and too large for the remaining room; a, later, closes the share.
    units = [
        person("w", 20, "p", on=0),
        person("a", 15, "r", on=1),
        person("b", 10, "p", at="q", on=2),
        person("old", 40, at="p"),
    ]
    contracts = [contract("p", 50), contract("q", 100), contract("r", 50)]
    problem = world(contracts, units, share=60, switch_when_share_full="free")
    assert got(problem) == {"w": "m", "a": "m", "b": "q", "old": "p"}
    assert unmet(problem, "b") == {"p": "behind_waiting"}


@pytest.mark.parametrize("switching", ["strict", "free"])
def test_7_over_the_cap_nobody_is_moved_and_new_share_waits(switching: str) -> None:
    units = [person("a", 60, at="p"), person("b", 50, at="q"), person("n", 10, "q")]
    problem = world([contract("p", 100), contract("q", 200)], units, share=100, switch_when_share_full=switching)
    assert got(problem) == {"a": "p", "b": "q", "n": "m"}
    assert unmet(problem, "n") == {"q": "share"}
    assert run(problem).totals[0].external_minutes == 110 * HOUR


def test_7_over_the_cap_switches_and_moves_to_the_municipality_go_on() -> None:
    units = [
        person("a", 60, "q", at="p"),
        person("b", 50, at="q"),
        person("n", 10, "q"),
        person("home", 10, "m", at="p"),
    ]
    problem = world([contract("p", 100), contract("q", 200)], units, share=100)
    assert got(problem) == {"a": "q", "b": "q", "n": "m", "home": "m"}


def test_7_over_the_cap_a_switch_past_waiting_units_needs_free_switching() -> None:
    units = [person("n", 10, "q"), person("a", 60, "q", at="p"), person("b", 50, at="q")]
    contracts = [contract("p", 100), contract("q", 200)]
    strict = world(contracts, units, share=100)
    free = world(contracts, units, share=100, switch_when_share_full="free")
    assert got(strict) == {"a": "p", "b": "q", "n": "m"}
    assert got(free) == {"a": "q", "b": "q", "n": "m"}


def test_lowered_ceiling_evicts_nobody() -> None:
    units = [person("a", 60, at="p"), person("b", 50, at="p"), person("n", 1, "p")]
    assert got(world([contract("p", 80)], units)) == {"a": "p", "b": "p", "n": "m"}


def test_household_moves_together_or_not_at_all() -> None:
    couple = household("ab", [(30, "m"), (30, "q")], "p")
    contracts = [contract("q", 100)]
    apart = world([contract("p", 60), *contracts], [person("x", 10, "p"), couple])
    assert got(apart) == {"x": "p", "ab0": "m", "ab1": "q"}
    together = world([contract("p", 70), *contracts], [person("x", 10, "p"), couple])
    assert got(together) == {"x": "p", "ab0": "p", "ab1": "p"}


@pytest.mark.parametrize(("household_class", "first"), [(False, "x"), (True, "ab")])
def test_household_class_precedes_the_queue(household_class: bool, first: str) -> None:
    units = [person("x", 30, "p"), household("ab", [(30, "m"), (30, "p")], "p")]
    problem = world([contract("p", 60)], units, household_class=household_class)
    assert got(problem)["x"] == ("p" if first == "x" else "m")
    assert got(problem)["ab0"] == ("p" if first == "ab" else "m")


def test_ceiling_in_persons_counts_alarm_only_people() -> None:
    units = [person("a", 0, "p"), person("b", 5, "p"), person("c", 0, "p")]
    problem = world([contract("p", None, ceiling_persons=2)], units)
    assert got(problem) == {"a": "p", "b": "p", "c": "m"}
    assert unmet(problem, "c") == {"p": "ceiling"}


def test_alarm_only_unit_takes_no_share_but_queues() -> None:
    contracts = [contract("p", 100), contract("q", 10)]
    units = [person("a", 20, "p"), person("alarm", 0, "p"), person("other", 0, "q")]
    problem = world([*contracts], [*units, person("full", 10, at="q")], share=25)
    assert got(problem) == {"a": "m", "alarm": "m", "other": "q", "full": "q"}
    assert unmet(problem, "alarm") == {"p": "behind_waiting"}


def test_reserved_room_is_used_room() -> None:
    units = [person("a", 60, "p")]
    reserved = contract("p", 100, reserved_minutes=41 * HOUR, reserved_persons=1)
    assert got(world([reserved], units)) == {"a": "m"}
    assert run(world([reserved], [])).totals[0].external_minutes == 41 * HOUR


def test_two_units_leaving_together_do_not_open_a_guarantee_for_others() -> None:
    # q is guaranteed 10 and has 20. Each of a and b could leave alone; both would leave q empty, with its guarantee on
    # top of a full share.
    units = [person("a", 10, "p", at="q"), person("b", 10, "p", at="q"), person("x", 80, at="p")]
    problem = world([contract("p", None), contract("q", None, guarantee=10)], units, share=100)
    assert got(problem) == {"a": "p", "b": "q", "x": "p"}
    assert unmet(problem, "b") == {"p": "guarantee_reserved"}


def test_head_of_two_queues_is_tried_in_both_before_the_share_closes() -> None:
    # Another hour at q is new share; p's guarantee has room for all but one hour.
    units = [person("u", 2, "q", "p"), person("c", 5, at="p"), person("d", 8, at="q")]
    problem = world([contract("p", 10, guarantee=6), contract("q", 20)], units, share=15)
    assert got(problem)["u"] == "p"
    assert unmet(problem, "u") == {"q": "guarantee_reserved"}


def test_builder_calendar() -> None:
    assert day(0) == date(2020, 9, 1)
