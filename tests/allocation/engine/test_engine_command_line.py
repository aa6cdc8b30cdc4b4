"""The engine on an auditor's command line: files in, files out, no Django, no database."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from allocation.engine import Problem, allocate, outcome_bytes, problem_bytes
from allocation.engine.__main__ import main

from .build import contract, person, world

ROOT = Path(__file__).resolve().parents[3]


def example() -> Problem:
    return world([contract("p", 100)], [person("a", 60, "p"), person("b", 50, "p")])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    problem = tmp_path / "problem.json"
    problem.write_bytes(problem_bytes(example()))
    return problem, tmp_path / "outcome.json"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allocation.engine", *map(str, arguments)]
    # Nonexistent settings: any use of Django would fail.
    env = {"DJANGO_SETTINGS_MODULE": "nowhere", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=env)


def test_allocate_audit_and_explain(files: tuple[Path, Path]) -> None:
    problem, outcome = files
    done = run("allocate", problem, outcome)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert outcome.read_bytes() == outcome_bytes(allocate(example()))
    done = run("audit", problem, outcome)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = run("explain", problem, outcome, "--person", "b")
    assert done.returncode == 0
    assert "Dina 50 timmar ryms inte ännu." in done.stdout


def test_django_is_not_imported() -> None:
    words = (
        "import sys, allocation.engine, allocation.engine.__main__; print([m for m in sys.modules if 'django' in m])"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=ROOT, env={})
    assert done.stdout == "[]\n"


def test_wrong_outcome_is_reported_with_pointers(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    problem, outcome = files
    right = allocate(example())
    wrong = replace(right, placements=(replace(right.placements[0], provider="m"), *right.placements[1:]))
    outcome.write_bytes(outcome_bytes(wrong))
    assert main(["audit", str(problem), str(outcome)]) == 1
    faults = capsys.readouterr().err.splitlines()
    assert any(fault.startswith("/placements: P4 a is first in the queue of p") for fault in faults)
    assert any(fault.startswith("/totals: P7") for fault in faults)


def test_invalid_problem_is_reported_with_pointers(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    problem, outcome = files
    content = json.loads(problem.read_bytes())
    content["units"][0]["members"][0]["minutes"] = 1.5
    content["units"][1]["shoe_size"] = 43
    problem.write_text(json.dumps(content), encoding="utf-8")
    for command in ("allocate", "audit"):
        assert main([command, str(problem), str(outcome)]) == 1
        assert capsys.readouterr().err.splitlines() == [
            f"{problem}: /units/0/members/0/minutes: must be a whole number, without a decimal point",
            f"{problem}: /units/1/shoe_size: unknown field; remove it",
        ]
    assert not outcome.exists()


def test_contradictory_problem(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    problem, outcome = files
    content = json.loads(problem.read_bytes())
    content["units"][0]["area"] = "west"
    problem.write_text(json.dumps(content), encoding="utf-8")
    assert main(["allocate", str(problem), str(outcome)]) == 1
    assert "/units/0/area: there is no area west" in capsys.readouterr().err
    assert not outcome.exists()


def test_missing_files(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    problem, outcome = files
    assert main(["audit", str(problem), str(outcome)]) == 1
    assert capsys.readouterr().err == f"{outcome}: No such file or directory\n"


def test_unknown_person(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    problem, outcome = files
    main(["allocate", str(problem), str(outcome)])
    assert main(["explain", str(problem), str(outcome), "--person", "zz"]) == 1
    assert "there is no person zz" in capsys.readouterr().err
