"""Files: canonical form, strict reading, schemas, command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import reimbursement.engine
from reimbursement.engine import (
    FileFaultsError,
    compute,
    outcome_bytes,
    outcome_sha256,
    problem_bytes,
    problem_sha256,
    read_outcome,
    read_problem,
)
from reimbursement.engine.__main__ import main
from reimbursement.engine.json_schema import schema
from reimbursement.engine.problem import Problem

from .year import Year

FOLDER = Path(reimbursement.engine.__file__).parent
ROOT = FOLDER.parents[1]


def late_news() -> Problem:
    """A month after closed months that are adjusted."""
    year = Year(Random(11), people=3, months=3, look_back=2, news_of=1)
    tasks = [task for task, _ in year.closes()]
    return tasks[-1]


TASK = late_news()
FILES = {"problem": problem_bytes(TASK), "outcome": outcome_bytes(compute(TASK))}
READ = {"problem": read_problem, "outcome": read_outcome}


def validator(kind: Any) -> Draft202012Validator:
    made = json.loads(schema(kind))
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=FormatChecker())


def faults(kind: str, content: object) -> dict[str, str]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(FileFaultsError) as caught:
        READ[kind](text)
    return {fault.pointer: fault.words for fault in caught.value.faults}


@pytest.mark.parametrize("kind", FILES)
def test_stored_schemas_equal_the_types(kind: Any) -> None:
    """`python -m reimbursement.engine schema problem > reimbursement/engine/schema/problem-1.json`"""
    assert (FOLDER / "schema" / f"{kind}-1.json").read_text() == schema(kind)


@pytest.mark.parametrize("kind", FILES)
def test_written_files_are_canonical_valid_and_read_back(kind: str) -> None:
    content = json.loads(FILES[kind])
    again = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert FILES[kind] == again.encode()
    validator(kind).validate(content)
    loosely = json.dumps(content, indent=1).encode()
    write = {"problem": problem_bytes, "outcome": outcome_bytes}[kind]
    assert write(READ[kind](FILES[kind])) == write(READ[kind](loosely)) == FILES[kind]


def test_fingerprints_are_of_canonical_bytes() -> None:
    outcome = compute(TASK)
    assert problem_sha256(TASK) == sha256(FILES["problem"]).hexdigest() == outcome.problem_sha256
    assert outcome_sha256(outcome) == sha256(FILES["outcome"]).hexdigest()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def two_of_each(value: Any) -> Any:
    """The value with at most two rows in each list."""
    if isinstance(value, dict):
        return {key: two_of_each(inner) for key, inner in value.items()}
    return [two_of_each(inner) for inner in value[:2]] if isinstance(value, list) else value


BAD_VALUES: list[Any] = [None, "", "x", -1, 1.0, True, [], {}, "2021-02-30", 10**12 + 1]


@pytest.mark.parametrize("kind", FILES)
def test_reader_and_schema_agree_on_spoiled_fields(kind: str) -> None:
    random, check, good = Random(1), validator(kind), two_of_each(json.loads(FILES[kind]))
    everywhere = list(places(good))
    for path in random.sample(everywhere, 70):
        for bad in random.sample(BAD_VALUES, 2):
            spoiled = deepcopy(good)
            container = spoiled
            for key in path[:-1]:
                container = container[key]
            container[path[-1]] = bad
            # Numbers with a decimal point are refused, though JSON Schema accepts 1.0 as an integer.
            if check.is_valid(spoiled) and not isinstance(bad, float):
                READ[kind](json.dumps(spoiled).encode())
            else:
                pointer = "/" + "/".join(map(str, path))
                assert all(found.startswith(pointer) for found in faults(kind, spoiled))


@pytest.mark.parametrize("kind", FILES)
def test_missing_unknown_and_duplicate_fields_are_named(kind: str) -> None:
    content = json.loads(FILES[kind])
    content["an/extra"] = content.pop("month")
    assert faults(kind, content) == {
        "/an~1extra": "unknown field; remove it",
        "/month": "this field is missing; add it",
    }
    assert "fields given twice" in faults(kind, FILES[kind].replace(b'{"', b'{"month":"2020-01","', 1))[""]
    assert "not JSON" in faults(kind, b"{")[""]


# Commands --------------------------------------------------------------------------------------------------------


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_bytes(FILES["problem"])
    return path


def test_compute_audit_and_explain_without_django(problem_file: Path) -> None:
    outcome = problem_file.with_name("outcome.json")
    program = (
        "import sys; from reimbursement.engine.__main__ import main; code = main(sys.argv[1:]);"
        "assert not {'django', 'celery', 'psycopg'} & set(sys.modules); sys.exit(code)"
    )

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run("compute", problem_file, outcome).returncode == 0
    assert outcome.read_bytes() == FILES["outcome"]
    assert run("audit", problem_file, outcome).returncode == 0
    explained = run("explain", problem_file, outcome, "--person", "p0")
    assert explained.returncode == 0
    assert " kr" in explained.stdout


def test_errors_are_reported_with_exit_code_1(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = tmp_path / "outcome.json"
    content = json.loads(FILES["problem"])

    def printed_by(*arguments: object) -> str:
        assert main([str(argument) for argument in arguments]) == 1
        return capsys.readouterr().err

    assert "No such file" in printed_by("compute", tmp_path / "none.json", outcome)
    problem_file.write_text(json.dumps(content | {"month": "2020-13"}))
    assert f"{problem_file}: /month: must be like" in printed_by("compute", problem_file, outcome)
    problem_file.write_text(json.dumps(content | {"rates": []}))
    assert f"{problem_file}: /rates: nothing is said for area" in printed_by("compute", problem_file, outcome)
    assert not outcome.exists()

    problem_file.write_bytes(FILES["problem"])
    spoiled = json.loads(FILES["outcome"])
    spoiled["lines"][0]["ore"] += 1
    outcome.write_text(json.dumps(spoiled))
    assert "/lines/0/ore: P3" in printed_by("audit", problem_file, outcome)
    assert "nothing is paid for nobody" in printed_by("explain", problem_file, outcome, "--person", "nobody")
    outcome.write_text("[]")
    assert f"{outcome}: /: must be an object" in printed_by("audit", problem_file, outcome)


def test_schema_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "outcome"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:hemtjanstvalet:payment-outcome-1"


def test_every_kind_of_line_cause_and_absence_has_a_text(problem_file: Path) -> None:
    from typing import get_args

    from reimbursement.engine import explain
    from reimbursement.engine.line import AwayKind, LineKind
    from reimbursement.engine.outcome import Cause

    assert set(explain.WHAT) == set(get_args(LineKind))
    assert set(explain.CAUSES) == set(get_args(Cause))
    assert set(explain.AWAY) == set(get_args(AwayKind))
