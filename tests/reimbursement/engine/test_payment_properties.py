"""Properties over random facts: sums, splits, order of rows, adjustments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reimbursement.engine import compute, outcome_bytes, problem_bytes
from reimbursement.engine.line import key_of
from reimbursement.engine.months import first_day, later, month_of
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Person, Problem

from .build import computed, following, problem
from .draw import draw_manual, draw_person, draw_terms
from .year import Year, assert_right_in_the_end

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
seeds = st.integers(0, 10**6)
R = TypeVar("R")


def drawn(random: Random, people: int = 4) -> Problem:
    """A random month of 2020 without closed months."""
    terms = draw_terms(random, FIRST, LAST)
    everybody = [draw_person(random, f"p{number}", FIRST, LAST) for number in range(people)]
    month = later("2020-01", random.randrange(12))
    manual = (draw_manual(random, 1, month, everybody),)
    return problem(*everybody, **(terms | {"month": month, "manual": manual}))


def content(outcome: Outcome) -> tuple[Any, ...]:
    """Everything except the fingerprint of the problem."""
    return outcome.lines, outcome.adjustments, outcome.unserved, outcome.totals


@settings(max_examples=30)
@given(seeds)
def test_lines_are_the_sum_of_their_days(seed: int) -> None:
    task = drawn(Random(seed))
    outcome = computed(task)
    (policy,) = (
        row
        for row in task.policies
        if row.valid_from <= first_day(task.month) and (row.valid_until or date.max) > first_day(task.month)
    )
    month = month_of(task.month, policy.month_days)
    for line in outcome.lines:
        if line.days:
            weight = {"time": lambda row: row.minutes * row.percent, "fixed": lambda row: row.percent}[line.kind]
            assert line.quantity == sum(weight(row) * row.days for row in line.days)
            ends = [row.first + timedelta(days=row.days) for row in line.days]
            assert all(end <= row.first for end, row in zip(ends, line.days[1:], strict=False))
            assert month.first <= line.days[0].first
            assert ends[-1] <= month.end
    assert sum(row.ore for row in outcome.totals) == sum(line.ore for line in outcome.lines)


@settings(max_examples=30)
@given(seeds)
def test_row_order_changes_no_byte(seed: int) -> None:
    random = Random(seed)
    task = drawn(random)
    shuffled = replace(
        task,
        **{
            field: tuple(random.sample(rows, len(rows)))
            for field in task.__struct_fields__
            if isinstance(rows := getattr(task, field), tuple)
        },
    )
    shuffled = replace(
        shuffled,
        people=tuple(
            replace(
                person,
                decisions=person.decisions[::-1],
                placements=person.placements[::-1],
                absences=person.absences[::-1],
            )
            for person in shuffled.people
        ),
    )
    assert problem_bytes(shuffled) == problem_bytes(task)
    assert outcome_bytes(compute(shuffled)) == outcome_bytes(compute(task))


# Splits ----------------------------------------------------------------------------------------------------------


def split(rows: Sequence[R], random: Random, whole_months: bool = False) -> tuple[R, ...]:
    """Each row split in two at a random day, otherwise unchanged."""
    found: list[R] = []
    for row in rows:
        first, until = row.valid_from, row.valid_until or LAST
        days = [first + timedelta(days=n) for n in range(1, max(1, (until - first).days))]
        days = [day for day in days if day.day == 1 or not whole_months]
        if days:
            day = random.choice(days)
            found += [replace(row, valid_until=day), replace(row, valid_from=day)]
        else:
            found.append(row)
    return tuple(found)


def of_people(field: str) -> Callable[[Problem, Random], Problem]:
    def of_person(person: Person, random: Random) -> Person:
        return replace(person, **{field: split(getattr(person, field), random)})

    return lambda task, random: replace(task, people=tuple(of_person(person, random) for person in task.people))


def of_terms(field: str) -> Callable[[Problem, Random], Problem]:
    whole_months = field in ("policies", "supplements")
    return lambda task, random: replace(task, **{field: split(getattr(task, field), random, whole_months)})


SPLITS = {field: of_people(field) for field in ("decisions", "placements", "absences")} | {
    field: of_terms(field)
    for field in (
        *("policies", "services", "rates", "fixed_sums", "ladders"),
        *("supplements", "first_months", "guarantees"),
    )
}


@pytest.mark.parametrize("field", SPLITS)
@settings(max_examples=12)
@given(seeds)
def test_split_rows_change_nothing(field: str, seed: int) -> None:
    random = Random(seed)
    task = drawn(random)
    assert content(computed(SPLITS[field](task, random))) == content(computed(task))


@settings(max_examples=20)
@given(seeds)
def test_split_month_adds_up(seed: int) -> None:
    """Quantities of the days before a day and from that day on. Deaths and guarantees look beyond single days."""
    random = Random(seed)
    task = drawn(random)
    task = replace(task, people=tuple(replace(person, death=None) for person in task.people), manual=())
    first = first_day(task.month)
    border = first + timedelta(days=random.randrange(1, 28))
    parts = [with_placements(task, date.min, border), with_placements(task, border, date.max)]
    assert quantities(task) == quantities(parts[0]) + quantities(parts[1])


def with_placements(task: Problem, first: date, end: date) -> Problem:
    """Placements cut to `[first, end)`."""

    def cut(person: Person) -> Person:
        rows = [
            replace(row, valid_from=max(first, row.valid_from), valid_until=min(end, row.valid_until or date.max))
            for row in person.placements
        ]
        return replace(person, placements=tuple(row for row in rows if row.valid_from < row.valid_until))

    return replace(task, people=tuple(map(cut, task.people)))


def quantities(task: Problem) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for line in computed(task).lines:
        if line.kind in ("time", "fixed") and line.quantity:
            found[key_of(line)] += line.quantity
    return found


@settings(max_examples=20)
@given(seeds)
def test_people_are_paid_for_independently(seed: int) -> None:
    """No line of a person depends on other people."""
    task = drawn(Random(seed))
    together = [line for line in compute(task).lines if line.person and line.kind != "manual"]
    alone = [
        line
        for person in task.people
        for line in compute(replace(task, people=(person,), manual=())).lines
        if line.person
    ]
    assert sorted(map(repr, together)) == sorted(map(repr, alone))


# Corrections -----------------------------------------------------------------------------------------------------


@settings(max_examples=12)
@given(seeds)
@example(3)
def test_closes_with_corrections_equal_a_close_with_the_right_facts(seed: int) -> None:
    year = Year(Random(seed), people=3, months=5, look_back=5, news_of=2)
    for task, outcome in year.closes():
        assert_right_in_the_end(task, outcome)


@settings(max_examples=20)
@given(seeds)
def test_second_close_with_the_same_facts_corrects_nothing(seed: int) -> None:
    task = drawn(Random(seed))
    assert computed(following(task, computed(task))).adjustments == ()
