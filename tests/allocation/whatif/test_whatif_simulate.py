"""Years of nights in a small town: the rules hold every night, and more room means shorter waits."""

from dataclasses import replace
from datetime import date

import pytest

from allocation import engine
from allocation.whatif import CeilingStep, HoursClass, Scenario, ShareStep, simulate
from allocation.whatif.first_choice_waits import percentile
from allocation.whatif.simulate import last_day
from tests.allocation.whatif.build import BEGIN, HOUR, contract, person, quiet, town, world


def _waiting(step) -> int:
    return sum(step.waiting(kind).minutes for kind in HoursClass)


def _without_externals(problem: engine.Problem) -> engine.Problem:
    """The problem without wishes for external providers."""
    units = tuple(replace(unit, wishes=tuple(w for w in unit.wishes if w.provider == "m")) for unit in problem.units)
    return replace(problem, units=units)


def test_result_depends_on_the_seed_only():
    asked = Scenario(years=1, seed=3)

    assert simulate(town(), asked) == simulate(town(), asked)
    assert simulate(town(), asked).steps != simulate(town(), replace(asked, seed=4)).steps


def test_population_and_hours_do_not_depend_on_the_rules():
    """Required for scenarios to differ by their rules alone."""
    tight = simulate(town(), Scenario(years=2, ceiling_factors_bp={"p": 0, "q": 0}))
    wide = simulate(town(), Scenario(years=2, share_steps=(ShareStep(date(2021, 6, 1), 6000),)))

    assert [(step.persons, step.areas[0].base_minutes) for step in tight.steps] == [
        (step.persons, step.areas[0].base_minutes) for step in wide.steps
    ]
    assert tight.steps[-1].areas[0].external_minutes < wide.steps[-1].areas[0].external_minutes


def test_step_length_does_not_change_the_population():
    weekly = {step.day: step for step in simulate(town(), Scenario(years=1, step_days=7)).steps}
    monthly = simulate(town(), Scenario(years=1, step_days=28)).steps

    assert all(weekly[step.day].areas[0].base_minutes == step.areas[0].base_minutes for step in monthly)


@pytest.mark.parametrize("rule", ["keep", "guarantees", "rotation"])
def test_every_night_passes_the_audit(rule):
    contracts = [contract("p", 120, guarantee=40), contract("q", 200, guarantee=20)]
    problem = town(80, contracts=contracts, no_answer=rule, call_list=True)
    seen = []

    def watch(problem: engine.Problem, outcome: engine.Outcome) -> None:
        seen.append(problem.effective_date)
        if len(seen) % 7 == 1:
            assert engine.audit(problem, outcome) == []
        before = {(unit.area, m.current): 0 for unit in problem.units for m in unit.members}
        for unit in problem.units:
            for member in unit.members:
                before[unit.area, member.current] += member.minutes
        area, total = problem.areas[0], outcome.totals[0]
        external = sum(before.get(("north", provider), 0) for provider in ("p", "q"))
        assert total.external_minutes <= max(area.share_cap_minutes, external)
        assert total.external_minutes == sum(each.minutes for each in total.contracts)
        for each in problem.contracts:
            taken = next(row.minutes for row in total.contracts if row.provider == each.provider)
            assert taken <= max(each.ceiling_minutes, before.get(("north", each.provider), 0))

    result = simulate(
        problem,
        Scenario(
            years=2,
            step_days=14,
            share_steps=(ShareStep(date(2021, 7, 1), 4000), ShareStep(date(2022, 3, 1), 1500)),
            ceilings=(CeilingStep(date(2022, 1, 1), "north", "p", 60 * HOUR),),
        ),
        watch=watch,
    )

    assert len(seen) == result.engine_runs > 20
    assert result.faults == ()
    assert result.audited > 1


def test_every_row_sums_to_its_total():
    for step in simulate(town(), Scenario(years=1)).steps:
        area = step.areas[0]
        assert area.external_minutes == sum(row.minutes for row in step.contracts)
        assert area.cap_minutes == area.base_minutes * 2000 // 10_000
        assert all(row.idle_minutes == max(row.ceiling_minutes - row.minutes, 0) for row in step.contracts)
        assert _waiting(step) == sum(queue.minutes for queue in area.waiting.values())


@pytest.mark.parametrize(("growth", "expected"), [(0, 200), (1000, 242), (-1000, 162)])
def test_population_grows_as_configured(growth, expected):
    steps = simulate(town(200), Scenario(years=2, growth_bp=growth, step_days=28)).steps

    # The last step is up to four weeks before the end of the period.
    assert steps[-1].persons == pytest.approx(expected, abs=4)
    assert (steps[0].persons, steps[0].day) == (200, BEGIN)


def test_ramp_step_admits_people_from_its_day():
    step = ShareStep(date(2021, 7, 2), 8000)
    flat = simulate(town(cap=None), Scenario(**quiet()))
    ramp = simulate(town(cap=None), Scenario(**quiet(share_steps=(step,))))

    before = [row for row in ramp.steps if row.day < step.on]
    assert before == list(flat.steps[: len(before)])
    assert ramp.steps[len(before)].day == date(2021, 7, 2)
    assert ramp.steps[-1].areas[0].external_minutes > flat.steps[-1].areas[0].external_minutes
    assert _waiting(ramp.steps[-1]) < _waiting(flat.steps[-1])


def test_step_for_all_areas_and_the_last_step_of_a_day():
    steps = (ShareStep(date(2021, 3, 1), 9000), ShareStep(date(2021, 3, 1), 2500, "north"))
    result = simulate(town(), Scenario(**quiet(share_steps=steps)))

    area = result.steps[-1].areas[0]
    assert area.cap_minutes == area.base_minutes * 2500 // 10_000


def test_without_a_cap_only_ceilings_limit():
    result = simulate(town(share_bp=None, cap=100), Scenario(years=1, external_bp=10_000, turnover_bp=5000))

    assert {step.areas[0].cap_minutes for step in result.steps} == {None}
    assert _waiting(result.steps[-1]) > 0


def test_night_without_changes_does_not_run_the_engine():
    result = simulate(town(), Scenario(**quiet()))

    assert len(result.steps) == 53
    assert result.engine_runs <= 3
    assert [step.day.toordinal() for step in result.steps] == list(range(BEGIN.toordinal(), BEGIN.toordinal() + 365, 7))


def test_wait_is_counted_from_the_received_date():
    """One person with 20 hours waits for p until its ceiling is raised in March."""
    problem = world([contract("p", 30)], [person("first", 20, at="p"), person("second", 20, "p")])
    rise = CeilingStep(date(2021, 3, 2), "north", "p", 40 * HOUR)

    wait = simulate(problem, Scenario(**quiet(ceilings=(rise,)))).waits[HoursClass.MIDDLE]

    met_on = date(2021, 3, 5)  # The first weekly night after 2 March.
    asked = problem.units[1].wishes[0].date
    assert (wait.met, wait.open) == (1, 0)
    assert wait.median_days == wait.p90_days == wait.longest_days == (met_on - asked).days


def test_people_still_waiting_at_the_end_are_reported():
    problem = world([contract("p", 30)], [person("first", 20, at="p"), person("second", 20, "p")])

    wait = simulate(problem, Scenario(**quiet())).waits[HoursClass.MIDDLE]

    assert (wait.met, wait.open, wait.median_days) == (0, 1, None)
    assert wait.longest_open_days == (date(2021, 12, 31) - problem.units[1].wishes[0].date).days


def test_first_choice_rate_counts_only_people_with_full_follow_up():
    open_doors = simulate(town(share_bp=None, cap=None), Scenario(years=2, switch_bp=4000))
    shut = simulate(town(share_bp=0, cap=0), Scenario(years=2, switch_bp=4000))
    short = simulate(town(share_bp=None, cap=None), Scenario(years=1, switch_bp=4000))

    for first in open_doors.first_choice_all:
        assert first.met == first.asked > 0
        assert first.met_minutes == first.asked_minutes
    # Alarm-only people take no room, and are admitted.
    assert all(first.met_minutes == 0 < first.asked_minutes for first in shut.first_choice_all)
    # A follow-up of 540 days does not fit in one year.
    assert [first.asked > 0 for first in short.first_choice_all] == [True, False]


def test_choice_rate_of_zero_gives_no_new_choices():
    result = simulate(town(), Scenario(years=2, switch_bp=0, choice_rate_bp=0, turnover_bp=8000))

    assert all(first.asked == 0 for first in result.first_choice_all)


def test_calls_are_made_once_and_a_yes_fills_the_guarantee():
    problem = town(60, contracts=[contract("p", 400, guarantee=100), contract("q", 400)], call_list=True, share_bp=9000)
    problem = _without_externals(problem)

    no, yes = (simulate(problem, Scenario(**quiet(call_yes_bp=bp))) for bp in (0, 10_000))

    assert no.called > 0
    assert no.called <= 60
    assert no.steps[-1].areas[0].external_minutes == 0
    assert yes.steps[-1].areas[0].external_minutes >= 95 * HOUR


def test_later_nights_do_not_move_clients_for_a_guarantee():
    """The no-answer rule applies on the first night, and then to newcomers only."""
    problem = town(60, contracts=[contract("p", 400, guarantee=60), contract("q", 400)], no_answer="guarantees")
    result = simulate(
        _without_externals(problem), Scenario(**quiet(turnover_bp=5000, choice_rate_bp=10_000, external_bp=0))
    )

    assert result.steps[0].moved > 0
    assert min(step.contracts[0].minutes for step in result.steps) < 60 * HOUR
    assert sum(step.moved for step in result.steps[1:]) == 0


def test_promised_room_is_given_by_queue():
    """Open offers are not simulated: the room goes to the head of the queue."""
    problem = world([contract("p", 30, reserved_minutes=30 * HOUR)], [person("first", 20, "p")])

    result = simulate(problem, Scenario(**quiet()))

    assert result.steps[0].contracts[0].minutes == 20 * HOUR


def test_empty_town_can_be_simulated():
    result = simulate(town(0), Scenario(years=1))

    assert {step.persons for step in result.steps} == {0}


def test_year_from_a_leap_day_ends_on_the_28th():
    assert last_day(date(2020, 2, 29), 1) == date(2021, 2, 28)
    assert last_day(date(2021, 1, 31), 3) == date(2024, 1, 31)


def test_percentiles_use_nearest_rank():
    assert percentile([], 50) is None
    assert [percentile([1, 2, 3, 4], percent) for percent in (1, 50, 51, 90, 100)] == [1, 2, 3, 4, 4]
