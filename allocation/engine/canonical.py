"""Canonical form of a problem and an outcome: JSON with sorted keys and rows, no spaces, UTF-8.

Equal content gives equal bytes, so the SHA-256 of the bytes identifies the content. Written in pieces: memory use
does not grow with the number of units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from operator import attrgetter, le
from typing import Any

import msgspec

from .outcome import OUTCOME_SCHEMA, AreaTotal, Call, LogLine, Outcome, Placement
from .problem import PROBLEM_SCHEMA, Problem, Unit

PIECE = 20_000  # rows
_json = msgspec.json.Encoder(order="sorted").encode


def problem_bytes(problem: Problem) -> bytes:
    return b"".join(problem_rows(problem))


def outcome_bytes(outcome: Outcome) -> bytes:
    return b"".join(outcome_rows(outcome))


def problem_sha256(problem: Problem) -> str:
    return _sha256(problem_rows(problem))


def outcome_sha256(outcome: Outcome) -> str:
    return _sha256(outcome_rows(outcome))


def _sha256(rows: Iterable[bytes]) -> str:
    digest = sha256()
    for row in rows:
        digest.update(row)
    return digest.hexdigest()


def problem_rows(problem: Problem) -> Iterator[bytes]:
    """Bytes of a problem, in pieces."""
    policy = problem.policy
    head = {
        "areas": sorted(problem.areas, key=attrgetter("id")),
        "contracts": sorted(problem.contracts, key=attrgetter("area", "provider")),
        "effective_date": problem.effective_date,
        # The lottery field is left out: it has a single value, and an optional field needs one canonical form.
        "policy": {
            "switch_when_share_full": policy.switch_when_share_full,
            "household_class": policy.household_class,
            "no_answer": policy.no_answer,
            "call_list": policy.call_list,
        },
        "providers": sorted(problem.providers, key=attrgetter("id")),
        "round": problem.round,
        "schema": PROBLEM_SCHEMA,
        "seed": problem.seed,
    }
    yield _json(head)[:-1] + b',"units":['
    for comma, units in _pieces(_in_order(problem.units, "id")):
        yield comma + row_text([_with_members_in_order(unit) for unit in units])
    yield b"]}"


def outcome_rows(outcome: Outcome) -> Iterator[bytes]:
    """Bytes of an outcome, in pieces."""
    head = {
        "calls": [_call(call) for call in sorted(outcome.calls, key=attrgetter("order"))],
        "engine": outcome.engine,
        # The log stays in the order of events.
        "log": [_log_line(line) for line in outcome.log],
    }
    tail = {
        "problem_sha256": outcome.problem_sha256,
        "schema": OUTCOME_SCHEMA,
        "totals": [_total(total) for total in sorted(outcome.totals, key=attrgetter("area"))],
    }
    yield _json(head)[:-1] + b',"placements":['
    in_columns: Callable[[], Iterator[bytes]] | None = getattr(outcome.placements, "pieces", None)
    if in_columns is not None:  # `placement_rows.Placements` is sorted by person already
        for number, text in enumerate(in_columns()):
            yield b"," + text if number else text
    else:
        for comma, rows in _pieces(_in_order(outcome.placements, "person")):
            yield comma + row_text(rows)
    yield b"]," + _json(tail)[1:]


def row_text(rows: Sequence[Unit | Placement]) -> bytes:
    """Canonical rows with commas between them.

    Drops the `lottery` of a unit that has none fixed. Safe as text replacement: inside a JSON string the quotation
    mark is escaped.
    """
    return _json(rows)[1:-1].replace(b'"lottery":null,', b"")


def _pieces(rows: Sequence[Any]) -> Iterator[tuple[bytes, Sequence[Any]]]:
    return ((b"," if begin else b"", rows[begin : begin + PIECE]) for begin in range(0, len(rows), PIECE))


def _in_order(rows: Sequence[Any], field: str) -> Sequence[Any]:
    keys = list(map(attrgetter(field), rows))
    return rows if all(map(le, keys, keys[1:])) else sorted(rows, key=attrgetter(field))


def _with_members_in_order(unit: Unit) -> Unit:
    if len(unit.members) == 1:
        return unit
    members = _in_order(unit.members, "id")
    return unit if members is unit.members else replace(unit, members=tuple(members))


def _call(call: Call) -> dict[str, Any]:
    return {"order": call.order, "person": call.person, "from": call.from_provider, "to": call.to_provider}


def _total(total: AreaTotal) -> AreaTotal:
    return replace(total, contracts=tuple(sorted(total.contracts, key=attrgetter("provider"))))


def _log_line(line: LogLine) -> dict[str, Any]:
    return {
        "pass": line.pass_number,
        "unit": line.unit,
        "from": line.from_providers,
        "to": line.to_provider,
        "past": line.past,
        "passed": line.passed,
        "closed_by": line.closed_by,
        "room_minutes": line.room_minutes,
        "room_persons": line.room_persons,
    }
