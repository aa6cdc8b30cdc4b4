"""The example in docs/algorithm.md equals the engine's output, byte for byte."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from allocation.engine import allocate, audit, outcome_bytes, read_outcome, read_problem
from allocation.engine.lottery import lottery_number

DOCS = Path(__file__).resolve().parents[3] / "docs"


def blocks(language: str) -> list[str]:
    text = (DOCS / "algorithm.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_documented_outcome_equals_the_engine_output() -> None:
    problem_text, outcome_text = blocks("json")
    problem = read_problem(problem_text.encode())
    outcome = allocate(problem)
    assert audit(problem, outcome) == []
    assert json.loads(outcome_bytes(outcome)) == json.loads(outcome_text)
    assert outcome_bytes(read_outcome(outcome_text.encode())) == outcome_bytes(outcome)


@pytest.mark.parametrize("name", ["algorithm.md", "algorithm.sv.md"])
def test_documented_lottery_is_correct(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    found = re.findall(r"printf '([^']+)' \| sha256sum +# [^:]+: +([0-9a-f]+)…", text)
    assert len(found) == 2
    for written, beginning in found:
        assert sha256(written.encode()).hexdigest().startswith(beginning)
    seed, round_, _ = found[1][0].split("|")
    drawn = {id_: f"{lottery_number(seed, round_, id_):064x}"[:2] for id_ in ("A7K2", "B3M9", "C8T4")}
    assert drawn == {"A7K2": "82", "B3M9": "ee", "C8T4": "02"}


def test_swedish_page_is_easy_to_read() -> None:
    """LIX (words per sentence plus the share of words over six letters) of 40 or less."""
    text = (DOCS / "algorithm.sv.md").read_text(encoding="utf-8")
    prose = re.sub(r"(?s:```.*?```)|(?m:^#.*$)", "", text)
    words = re.findall(r"[^\W\d_]+", prose)
    sentences = re.findall(r"[.!?](?=\s|$|\*)", prose)
    long = [word for word in words if len(word) > 6]
    assert len(words) / len(sentences) + 100 * len(long) / len(words) <= 40
