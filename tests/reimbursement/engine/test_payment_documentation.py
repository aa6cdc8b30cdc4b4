"""The files in docs/reimbursement.md equal the engine's input and output."""

from __future__ import annotations

import json
import re
from pathlib import Path

from msgspec.structs import replace

from reimbursement.engine import outcome_bytes, read_outcome, read_problem
from reimbursement.engine.explain import explain

from .build import computed, following

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "reimbursement.md").read_text(encoding="utf-8")
PROBLEM, OUTCOME, ADJUSTMENT = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
(SAID,) = re.findall(r"```text\n(.*?)```", TEXT, flags=re.DOTALL)


def test_documented_outcome_equals_the_engine_output() -> None:
    outcome = computed(read_problem(PROBLEM.encode()))
    assert outcome_bytes(read_outcome(OUTCOME.encode())) == outcome_bytes(outcome)
    assert [line.ore for line in outcome.lines] == [485_000, 282_917]


def test_documented_adjustment_equals_the_next_month() -> None:
    known = read_problem(PROBLEM.encode())
    (person,) = known.people
    november = replace(known, people=(replace(person, absences=()),))
    december = following(november, computed(november), person)
    outcome = computed(december)
    (adjustment,) = json.loads(outcome_bytes(outcome))["adjustments"]
    assert adjustment == json.loads(ADJUSTMENT)
    assert adjustment["ore"] == -202_083
    said = [line.replace("\N{NO-BREAK SPACE}", " ") for line in explain(december, outcome, person="p1", provider="B")]
    assert said[-4:] == SAID.splitlines()
