"""Each rule of docs/reimbursement.md by itself, in small numbers. November has 30 days: 3,000 minutes are 100 a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from reimbursement.engine import InvalidProblemError, compute
from reimbursement.engine.outcome import Unserved
from reimbursement.engine.problem import (
    FirstMonth,
    FixedSum,
    Guarantee,
    Ladder,
    Manual,
    Person,
    Policy,
    Problem,
    Service,
    Step,
    Supplement,
)

from .build import (
    START,
    TERMS,
    away,
    brief,
    computed,
    day,
    decision,
    fixed,
    following,
    ladder,
    ore_by,
    person,
    placed,
    problem,
    rate,
)

HOUR = 6_000  # öre: a minute is a krona
MINUTE = (rate(HOUR),)


def kronor_of(*people: Person, **terms: Any) -> dict[str, float]:
    """Kronor by provider, at a krona a minute."""
    outcome = computed(problem(*people, **({"rates": MINUTE} | terms)))
    return {provider: ore / 100 for provider, ore in ore_by(outcome).items()}


# Days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "month_days", "kronor"),
    [
        ("2020-11", "calendar", 3_000),
        ("2020-12", "calendar", 3_000),
        ("2021-02", "calendar", 3_000),
        ("2020-12", "30", 3_100),
        ("2021-02", "30", 2_800),
        ("2020-11", "30.4", 2_960.53),
    ],
)
def test_day_is_a_part_of_the_month(month: str, month_days: Any, kronor: float) -> None:
    policies = (Policy(START, None, month_days, "nothing"),)
    assert kronor_of(person("p", decision(3_000), placed("A")), month=month, policies=policies) == {"A": kronor}


def test_day_belongs_to_the_placement_and_decision_that_cover_it() -> None:
    helped = person(
        "p",
        decision(3_000, until="2020-11-11"),
        decision(6_000, "2020-11-11"),
        placed("A", until="2020-11-21"),
        placed("B", "2020-11-21"),
    )
    assert kronor_of(helped) == {"A": 10 * 100 + 10 * 200, "B": 10 * 200}


def test_only_services_that_follow_the_choice_are_paid() -> None:
    helped = person("p", decision(3_000), decision(900, service="night"), placed("A"))
    assert kronor_of(helped) == {"A": 3_000}


def test_service_follows_the_choice_from_a_day_on() -> None:
    services = (
        Service("care", START, day("2020-11-16"), False, "exempt"),
        Service("care", day("2020-11-16"), None, True, "exempt"),
    )
    assert kronor_of(person("p", decision(3_000), placed("A")), services=services) == {"A": 1_500}


def test_services_and_tax_codes_have_separate_lines() -> None:
    outcome = computed(problem(person("p", decision(3_000), decision(300, service="clean"), placed("A"))))
    assert [(line.service, line.tax_code) for line in outcome.lines] == [("care", "exempt"), ("clean", "standard")]
    assert [(row.provider, row.tax_code, row.ore) for row in outcome.totals] == [
        ("A", "exempt", 1_940_000),
        ("A", "standard", 194_000),
    ]


def test_municipality_is_paid_by_the_same_rules() -> None:
    one = kronor_of(person("p", decision(2_345), placed("A"), away("2020-11-03", "2020-11-13")))
    other = kronor_of(person("p", decision(2_345), placed("B"), away("2020-11-03", "2020-11-13")))
    assert one["A"] == other["B"]


# Rates -----------------------------------------------------------------------------------------------------------


def test_most_specific_rate_wins() -> None:
    rates = (
        rate(1),
        rate(2, "north"),
        rate(3, "north", "care"),
        rate(4, "north", "care", "private"),
        rate(5, "south", kind="municipal"),
    )
    people = (
        person("1", decision(60), placed("A")),
        person("2", decision(60), placed("B")),
        person("3", decision(60, service="clean"), placed("B")),
        person("4", decision(60), placed("A", area="south")),
        person("5", decision(60), placed("B", area="south")),
    )
    outcome = computed(problem(*people, rates=rates))
    assert {line.person: line.price for line in outcome.lines} == {"1": 3, "2": 4, "3": 2, "4": 5, "5": 1}


def test_rate_changes_within_a_month() -> None:
    rates = (rate(6_000, until="2020-11-11"), rate(12_000, since="2020-11-11"))
    outcome = computed(problem(person("p", decision(3_000), placed("A")), rates=rates))
    assert [(line.price, line.ore) for line in outcome.lines] == [(6_000, 100_000), (12_000, 400_000)]


def faults_of(task: Problem) -> dict[str, str]:
    with pytest.raises(InvalidProblemError) as caught:
        compute(task)
    return {fault.pointer: fault.words for fault in caught.value.faults}


def test_missing_data_is_named_and_nothing_is_paid() -> None:
    helped = person("p", decision(3_000), placed("B"), away("2020-11-03", None, "travel"))
    faults = faults_of(problem(helped, rates=(rate(1, "south"), rate(1, since="2020-11-05"))))
    assert faults == {
        "/rates": "nothing is said for area north, service care, private provider on 2020-11-01; "
        "add the row that decides",
        "/ladders": "there is no ladder for travel, unplanned, on 2020-11-03; add one",
    }


def test_contradictory_rates_are_named() -> None:
    rates = (rate(1, "north"), rate(2, service="care"))
    assert (
        "two rows as specific as each other"
        in faults_of(problem(person("p", decision(60), placed("B")), rates=rates))["/rates"]
    )
    computed(problem(person("p", decision(60), placed("B")), rates=(*rates, rate(3, "north", "care"))))


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"policies": ()}, "/policies"),
        ({"services": TERMS["services"][1:]}, "/people/0/decisions/0/service"),
        ({"services": (Service("care", day("2020-11-02"), None, True, "x"),)}, "/services"),
    ],
)
def test_policy_and_service_are_required(terms: dict[str, Any], pointer: str) -> None:
    assert pointer in faults_of(problem(person("p", decision(60), placed("B")), **terms))


# Alarm only --------------------------------------------------------------------------------------------------------

FIXED = (Policy(START, None, "30.4", "fixed"),)


def test_alarm_only_people_are_a_fixed_sum_or_nothing() -> None:
    helped = person("p", decision(0), placed("A", until="2020-11-11"), placed("B", "2020-11-11"))
    assert kronor_of(helped) == {}
    assert kronor_of(helped, policies=FIXED, fixed_sums=(fixed(),)) == {"A": 100, "B": 200}
    assert "/fixed_sums" in faults_of(problem(helped, policies=FIXED))


def test_whole_month_is_the_whole_sum_for_any_divisor() -> None:
    sums = (fixed(), FixedSum(START, None, "north", "private", "exempt", 50_000))
    assert kronor_of(person("p", decision(0), placed("B")), policies=FIXED, fixed_sums=sums, month="2021-02") == {
        "B": 500
    }


def test_alarm_beside_other_care_adds_nothing() -> None:
    helped = person("p", decision(0, service="clean"), decision(3_000), placed("A"))
    assert kronor_of(helped, policies=FIXED, fixed_sums=(fixed(),)) == {"A": 2_960.53}


# Absence ---------------------------------------------------------------------------------------------------------


def test_absence_days_are_counted_across_months() -> None:
    helped = person("p", decision(3_000), placed("A"), away("2020-10-29", "2020-11-04"))
    # Days 4 and 5 are 1 and 2 November, the 3rd is unpaid, the 4th is paid in full.
    assert kronor_of(helped) == {"A": 25 + 25 + 27 * 100}


def test_absence_in_two_rows_is_one_and_another_kind_restarts() -> None:
    one = person("p", decision(3_000), placed("A"), away("2020-11-01", "2020-11-04"), away("2020-11-04", "2020-11-09"))
    assert kronor_of(one) == {"A": 75 + 4 * 25 + 22 * 100}
    short = (*TERMS["ladders"], ladder("short_stay", (1, 3, 50)))
    two = person(
        "p",
        decision(3_000),
        placed("A"),
        away("2020-11-01", "2020-11-04"),
        away("2020-11-04", "2020-11-09", "short_stay"),
    )
    assert kronor_of(two, ladders=short) == {"A": 75 + 2 * 25 + 3 * 50 + 22 * 100}


def test_planned_absence_has_its_own_ladder_and_an_open_one_continues() -> None:
    helped = person("p", decision(3_000), placed("A"), away("2020-11-11", None, planned=True))
    assert kronor_of(helped) == {"A": 1_000}
    assert kronor_of(helped, month="2021-06") == {"A": 0}


def test_ladder_changes_on_a_day_and_the_count_continues() -> None:
    ladders = (
        Ladder(START, day("2020-11-03"), "hospital", False, (Step(1, 10, 100),)),
        Ladder(day("2020-11-03"), None, "hospital", False, (Step(1, 2, 75), Step(3, 4, 50))),
    )
    helped = person("p", decision(3_000), placed("A"), away("2020-11-01", "2020-11-08"))
    assert kronor_of(helped, ladders=ladders) == {"A": 2 * 100 + 2 * 50 + 23 * 100}


# Death -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [None, "2020-11-10", "2020-11-11", "2020-11-30"])
def test_deceased_person_is_paid_to_the_provider_of_the_day_of_death(until: str | None) -> None:
    helped = person("p", decision(3_000, until=until), placed("A", until=until), death="2020-11-10")
    assert kronor_of(helped) == {"A": 10 * 100 + 75 + 4 * 25}


def test_no_other_provider_is_paid_after_a_death() -> None:
    helped = person(
        "p", decision(3_000), placed("A", until="2020-11-12"), placed("B", "2020-11-12"), death="2020-11-10"
    )
    assert kronor_of(helped) == {"A": 10 * 100 + 75 + 4 * 25}


def test_provider_starting_on_the_day_of_death_is_that_days_provider() -> None:
    helped = person(
        "p", decision(3_000), placed("A", until="2020-11-10"), placed("B", "2020-11-10"), death="2020-11-10"
    )
    assert kronor_of(helped) == {"A": 9 * 100, "B": 100 + 75 + 4 * 25}


def test_death_ends_an_absence_and_starts_its_own_ladder() -> None:
    helped = person("p", decision(3_000), placed("A"), away("2020-11-04", None), death="2020-11-10")
    assert kronor_of(helped) == {"A": 3 * 100 + 75 + 4 * 25 + 2 * 0 + 75 + 4 * 25}


def test_ladder_after_death_continues_across_months() -> None:
    helped = person("p", decision(3_000), placed("A"), death="2020-10-29")
    assert kronor_of(helped) == {"A": 3 * 25}
    assert kronor_of(helped, month="2020-12") == {}


def test_death_without_a_provider_pays_nothing() -> None:
    helped = person("p", decision(3_000), placed("A", until="2020-11-05"), death="2020-11-10")
    outcome = computed(problem(helped, rates=MINUTE))
    assert [line.ore for line in outcome.lines] == [40_000]
    assert outcome.unserved == (Unserved("p", day("2020-11-05"), 6),)


# Gaps ------------------------------------------------------------------------------------------------------------


def test_unserved_days_are_unpaid_and_reported() -> None:
    helped = person(
        "p", decision(3_000, until="2020-11-25"), placed("A", until="2020-11-11"), placed("B", "2020-11-21")
    )
    outcome = computed(problem(helped, rates=MINUTE))
    assert ore_by(outcome) == {"A": 100_000, "B": 40_000}
    assert outcome.unserved == (Unserved("p", day("2020-11-11"), 10),)


def test_gap_across_months_is_one_and_includes_alarms() -> None:
    helped = person("p", decision(0), placed("A", until="2020-11-21"))
    first = problem(helped)
    second = following(first, computed(first))
    assert computed(second).unserved == (Unserved("p", day("2020-11-21"), 10 + 31),)


# Other lines -----------------------------------------------------------------------------------------------------


def test_supplements_are_computed_from_rounded_lines_by_kind_of_provider() -> None:
    supplements = (
        Supplement(START, None, "vat_compensation", "private", None, 150),
        Supplement(START, None, "vat_compensation", "private", "standard", 0),
        Supplement(START, None, "municipal_overhead", "municipal", None, -150),
    )
    people = [person(provider, decision(1_000), placed(provider)) for provider in "ABC"]
    people.append(person("x", decision(1_000, service="clean"), placed("B")))
    outcome = computed(problem(*people, rates=(rate(38_801),), supplements=supplements))
    extra = [(line.provider, line.kind, line.tax_code, line.ore) for line in outcome.lines if not line.person]
    # 1,000 minutes are 6,466.83 kr; 1.5 % of it is 97.00245.
    assert extra == [
        ("A", "municipal_overhead", "exempt", -9_700),
        ("B", "vat_compensation", "exempt", 9_700),
        ("B", "vat_compensation", "standard", 0),
    ]


def test_first_month_supplement_is_paid_once_per_new_person() -> None:
    terms: dict[str, Any] = {"first_months": (FirstMonth(START, None, None, "exempt", 50_000),)}

    def new(*rows: Any, **more: Any) -> list[str]:
        outcome = computed(problem(person("p", *rows), **terms, **more))
        return [line.provider for line in outcome.lines if line.kind == "first_month"]

    since = decision(3_000)
    assert new(since, placed("A")) == []
    assert new(since, placed("A", until="2020-11-11"), placed("B", "2020-11-11")) == ["B"]
    assert new(decision(3_000, "2020-11-05"), placed("A", "2020-10-01")) == ["A"]
    # The same provider in another area, and a new decision, do not make the person new.
    assert new(since, placed("A", until="2020-11-11"), placed("A", "2020-11-11", area="south")) == []
    assert new(decision(3_000, until="2020-11-05"), decision(3_000, "2020-11-09"), placed("A")) == []
    # Returning after a gap is new; twice in a month is paid once.
    assert new(since, placed("A", until="2020-11-11"), placed("A", "2020-11-12")) == ["A"]
    back_and_forth = (placed("B", "2020-11-05", "2020-11-10"), placed("A", "2020-11-10", "2020-11-20"))
    assert new(since, placed("A", "2020-11-01", "2020-11-05"), *back_and_forth) == ["A", "B"]


def test_guaranteed_volume_is_compensated() -> None:
    promise = Guarantee(START, None, "B", "north", 6_000, HOUR, "exempt")
    people = (
        person("p", decision(3_000), placed("B"), away("2020-11-01", None)),
        person("q", decision(3_000), placed("B", "2020-11-16")),
        person("r", decision(9_000), placed("B", area="south")),
        person("s", decision(9_000, service="night"), placed("B")),
    )
    outcome = computed(problem(*people, rates=MINUTE, guarantees=(promise,)))
    # Granted minutes are 3,000, regardless of absence, and 1,500.
    assert [line.ore for line in outcome.lines if line.kind == "guarantee"] == [150_000]
    enough = computed(problem(*people, rates=MINUTE, guarantees=(replace(promise, minutes=4_500),)))
    assert [line for line in enough.lines if line.kind == "guarantee"] == []


def manual(**changes: Any) -> Manual:
    row = Manual("m1", "2020-11", "A", None, "exempt", -12_345, "Felräknat i oktober", "u1", "u2")
    return replace(row, **changes)


def test_manual_amount_has_a_reason_and_two_people() -> None:
    assert brief(computed(problem(manual=(manual(),))).lines) == [("A", "manual", 1, -12_345)]
    assert "/manual/0/approved_by" in faults_of(problem(manual=(manual(approved_by="u1"),)))
    assert "/manual/0/reason" in faults_of(problem(manual=(manual(reason=" "),)))
    assert "/manual/0/month" in faults_of(problem(manual=(manual(month="2020-10"),)))
    assert "/manual/0/person" in faults_of(problem(manual=(manual(person="p"),)))


# Closed months ---------------------------------------------------------------------------------------------------


def corrected(first: Person, then: Person, **terms: Any) -> list[tuple[str, int, tuple[str, ...]]]:
    """Provider, öre and causes of the adjustments when November is paid by `first`, and `then` becomes known."""
    november = problem(first, rates=MINUTE, **terms)
    december = following(november, computed(november), then)
    return [(row.line.provider, row.ore, row.causes) for row in computed(december).adjustments]


AT_A = (decision(3_000), placed("A"))


TO_B = placed("A", until="2020-11-21"), placed("B", "2020-11-21")
TO_SOUTH = placed("A", until="2020-11-21"), placed("A", "2020-11-21", area="south")
UNTIL = decision(3_000, until="2020-11-21")
IN_HOSPITAL = away("2020-11-30", None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((decision(3_000), *TO_B), [("A", -100_000, ("provider",)), ("B", 100_000, ("provider",))]),
        ((decision(3_000), *TO_SOUTH), [("A", -100_000, ("area",)), ("A", 100_000, ("area",))]),
        ((UNTIL, placed("A")), [("A", -100_000, ("removed",))]),
        ((UNTIL, decision(6_000, "2020-11-21"), placed("A")), [("A", 100_000, ("minutes",))]),
        ((*AT_A, IN_HOSPITAL), [("A", -2_500, ("absence",))]),
        (
            (*AT_A, IN_HOSPITAL, decision(300, service="clean")),
            [("A", -2_500, ("absence",)), ("A", 29_750, ("added",))],
        ),
    ],
)
def test_adjustment_states_its_cause(now: tuple[Any, ...], expected: list[tuple[str, int, tuple[str, ...]]]) -> None:
    assert corrected(person("p", *AT_A), person("p", *now)) == expected


def test_late_reported_and_revoked_death() -> None:
    alive, dead = person("p", *AT_A), person("p", *AT_A, death="2020-11-20")
    assert corrected(alive, dead) == [("A", -1_000_00 + 7_500 + 4 * 2_500, ("death",))]
    assert corrected(dead, alive) == [("A", 1_000_00 - 7_500 - 4 * 2_500, ("added", "death"))]


def test_retroactive_rate_correction() -> None:
    november = problem(person("p", *AT_A), rates=(rate(6_000),))
    december = following(november, computed(november), rates=(rate(9_000),))
    rows = [(row.line.price, row.ore, row.causes) for row in computed(december).adjustments]
    assert rows == [(6_000, -300_000, ("rate",)), (9_000, 450_000, ("rate",))]


def test_dependent_amounts_are_corrected_too() -> None:
    terms: dict[str, Any] = {
        "supplements": (Supplement(START, None, "municipal_overhead", "municipal", None, -1_000),),
        "guarantees": (Guarantee(START, None, "A", "north", 4_000, HOUR, "exempt"),),
        "manual": (manual(),),
    }
    november = problem(person("p", *AT_A), rates=MINUTE, **terms)
    december = following(november, computed(november), person("p", decision(1_000), placed("A")), manual=())
    rows = {row.line.kind: (row.ore, row.causes) for row in computed(december).adjustments}
    assert rows == {
        "time": (-200_000, ("minutes",)),
        "municipal_overhead": (20_000, ("sum_of_lines",)),
        "guarantee": (200_000, ("guarantee",)),
        "manual": (12_345, ("manual",)),
    }


def test_no_correction_beyond_the_look_back() -> None:
    task = problem(person("p", *AT_A), rates=MINUTE, look_back_months=2)
    for _ in range(3):
        task = following(task, computed(task))
    assert [row.month for row in task.closed] == ["2020-12", "2021-01"]
    late = replace(task, people=(person("p", decision(6_000), placed("A")),))
    assert [row.line.month for row in computed(late).adjustments] == ["2020-12", "2021-01"]


def test_people_with_paid_lines_are_required() -> None:
    november = problem(person("p", *AT_A))
    december = following(november, computed(november), person("q", *AT_A))
    assert faults_of(december) == {"/paid/0/person": "there is no such person; add them with all that is known"}


def test_months_are_closed_in_order() -> None:
    november = problem(person("p", *AT_A))
    december = following(november, computed(november))
    assert "/closed" in faults_of(replace(december, month="2021-01"))
    assert "/closed" in faults_of(replace(december, closed=december.closed * 2))
    assert set(faults_of(replace(december, closed=()))) == {"/paid/0/month"}
    assert "/closed" in faults_of(replace(december, look_back_months=0))


# Contradictions --------------------------------------------------------------------------------------------------


FROM_THE_NINTH = Supplement(date(2020, 1, 9), None, "vat_compensation", "private", None, 1)


@pytest.mark.parametrize(
    ("task", "pointer"),
    [
        (problem(person("p", decision(1), decision(2))), "/people/0/decisions/1"),
        (problem(person("p", placed("A"), placed("B", "2020-11-01"))), "/people/0/placements/1"),
        (problem(person("p", away("2020-11-01", None), away("2020-11-05", None))), "/people/0/absences/1"),
        (problem(person("p", placed("A", "2020-11-02", "2020-11-02"))), "/people/0/placements/0/valid_until"),
        (problem(person("p", placed("X"))), "/people/0/placements/0/provider"),
        (problem(person("p", placed("A", area="west"))), "/people/0/placements/0/area"),
        (problem(person("p"), person("p")), "/people/1"),
        (problem(person("19121212-9810")), "/people/0/id"),
        (problem(manual=(manual(approved_by="191212129810"),)), "/manual/0/approved_by"),
        (problem(rates=(rate(1), rate(2, since="2020-01-01"))), "/rates/1"),
        (problem(rates=(rate(1, "west"),)), "/rates/0/area"),
        (problem(policies=(Policy(day("2020-01-02"), None, "30", "nothing"),)), "/policies/0/valid_from"),
        (problem(ladders=(ladder("travel", (1, 2, 50), (4, 5, 0)),)), "/ladders/0/steps/1"),
        (problem(ladders=(ladder("travel", (2, 1, 50)),)), "/ladders/0/steps/0"),
        (problem(guarantees=(Guarantee(START, None, "B", "west", 1, 1, "x"),)), "/guarantees/0/area"),
        (problem(supplements=(FROM_THE_NINTH,)), "/supplements/0/valid_from"),
    ],
)  # fmt: skip
def test_contradiction_is_located(task: Problem, pointer: str) -> None:
    faults = faults_of(task)
    assert pointer in faults
    assert "19121212" not in str(faults)
