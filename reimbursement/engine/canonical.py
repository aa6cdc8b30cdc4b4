"""The canonical form of a problem and an outcome: JSON with sorted keys and rows, no spaces, UTF-8.

Equal content gives equal bytes, so the SHA-256 of the bytes names the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from .line import key_of
from .outcome import Outcome
from .problem import Person, Problem

R = TypeVar("R")
_json = msgspec.json.Encoder(order="sorted").encode


def problem_bytes(problem: Problem) -> bytes:
    return _json(in_order(problem))


def outcome_bytes(outcome: Outcome) -> bytes:
    """Canonical bytes; the rows of an outcome are sorted already."""
    return _json(outcome)


def problem_sha256(problem: Problem) -> str:
    return sha256(problem_bytes(problem)).hexdigest()


def outcome_sha256(outcome: Outcome) -> str:
    return sha256(outcome_bytes(outcome)).hexdigest()


def in_order(problem: Problem) -> Problem:
    """The problem with sorted rows."""
    return msgspec.structs.replace(
        problem,
        areas=tuple(sorted(problem.areas)),
        providers=_by_id(problem.providers),
        policies=_by_text(problem.policies),
        services=_by_text(problem.services),
        rates=_by_text(problem.rates),
        fixed_sums=_by_text(problem.fixed_sums),
        ladders=_by_text(problem.ladders),
        supplements=_by_text(problem.supplements),
        first_months=_by_text(problem.first_months),
        guarantees=_by_text(problem.guarantees),
        manual=_by_id(problem.manual),
        closed=tuple(sorted(problem.closed, key=attrgetter("month"))),
        paid=tuple(sorted(problem.paid, key=key_of)),
        people=tuple([_person(person) for person in _by_id(problem.people)]),
    )


def _by_id(rows: Sequence[R]) -> tuple[R, ...]:
    return tuple(sorted(rows, key=attrgetter("id")))


def _by_text(rows: Sequence[R]) -> tuple[R, ...]:
    """Rows without an id, sorted by their own JSON text."""
    return tuple(sorted(rows, key=_json))


def _person(person: Person) -> Person:
    if len(person.decisions) < 2 and len(person.placements) < 2 and len(person.absences) < 2:
        return person
    return msgspec.structs.replace(
        person,
        decisions=_by_text(person.decisions),
        placements=_by_text(person.placements),
        absences=_by_text(person.absences),
    )


def text_of(row: Any) -> bytes:
    return _json(row)
