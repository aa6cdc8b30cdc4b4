"""Contradictions in a well-formed problem, each with the correction needed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from allocation.engine.input_check import PERSONAL_NUMBER, InvalidProblemError
from allocation.engine.problem import Fault

from .line import key_of
from .months import later
from .problem import Ladder, Person, Problem
from .terms import Dated

__all__ = ["InvalidProblemError", "check_inputs"]

D = TypeVar("D", bound=Dated)


def check_inputs(problem: Problem) -> list[Fault]:
    """Every contradiction. Missing rates, ladders and services are found by `compute`."""
    return [
        *_check_months(problem),
        *_check_terms(problem),
        *_check_names(problem),
        *_check_manual(problem),
        *_check_paid(problem),
        *_check_people(problem),
    ]


def _check_months(problem: Problem) -> Iterator[Fault]:
    closed = sorted(row.month for row in problem.closed)
    for month in closed:
        if not later(problem.month, -problem.look_back_months) <= month < problem.month:
            yield Fault("/closed", f"{month} is not looked back on from {problem.month}; leave it out")
    for month, after in pairwise([*closed, problem.month]):
        if later(month, 1) != after:
            yield Fault("/closed", f"{after} comes after {month}; close the months in order, each once")


# Terms -----------------------------------------------------------------------------------------------------------


def _check_terms(problem: Problem) -> Iterator[Fault]:
    yield from _check_dated("/policies", problem.policies, lambda row: "policy", whole_months=True)
    yield from _check_dated("/services", problem.services, lambda row: row.id)
    yield from _check_dated("/rates", problem.rates, lambda row: (row.area, row.service, row.provider_kind))
    yield from _check_dated("/fixed_sums", problem.fixed_sums, lambda row: (row.area, row.provider_kind))
    yield from _check_dated("/ladders", problem.ladders, lambda row: (row.kind, row.planned))
    yield from _check_dated(
        "/supplements",
        problem.supplements,
        lambda row: (row.kind, row.provider_kind, row.tax_code),
        whole_months=True,
    )
    yield from _check_dated("/first_months", problem.first_months, lambda row: row.provider_kind)
    yield from _check_dated("/guarantees", problem.guarantees, lambda row: (row.provider, row.area))
    for number, ladder in enumerate(problem.ladders):
        yield from _check_ladder(f"/ladders/{number}", ladder)


def _check_dated(
    pointer: str, rows: Sequence[D], scope: Callable[[D], Hashable], whole_months: bool = False
) -> Iterator[Fault]:
    """One row per scope and day; with `whole_months` periods begin and end with a month."""
    by_scope: dict[Hashable, list[tuple[date, date, int]]] = {}
    for number, row in enumerate(rows):
        if row.valid_until is not None and row.valid_until <= row.valid_from:
            yield Fault(f"{pointer}/{number}/valid_until", "the row ends before it begins; correct a day or remove it")
        for name in ("valid_from", "valid_until") if whole_months else ():
            day: date | None = getattr(row, name)
            if day is not None and day.day != 1:
                yield Fault(f"{pointer}/{number}/{name}", "must be the first of a month")
        by_scope.setdefault(scope(row), []).append((row.valid_from, row.valid_until or date.max, number))
    for periods in by_scope.values():
        for (_, until, before), (first, _, number) in pairwise(sorted(periods)):
            if first < until:
                yield Fault(f"{pointer}/{number}", f"overlaps row {before} about the same; end that one first")


def _check_ladder(pointer: str, ladder: Ladder) -> Iterator[Fault]:
    expected = 1
    for number, step in enumerate(ladder.steps):
        if step.first != expected or step.last < step.first:
            words = f"must begin with day {expected} and end with a later one or the same; steps follow each other"
            yield Fault(f"{pointer}/steps/{number}", words)
        expected = step.last + 1


# Names -----------------------------------------------------------------------------------------------------------


def _check_names(problem: Problem) -> Iterator[Fault]:
    areas, providers = set(problem.areas), {row.id for row in problem.providers}
    services = {row.id for row in problem.services}
    yield from _check_once("/areas", problem.areas)
    yield from _check_once("/providers", [row.id for row in problem.providers])
    named: dict[str, tuple[set[str], str]] = {
        "area": (areas, "area"),
        "service": (services, "service"),
        "provider": (providers, "provider"),
    }

    def known(pointer: str, row: Any, *fields: str) -> Iterator[Fault]:
        for field in fields:
            value = getattr(row, field)
            if value is not None and value not in named[field][0]:
                yield Fault(f"{pointer}/{field}", f"there is no {field} {value}; add it or correct the name")

    for number, rate in enumerate(problem.rates):
        yield from known(f"/rates/{number}", rate, "area", "service")
    for number, fixed in enumerate(problem.fixed_sums):
        yield from known(f"/fixed_sums/{number}", fixed, "area")
    for number, guarantee in enumerate(problem.guarantees):
        yield from known(f"/guarantees/{number}", guarantee, "area", "provider")
    for number, row in enumerate(problem.manual):
        yield from known(f"/manual/{number}", row, "provider")
    for number, line in enumerate(problem.paid):
        if line.provider not in providers:
            yield from known(f"/paid/{number}", line, "provider")
    for number, person in enumerate(problem.people):
        for at, decision in enumerate(person.decisions):
            if decision.service not in services:
                yield from known(f"/people/{number}/decisions/{at}", decision, "service")
        for at, placement in enumerate(person.placements):
            if placement.provider not in providers or placement.area not in areas:
                yield from known(f"/people/{number}/placements/{at}", placement, "provider", "area")


def _check_once(pointer: str, ids: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, id_ in enumerate(ids):
        if id_ in seen:
            yield Fault(f"{pointer}/{number}", "the same is there already; remove one")
        seen.add(id_)


# Sums ------------------------------------------------------------------------------------------------------------


def _check_manual(problem: Problem) -> Iterator[Fault]:
    months = {problem.month, *(row.month for row in problem.closed)}
    people = {person.id for person in problem.people}
    yield from _check_once("/manual", [row.id for row in problem.manual])
    for number, row in enumerate(problem.manual):
        if row.month not in months:
            yield Fault(f"/manual/{number}/month", f"{row.month} is neither computed nor looked back on; leave it out")
        if row.person is not None and row.person not in people:
            yield Fault(f"/manual/{number}/person", "there is no such person; add them, or null for none")
        if row.proposed_by == row.approved_by:
            yield Fault(f"/manual/{number}/approved_by", "must be another person than who proposed it")
        for name in ("id", "proposed_by", "approved_by"):
            yield from _check_id(f"/manual/{number}/{name}", getattr(row, name))
        if not row.reason.strip():
            yield Fault(f"/manual/{number}/reason", "must say why the sum is paid")


def _check_paid(problem: Problem) -> Iterator[Fault]:
    closed, people, seen = {row.month for row in problem.closed}, {person.id for person in problem.people}, set()
    for number, line in enumerate(problem.paid):
        if line.month not in closed:
            yield Fault(f"/paid/{number}/month", f"{line.month} is not among the closed months; leave the line out")
        if line.person is not None and line.person not in people:
            # Without their facts, all that is paid would be taken back.
            yield Fault(f"/paid/{number}/person", "there is no such person; add them with all that is known")
        key = key_of(line)
        if key in seen:
            yield Fault(f"/paid/{number}", "the same line is there already; keep the latest state of it")
        seen.add(key)


# People ----------------------------------------------------------------------------------------------------------


def _check_people(problem: Problem) -> Iterator[Fault]:
    yield from _check_once("/people", [person.id for person in problem.people])
    for number, person in enumerate(problem.people):
        pointer = f"/people/{number}"
        yield from _check_id(f"{pointer}/id", person.id)
        for at, absence in enumerate(person.absences):
            yield from _check_id(f"{pointer}/absences/{at}/reported_by", absence.reported_by)
        yield from _check_rows(pointer, person)


def _check_id(pointer: str, id_: str) -> Iterator[Fault]:
    if PERSONAL_NUMBER.fullmatch(id_):
        # The number itself is not repeated: faults end up in logs.
        yield Fault(pointer, "this looks like a personal identity number; use an id that says nothing")


def _check_rows(pointer: str, person: Person) -> Iterator[Fault]:
    if len(person.decisions) == 1 == len(person.placements) and not person.absences:
        # The common case: nothing can overlap.
        decision, placement = person.decisions[0], person.placements[0]
        if decision.valid_until is None and placement.valid_until is None:
            return
    yield from _check_dated(f"{pointer}/decisions", person.decisions, lambda row: row.service)
    yield from _check_dated(f"{pointer}/placements", person.placements, lambda row: "one provider a day")
    yield from _check_dated(f"{pointer}/absences", person.absences, lambda row: "one absence a day")
