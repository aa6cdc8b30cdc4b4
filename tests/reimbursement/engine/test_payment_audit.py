"""Mutation tests: the audit detects deliberate faults in the engine and changes in outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from reimbursement.engine import (
    FileFaultsError,
    adjustments,
    audit,
    compute,
    compute_month,
    day_spans,
    months,
    other_lines,
    outcome_bytes,
    person_lines,
    read_outcome,
    terms,
)
from reimbursement.engine.line import key_of
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem

from .year import Year

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def healthy() -> list[Problem]:
    """Problems with closed months and late facts whose outcomes pass the audit."""
    tasks = []
    for seed in range(4):
        for task, outcome in Year(Random(seed), people=5, months=8, look_back=3, news_of=3).closes():
            assert audit(task, outcome) == []
            tasks.append(task)
    return tasks


# The engine ------------------------------------------------------------------------------------------------------


def replaced(module: Any, name: str, make: Callable[[Any], Any]) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(module, name, make(getattr(module, name)))


def with_known(change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """Engine with each person passed through `change`."""
    return replaced(compute_month, "known_of", lambda true: lambda person: true(change(person)))


def return_day_unpaid(person: Any) -> Any:
    first_days = {row.valid_from for row in person.absences}
    longer = [
        replace(row, valid_until=row.valid_until + timedelta(days=1))
        if row.valid_until and row.valid_until not in first_days
        else row
        for row in person.absences
    ]
    return replace(person, absences=tuple(longer))


def last_days_of_rows_lost(person: Any) -> Any:
    rows = [
        replace(row, valid_until=max(row.valid_from, row.valid_until - timedelta(days=1))) if row.valid_until else row
        for row in person.placements
    ]
    return replace(person, placements=tuple(rows))


def day_of_death_unpaid(person: Any) -> Any:
    return replace(person, death=person.death - timedelta(days=1)) if person.death else person


def counted_anew_each_month(true: Any) -> Any:
    def parts(span: Any, terms: Any) -> Any:
        away = span.away
        if away and away.day_one < terms.month.first:
            away = day_spans.Away(away.kind, away.planned, away.valid_from, away.valid_until, terms.month.first)
        return true(day_spans.Span(span.first, span.end, span.decisions, span.placement, away), terms)

    return parts


def rounded_down(_: Any) -> Any:
    return lambda numerator, denominator: numerator // denominator


def thirty_days(true: Any) -> Any:
    return lambda text, _: true(text, "30")


def first_rate_wins(true: Any) -> Any:
    return lambda rows, wanted: true([(scope, row) for scope, row in rows][:1], wanted) or true(rows, wanted)


def not_changed_within_the_month(_: Any) -> Any:
    return lambda *_: []


def paid_by_split(_: Any) -> Any:
    def extend(rows: list[Any], minutes: int, cut: list[Any]) -> None:
        rows += [person_lines.Days(p.first, p.days, minutes, p.percent, p.away, p.away_day) for p in cut]

    return extend


def new_on_each_placement(_: Any) -> Any:
    def starts(known: Any, services: Any, since: Any) -> Iterator[Any]:
        for row in known.placements:
            yield row.provider, row.valid_from

    return starts


def absent_not_granted(true: Any) -> Any:
    def granted(collected: Any, placement: Any, span: Any, minutes: int) -> None:
        true(collected, placement, span, 0 if span.away else minutes)

    return granted


def supplements_of_everything(true: Any) -> Any:
    return lambda terms, lines: true(terms, [replace(line, kind="time") for line in lines])


def surplus_made_up_for(_: Any) -> Any:
    def missing(terms: Any, row: Any, changes: Any) -> int:
        return max(0, row.minutes - max(changes)) * terms.month.days

    return missing


def paid_twice(true: Any) -> Any:
    return lambda paid, now, deaths: true((), now, deaths)


def only_months_that_were_paid(true: Any) -> Any:
    def adjustments(paid: Any, now: Any, deaths: Any) -> Any:
        keys = {key_of(line) for line in paid}
        return true(paid, [line for line in now if key_of(line) in keys], deaths)

    return adjustments


def one_cause_for_all(_: Any) -> Any:
    return lambda *_: "absence"


def unserved_forgotten(_: Any) -> Any:
    return lambda *_: None


def alarm_paid_by_provider_days(true: Any) -> Any:
    return lambda kind, quantity, price, month: true("time" if kind == "fixed" else kind, quantity, price, month)


FAULTS: dict[str, tuple[Callable[[Patch], None], str]] = {
    "the day of return unpaid": (with_known(return_day_unpaid), "P2"),
    "the last day of a placement lost": (with_known(last_days_of_rows_lost), "P2"),
    "the day of death unpaid": (with_known(day_of_death_unpaid), "P2"),
    "absence without effect": (with_known(lambda person: replace(person, absences=())), "P2"),
    "death without effect": (with_known(lambda person: replace(person, death=None)), "P2"),
    "days away counted anew each month": (replaced(person_lines, "parts", counted_anew_each_month), "P2"),
    "rounded down": (replaced(months, "rounded", rounded_down), "P3"),
    "a month of thirty days": (replaced(terms, "month_of", thirty_days), "P3"),
    "the first rate wins": (replaced(terms, "most_specific", first_rate_wins), "P1"),
    "terms of the first day": (replaced(terms.Terms, "_borders", not_changed_within_the_month), "P1"),
    "days not put together": (replaced(person_lines, "_extend", paid_by_split), "P2"),
    "new on each placement": (replaced(compute_month, "starts", new_on_each_placement), "P1"),
    "absent people not granted anything": (replaced(person_lines.MonthLines, "_granted", absent_not_granted), "P3"),
    "supplements of everything": (replaced(compute_month, "supplements", supplements_of_everything), "P3"),
    "the best day of a guarantee": (replaced(other_lines, "_missing", surplus_made_up_for), "P3"),
    "paid twice": (replaced(compute_month, "adjustments", paid_twice), "P4"),
    "new lines of closed months forgotten": (replaced(compute_month, "adjustments", only_months_that_were_paid), "P4"),
    "one cause for all": (replaced(adjustments, "_cause", one_cause_for_all), "P5"),
    "unserved days forgotten": (replaced(person_lines.MonthLines, "_unserved", unserved_forgotten), "P6"),
    "fixed sums by the hour": (replaced(person_lines, "amount", alarm_paid_by_provider_days), "P3"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_engine_fault_is_detected(name: str, healthy: list[Problem], monkeypatch: Patch) -> None:
    break_it, promise = FAULTS[name]
    with monkeypatch.context() as patch:
        break_it(patch)
        broken = ((task, compute(task)) for task in healthy)
        caught = next((task for task, outcome in broken if promise in promises_broken(task, outcome)), None)
    assert caught is not None
    assert audit(caught, compute(caught)) == []  # without the fault nothing is reported


def promises_broken(task: Problem, outcome: Outcome) -> set[str]:
    return {fault.words[:2] for fault in audit(task, outcome)}


# Outcomes --------------------------------------------------------------------------------------------------------


def other(value: Any) -> Any:
    """A different value of the same type."""
    match value:
        case None:
            return 1
        case int():
            return value + 1
        case str() if value[:4].isdigit() and len(value) == 10:
            return f"2{'1' if value[1] == '0' else '0'}{value[2:]}"
        case str():
            return f"{value}x"
    raise AssertionError(value)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def rows(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(value, list):
                yield (*path, key)
            yield from rows(inner, (*path, key))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


def spoiled(content: Any, path: tuple[Any, ...], how: str) -> bytes:
    changed = deepcopy(content)
    container = at(changed, path[:-1])
    if how == "other":
        container[path[-1]] = other(container[path[-1]])
    elif how == "gone":
        del container[path[-1]]
    else:
        container.insert(path[-1], deepcopy(container[path[-1]]))
    return json.dumps(changed).encode()


def test_every_change_in_an_outcome_is_detected() -> None:
    """Each value changed, each row removed or doubled, except the engine version."""
    tasks = [
        task for seed in range(3) for task, _ in Year(Random(seed), people=2, months=5, look_back=1, news_of=1).closes()
    ]
    task = max(tasks, key=lambda task: len({(row.causes, row.line.kind) for row in compute(task).adjustments}))
    content = json.loads(outcome_bytes(compute(task)))
    assert len({line["kind"] for line in content["lines"]}) > 2
    assert len(content["adjustments"]) > 3
    changes = [(path, "other") for path in leaves(content) if path not in (("engine",), ("schema",))]
    changes += [(path, how) for path in rows(content) for how in ("gone", "twice")]
    for path, how in Random(1).sample(changes, min(len(changes), 150)):
        try:
            outcome = read_outcome(spoiled(content, path, how))
        except FileFaultsError:
            continue
        assert audit(task, outcome), (path, how)


def test_outcome_of_another_problem_is_detected(healthy: list[Problem]) -> None:
    faults = audit(healthy[1], compute(healthy[0]))
    assert {"/problem_sha256", "/month"} <= {fault.pointer for fault in faults}


def test_audit_names_nobody(healthy: list[Problem]) -> None:
    task = healthy[5]
    nothing = replace(compute(task), lines=(), adjustments=(), totals=())
    faults = audit(task, nothing)
    assert faults
    assert not any(person.id in fault.words for person in task.people for fault in faults)


def test_problem_with_missing_data_fails_every_audit(healthy: list[Problem]) -> None:
    task = replace(healthy[0], rates=())
    assert audit(task, compute(healthy[0]))
