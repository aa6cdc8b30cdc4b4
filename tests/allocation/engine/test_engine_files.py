"""Files: canonical form, strict reading, schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import allocation.engine
from allocation.engine import (
    FileFaultsError,
    allocate,
    outcome_bytes,
    outcome_sha256,
    problem_bytes,
    problem_sha256,
    read_outcome,
    read_problem,
)
from tests.long_form import examples

from .build import contract, person, world
from .instances import draw_problem

SCHEMAS = Path(allocation.engine.__file__).parent / "schema"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


PROBLEM, OUTCOME = validator("problem"), validator("outcome")


def example() -> dict[str, Any]:
    units = [
        person("a", 20, "p", lottery=3),
        person("b", 20, "p", at="q"),
        person("c", 4, "m", "r", at=None),
    ]
    contracts = [contract("p", 50), contract("q", 100), contract("r", 9, guarantee=4)]
    problem = world(contracts, units, share=24, switch_when_share_full="free", call_list=True)
    read: dict[str, Any] = json.loads(problem_bytes(problem))
    return read


def written(content: object) -> bytes:
    return json.dumps(content).encode()


def faults_in_problem(content: object) -> dict[str, str]:
    with pytest.raises(FileFaultsError) as caught:
        read_problem(content if isinstance(content, bytes) else written(content))
    return {fault.pointer: fault.words for fault in caught.value.faults}


def faults_in_outcome(content: object) -> dict[str, str]:
    with pytest.raises(FileFaultsError) as caught:
        read_outcome(written(content))
    return {fault.pointer: fault.words for fault in caught.value.faults}


def test_documented_problem_can_be_read() -> None:
    text = """{"schema": "problem/1", "effective_date": "2021-01-01", "round": "2020", "seed": "9f",
     "policy": {"switch_when_share_full": "free", "household_class": false, "no_answer": "guarantees",
                "call_list": true},
     "areas": [{"id": "north", "share_cap_minutes": 120000, "share_bp": 2000, "share_base_minutes": 600000}],
     "providers": [{"id": "kommunen", "municipal": true}, {"id": "p", "municipal": false}],
     "contracts": [{"area": "north", "provider": "p", "ceiling_minutes": 48000, "ceiling_persons": null,
       "tolerance_minutes": 0, "guaranteed_minutes": 24000, "reserved_minutes": 0, "reserved_persons": 0,
       "intake": true}],
     "units": [{"id": "u17", "area": "north", "answered": true, "area_date": "2020-09-30", "callable": true,
       "members": [{"id": "c17", "minutes": 1800, "current": "kommunen"}],
       "wishes": [{"provider": "p", "date": "2020-09-30"}, {"provider": "kommunen", "date": "2020-09-30"}]}]}"""
    PROBLEM.validate(json.loads(text))
    (placement,) = allocate(read_problem(text.encode())).placements
    assert (placement.person, placement.unit, placement.provider) == ("c17", "u17", "p")
    assert (placement.how, placement.wish, placement.unmet) == ("wish", 1, ())


def test_canonical_form() -> None:
    content = outcome_bytes(allocate(read_problem(written(example()))))
    again = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert content == again.encode()
    assert b" " not in content
    persons = [row["person"] for row in json.loads(content)["placements"]]
    assert persons == sorted(persons)


def test_fingerprints_are_of_canonical_bytes() -> None:
    problem = read_problem(written(example()))
    outcome = allocate(problem)
    assert problem_sha256(problem) == sha256(problem_bytes(problem)).hexdigest() == outcome.problem_sha256
    assert outcome_sha256(outcome) == sha256(outcome_bytes(outcome)).hexdigest()


def test_row_order_and_optional_fields_do_not_change_the_fingerprint() -> None:
    other = example()
    for rows in ("units", "contracts", "providers"):
        other[rows].reverse()
    other["policy"]["lottery"] = "sha256"
    assert problem_bytes(read_problem(written(other))) == problem_bytes(read_problem(written(example())))


def test_fixed_lottery_survives_the_file() -> None:
    assert {unit.id: unit.lottery for unit in read_problem(written(example())).units} == {"a": 3, "b": None, "c": None}


@settings(max_examples=examples(100))
@given(st.integers(0, 10**6))
def test_written_files_match_the_schema(seed: int) -> None:
    problem = draw_problem(Random(seed).randint)
    PROBLEM.validate(json.loads(problem_bytes(problem)))
    OUTCOME.validate(json.loads(outcome_bytes(allocate(problem))))


def test_outcome_with_calls_and_log_matches_the_schema() -> None:
    content = json.loads(outcome_bytes(allocate(read_problem(written(example())))))
    assert content["log"]
    assert content["calls"] == [{"order": 1, "person": "c", "from": "m", "to": "r"}]
    OUTCOME.validate(content)


def places(value: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Pointer, container and key of every value in a file."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield f"{pointer}/{key}", value, key
        yield from places(inner, f"{pointer}/{key}")


BAD_VALUES: list[Any] = [None, "", "x", -1, 1.5, True, [], {}, "2021-02-30", 7]


@pytest.mark.parametrize("bad", BAD_VALUES, ids=repr)
@pytest.mark.parametrize("kind", ["problem", "outcome"])
def test_reader_and_schema_agree_on_every_spoiled_field(kind: str, bad: Any) -> None:
    problem = example()
    good = problem if kind == "problem" else json.loads(outcome_bytes(allocate(read_problem(written(problem)))))
    check, read = (PROBLEM, read_problem) if kind == "problem" else (OUTCOME, read_outcome)
    for number, (pointer, _, _) in enumerate(list(places(good))):
        spoiled = deepcopy(good)
        _, container, key = list(places(spoiled))[number]
        container[key] = bad
        try:
            read(written(spoiled))
            faulty: list[str] = []
        except FileFaultsError as error:
            faulty = [fault.pointer for fault in error.faults]
        assert bool(faulty) == (not check.is_valid(spoiled)), (pointer, faulty)
        assert all(found.startswith(pointer) for found in faulty)


@pytest.mark.parametrize("kind", ["problem", "outcome"])
def test_reader_and_schema_agree_on_every_missing_and_every_unknown_field(kind: str) -> None:
    problem = example()
    good = problem if kind == "problem" else json.loads(outcome_bytes(allocate(read_problem(written(problem)))))
    check, faults = (PROBLEM, faults_in_problem) if kind == "problem" else (OUTCOME, faults_in_outcome)
    optional = {"lottery", "share_bp", "share_base_minutes"}
    for number, (pointer, outer, name) in enumerate(list(places(good))):
        if isinstance(outer, dict) and name not in optional:
            spoiled = deepcopy(good)
            _, container, key = list(places(spoiled))[number]
            container["an/extra"] = container.pop(key)
            extra = pointer.rsplit("/", 1)[0] + "/an~1extra"
            found = faults(spoiled)
            assert {pointer, extra} <= set(found)
            assert "missing" in found[pointer]
            assert "unknown" in found[extra]
            assert not check.is_valid(spoiled)


def test_all_errors_are_listed() -> None:
    spoiled = example()
    spoiled["units"][0]["members"][0]["minutes"] = 1.5
    spoiled["contracts"][1]["intake"] = "yes"
    spoiled["seed"] = 7
    assert faults_in_problem(spoiled) == {
        "/units/0/members/0/minutes": "must be a whole number, without a decimal point",
        "/contracts/1/intake": "must be true or false",
        "/seed": "must be a text that is not empty",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"seed": 1, "seed": 2}', "twice"),
        (b"[]", "must be an object"),
        (b'{"seed": "\\ud800"}', "missing"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_file_that_is_not_a_problem(content: bytes, words: str) -> None:
    assert any(words in fault for fault in faults_in_problem(content).values())


def test_other_schema_version_is_refused() -> None:
    assert set(faults_in_problem(example() | {"schema": "problem/2"})) == {"/schema"}
