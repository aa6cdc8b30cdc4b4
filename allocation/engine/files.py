"""Problem and outcome files: strict reading, canonical writing, fingerprints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

from . import strict_reader as r
from .canonical import outcome_bytes, outcome_sha256, problem_bytes, problem_sha256
from .canonical_reader import canonical_outcome, canonical_problem, pieces_of_bytes, pieces_of_file
from .outcome import (
    OUTCOME_SCHEMA,
    AreaTotal,
    Call,
    ContractTotal,
    How,
    LogLine,
    Outcome,
    Placement,
    Unmet,
    Why,
)
from .problem import (
    PROBLEM_SCHEMA,
    Area,
    Contract,
    LotteryKind,
    Member,
    NoAnswerRule,
    Policy,
    Problem,
    Provider,
    SwitchRule,
    Unit,
    Wish,
)
from .streaming_reader import IrregularError, read_object
from .strict_reader import FileFaultsError, Reader

T = TypeVar("T")

__all__ = [
    "FileFaultsError",
    "outcome_bytes",
    "outcome_sha256",
    "problem_bytes",
    "problem_sha256",
    "read_outcome",
    "read_outcome_file",
    "read_problem",
    "read_problem_file",
]


def read_problem(content: bytes) -> Problem:
    """Raises FileFaultsError with every fault of form. Contradictions are left to `check_inputs`."""
    problem = canonical_problem(pieces_of_bytes(content), _problem)
    return _strictly(content, _problem) if problem is None else problem


def read_outcome(content: bytes) -> Outcome:
    """Raises FileFaultsError with every fault of form. Correctness is left to the audit."""
    outcome = canonical_outcome(pieces_of_bytes(content), _outcome)
    return _strictly(content, _outcome) if outcome is None else outcome


def read_problem_file(path: Path) -> Problem:
    """`read_problem` from a file, in pieces: only the problem itself stays in memory."""
    problem = canonical_problem(pieces_of_file(path), _problem)
    if problem is None:
        problem = _row_by_row(path, {"units": _unit}, _problem) or read_problem(path.read_bytes())
    return problem


def read_outcome_file(path: Path) -> Outcome:
    """`read_outcome` from a file, in pieces."""
    outcome = canonical_outcome(pieces_of_file(path), _outcome)
    if outcome is None:
        outcome = _row_by_row(path, {"placements": _placement}, _outcome) or read_outcome(path.read_bytes())
    return outcome


def _strictly(content: bytes, read: Callable[[Reader, Any], T]) -> T:
    reader = Reader()
    value = reader.parse(content)
    found = None if reader.faults else read(reader, value)
    if reader.faults or found is None:
        raise FileFaultsError(reader.faults)
    return found


def _row_by_row(path: Path, lists: dict[str, r.Read], read: Callable[[Reader, Any], T]) -> T | None:
    """Read row by row, or return None: the file is then read whole, which names every fault."""
    reader = Reader()
    try:
        value = read(reader, read_object(reader, path, lists))
    except IrregularError:
        return None
    return None if reader.faults else value


def _problem(reader: Reader, value: Any) -> Problem:
    fields = reader.fields(
        value,
        "",
        {
            "schema": r.one_of(PROBLEM_SCHEMA),
            "effective_date": r.day,
            "round": r.text,
            "seed": r.text,
            "policy": _policy,
            "areas": r.rows(_area),
            "providers": r.rows(_provider),
            "contracts": r.rows(_contract),
            "units": r.rows(_unit),
        },
    )
    del fields["schema"]
    return Problem(**fields)


def _policy(reader: Reader, value: Any, pointer: str) -> Policy:
    required: dict[str, r.Read] = {
        "switch_when_share_full": r.one_of(*get_args(SwitchRule)),
        "household_class": r.flag,
        "no_answer": r.one_of(*get_args(NoAnswerRule)),
        "call_list": r.flag,
    }
    return Policy(**reader.fields(value, pointer, required, {"lottery": r.one_of(*get_args(LotteryKind))}))


def _area(reader: Reader, value: Any, pointer: str) -> Area:
    amount = r.or_null(r.amount)
    required: dict[str, r.Read] = {"id": r.text, "share_cap_minutes": amount}
    return Area(**reader.fields(value, pointer, required, {"share_bp": amount, "share_base_minutes": amount}))


def _provider(reader: Reader, value: Any, pointer: str) -> Provider:
    return Provider(**reader.fields(value, pointer, {"id": r.text, "municipal": r.flag}))


def _contract(reader: Reader, value: Any, pointer: str) -> Contract:
    required: dict[str, r.Read] = {
        "area": r.text,
        "provider": r.text,
        "ceiling_minutes": r.or_null(r.amount),
        "ceiling_persons": r.or_null(r.amount),
        "tolerance_minutes": r.amount,
        "guaranteed_minutes": r.amount,
        "reserved_minutes": r.amount,
        "reserved_persons": r.amount,
        "intake": r.flag,
    }
    return Contract(**reader.fields(value, pointer, required))


def _member(reader: Reader, value: Any, pointer: str) -> Member:
    return Member(**reader.fields(value, pointer, _MEMBER))


def _wish(reader: Reader, value: Any, pointer: str) -> Wish:
    return reader.once(Wish(**reader.fields(value, pointer, _WISH)))


# Values with a row per person share one description.
_MEMBER: dict[str, r.Read] = {"id": r.text, "minutes": r.amount, "current": r.or_null(r.name)}
_WISH: dict[str, r.Read] = {"provider": r.name, "date": r.day}
_UNIT: dict[str, r.Read] = {
    "id": r.text,
    "area": r.name,
    "answered": r.flag,
    "area_date": r.or_null(r.day),
    "callable": r.flag,
    "members": r.rows(_member),
    "wishes": r.rows(_wish),
}
_MAYBE_OF_UNIT: dict[str, r.Read] = {"lottery": r.whole}


def _unit(reader: Reader, value: Any, pointer: str) -> Unit:
    return Unit(**reader.fields(value, pointer, _UNIT, _MAYBE_OF_UNIT))


def _outcome(reader: Reader, value: Any) -> Outcome:
    fields = reader.fields(
        value,
        "",
        {
            "schema": r.one_of(OUTCOME_SCHEMA),
            "problem_sha256": r.text,
            "engine": r.text,
            "placements": r.rows(_placement),
            "calls": r.rows(_call),
            "totals": r.rows(_total),
            "log": r.rows(_log_line),
        },
    )
    del fields["schema"]
    return Outcome(**fields)


def _unmet(reader: Reader, value: Any, pointer: str) -> Unmet:
    return Unmet(**reader.fields(value, pointer, _UNMET))


_UNMET: dict[str, r.Read] = {
    "provider": r.name,
    "why": r.one_of(*get_args(Why)),
    "place_in_queue": r.or_null(r.amount),
    "minutes_ahead": r.or_null(r.amount),
    "minutes_free": r.or_null(r.amount),
}
_PLACEMENT: dict[str, r.Read] = {
    "person": r.text,
    "unit": r.text,
    "provider": r.name,
    "how": r.one_of(*get_args(How)),
    "wish": r.or_null(r.amount),
    "unmet": r.rows(_unmet),
}


def _placement(reader: Reader, value: Any, pointer: str) -> Placement:
    return Placement(**reader.fields(value, pointer, _PLACEMENT))


def _call(reader: Reader, value: Any, pointer: str) -> Call:
    required: dict[str, r.Read] = {"order": r.amount, "person": r.text, "from": r.text, "to": r.text}
    fields = reader.fields(value, pointer, required)
    return Call(fields["order"], fields["person"], fields["from"], fields["to"])


def _total(reader: Reader, value: Any, pointer: str) -> AreaTotal:
    required: dict[str, r.Read] = {
        "area": r.text,
        "external_minutes": r.amount,
        "committed_minutes": r.amount,
        "contracts": r.rows(_contract_total),
    }
    return AreaTotal(**reader.fields(value, pointer, required))


def _contract_total(reader: Reader, value: Any, pointer: str) -> ContractTotal:
    required: dict[str, r.Read] = {"provider": r.text, "minutes": r.amount, "persons": r.amount}
    return ContractTotal(**reader.fields(value, pointer, required))


def _log_line(reader: Reader, value: Any, pointer: str) -> LogLine:
    required: dict[str, r.Read] = {
        "pass": r.amount,
        "unit": r.text,
        "from": r.rows(r.text),
        "to": r.text,
        "past": r.or_null(r.text),
        "passed": r.amount,
        "closed_by": r.text,
        "room_minutes": r.or_null(r.amount),
        "room_persons": r.or_null(r.amount),
    }
    fields = reader.fields(value, pointer, required)
    for ours, name in (("pass_number", "pass"), ("from_providers", "from"), ("to_provider", "to")):
        fields[ours] = fields.pop(name)
    return LogLine(**fields)
