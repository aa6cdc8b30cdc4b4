"""Strict reader of problem and outcome files, derived from the types of their rows.

A canonical file is decoded and encoded again; equal bytes prove that it holds nothing else. Any other file is read by
the slower reader, which lists every fault with a JSON pointer.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from allocation.engine import strict_reader as r
from allocation.engine.strict_reader import FileFaultsError, Reader

from .canonical import outcome_bytes, problem_bytes
from .outcome import Outcome
from .problem import Problem

R = TypeVar("R", Problem, Outcome)


def read_problem(content: bytes) -> Problem:
    """Raises FileFaultsError with every fault of form. `input_check.check_inputs` finds contradictions."""
    problem = _decoded(content, Problem)
    return problem if problem is not None and problem_bytes(problem) == content else _strictly(content, Problem)


def read_outcome(content: bytes) -> Outcome:
    """Raises FileFaultsError with every fault of form. The audit finds wrong contents."""
    outcome = _decoded(content, Outcome)
    return outcome if outcome is not None and outcome_bytes(outcome) == content else _strictly(content, Outcome)


def _decoded(content: bytes, kind: type[R]) -> R | None:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _strictly(content: bytes, kind: type[R]) -> R:
    reader = Reader()
    value = reader.parse(content)
    found = None if reader.faults else _read_of(kind)(reader, value, "")
    if reader.faults or found is None:
        raise FileFaultsError(reader.faults)
    row: R = found
    return row


@cache
def _read_of(kind: type[Any]) -> r.Read:
    return _of_type(inspect.type_info(kind))


def _of_type(kind: inspect.Type) -> r.Read:
    match kind:
        case inspect.StructType():
            return _struct(kind)
        case inspect.VarTupleType():
            return r.rows(_of_type(kind.item_type))
        case inspect.UnionType():
            (one,) = (each for each in kind.types if not isinstance(each, inspect.NoneType))
            return r.or_null(_of_type(one))
        case inspect.LiteralType():
            return r.one_of(*map(str, kind.values))
        case inspect.DateType():
            return r.day
        case inspect.BoolType():
            return r.flag
        case inspect.IntType():
            return _whole(kind.ge, kind.le)
        case inspect.StrType(pattern=None):
            return r.text
        case inspect.StrType():
            return _like(kind.pattern or "")
    raise NotImplementedError(kind)


def _struct(kind: inspect.StructType) -> r.Read:
    fields = {field.name: _of_type(field.type) for field in kind.fields}
    make = kind.cls

    def read(reader: Reader, value: Any, pointer: str) -> Any:
        before = len(reader.faults)
        found = reader.fields(value, pointer, fields)
        return make(**found) if len(reader.faults) == before else r.BAD

    return read


def _whole(least: int | None, most: int | None) -> r.Read:
    def read(reader: Reader, value: Any, pointer: str) -> Any:
        number = r.whole(reader, value, pointer)
        if isinstance(number, int) and least is not None and number < least:
            return reader.fault(pointer, f"must be {least} or more")
        if isinstance(number, int) and most is not None and number > most:
            return reader.fault(pointer, f"must be {most} or less")
        return number

    return read


def _like(pattern: str) -> r.Read:
    def read(reader: Reader, value: Any, pointer: str) -> Any:
        text = r.text(reader, value, pointer)
        if isinstance(text, str) and not re.search(pattern, text):
            return reader.fault(pointer, f"must be like {pattern}")
        return text

    return read
