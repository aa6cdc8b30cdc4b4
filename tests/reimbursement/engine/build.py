"""Builders for problems. Days are written "2020-11-16"; defaults are in `TERMS`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from reimbursement.engine import as_paid, audit, compute, outcome_sha256
from reimbursement.engine.line import Line
from reimbursement.engine.months import later
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import (
    PROBLEM_SCHEMA,
    Absence,
    Closed,
    Decision,
    FixedSum,
    Ladder,
    Person,
    Placement,
    Policy,
    Problem,
    Provider,
    Rate,
    Service,
    Step,
)

START = date(2019, 1, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def maybe(text: str | None) -> date | None:
    return None if text is None else day(text)


def decision(minutes: int, since: str = "2019-01-01", until: str | None = None, service: str = "care") -> Decision:
    return Decision(service, day(since), maybe(until), minutes)


def placed(provider: str, since: str = "2019-01-01", until: str | None = None, area: str = "north") -> Placement:
    return Placement(provider, area, day(since), maybe(until))


def away(since: str, until: str | None, kind: str = "hospital", planned: bool = False) -> Absence:
    return Absence(kind, planned, day(since), maybe(until), day(since), "provider")


def person(id_: str, *rows: Decision | Placement | Absence, death: str | None = None) -> Person:
    def of(kind: type[Any]) -> Any:
        return tuple(row for row in rows if isinstance(row, kind))

    return Person(id_, maybe(death), of(Decision), of(Placement), of(Absence))


def rate(price: int, area: str | None = None, service: str | None = None, kind: Any = None, **when: str) -> Rate:
    since, until = when.get("since"), when.get("until")
    return Rate(day(since) if since else START, maybe(until), area, service, kind, price)


def ladder(kind: str, *steps: tuple[int, int, int], planned: bool = False) -> Ladder:
    return Ladder(START, None, kind, planned, tuple(Step(*step) for step in steps))


SHORT = ((1, 1, 75), (2, 5, 25))
TERMS: dict[str, Any] = {
    "schema": PROBLEM_SCHEMA,
    "month": "2020-11",
    "look_back_months": 12,
    "areas": ("north", "south"),
    "providers": (Provider("A", "municipal"), Provider("B", "private"), Provider("C", "non_profit")),
    "policies": (Policy(START, None, "calendar", "nothing"),),
    "services": (
        Service("care", START, None, True, "exempt"),
        Service("clean", START, None, True, "standard"),
        Service("night", START, None, False, "exempt"),
    ),
    "rates": (rate(38_800),),
    "fixed_sums": (),
    "ladders": (
        ladder("hospital", *SHORT),
        ladder("hospital", planned=True),
        ladder("short_stay", planned=True),
        ladder("travel", planned=True),
        ladder("death", *SHORT),
    ),
    "supplements": (),
    "first_months": (),
    "guarantees": (),
    "manual": (),
    "closed": (),
    "paid": (),
    "people": (),
}


def problem(*people: Person, **terms: Any) -> Problem:
    return Problem(**(TERMS | {"people": people} | terms))


def fixed(since: date = START, ore: int = 30_000) -> FixedSum:
    return FixedSum(since, None, None, None, "exempt", ore)


def computed(task: Problem) -> Outcome:
    """The outcome, which must pass the audit."""
    outcome = compute(task)
    assert audit(task, outcome) == []
    return outcome


def following(task: Problem, outcome: Outcome, *people: Person, **terms: Any) -> Problem:
    """Problem of the next month, after `outcome` is sealed. Without `people`: the same people."""
    month = later(task.month, 1)
    oldest = later(month, -task.look_back_months)
    closed = (*task.closed, Closed(task.month, outcome_sha256(outcome)))
    return replace(
        task,
        month=month,
        closed=tuple(row for row in closed if row.month >= oldest),
        paid=tuple(line for line in as_paid(task, outcome) if line.month >= oldest),
        people=people or task.people,
        **terms,
    )


def ore_by(outcome: Outcome) -> dict[str, int]:
    """Öre of the lines by provider."""
    found: dict[str, int] = {}
    for line in outcome.lines:
        found[line.provider] = found.get(line.provider, 0) + line.ore
    return found


def brief(lines: Sequence[Line]) -> list[tuple[str, str, int, int]]:
    return [(line.provider, line.kind, line.quantity, line.ore) for line in lines]
