"""Streaming reads of files equal whole reads: the same content, or the same errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from allocation.engine import (
    FileFaultsError,
    allocate,
    canonical_reader,
    outcome_bytes,
    problem_bytes,
    read_outcome,
    read_problem,
)
from allocation.engine import streaming_reader as streaming_module
from allocation.engine.files import read_outcome_file, read_problem_file

from .instances import draw_problem


@pytest.fixture(params=[1, 7, 64, 1 << 20])
def pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any split of the file into chunks."""
    monkeypatch.setattr(streaming_module, "PIECE", request.param)
    monkeypatch.setattr(canonical_reader, "PIECE", request.param)


def read(how: Callable[[Any], Any], what: object) -> object:
    try:
        return how(what)
    except FileFaultsError as error:
        return error.faults


def both(tmp_path: Path, content: bytes) -> tuple[object, object]:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    return read(read_problem_file, path), read(read_problem, content)


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("seed", range(5))
def test_same_content(tmp_path: Path, seed: int) -> None:
    problem = draw_problem(Random(seed).randint, max_units=6)
    outcome = allocate(problem)
    path = tmp_path / "outcome.json"
    path.write_bytes(outcome_bytes(outcome))
    assert read_outcome_file(path) == read_outcome(path.read_bytes()) == outcome
    for indent in (None, 1):
        spaced = json.dumps(json.loads(problem_bytes(problem)), indent=indent).encode()
        one, other = both(tmp_path, spaced)
        assert one == other == read_problem(problem_bytes(problem))


def spoiled() -> list[bytes]:
    good = problem_bytes(draw_problem(Random(3).randint, max_units=6))
    text = good.decode()
    return [
        b"",
        b"[]",
        b"17",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + good,
        good[:-1],
        good[: len(good) // 2],
        good + b"x",
        good + b" \n",
        text.replace('"units":[', '"units":[17,').encode(),
        text.replace('"units":[', '"units":[,').encode(),
        text.replace('"units":[', '"units":{"a":[').encode(),
        text.replace('"units":[', '"units":[],"units":[').encode(),
        text.replace('"answered":', '"answered":1,"answered":').encode(),
        text.replace('"callable":true', '"callable":NaN').encode(),
        text.replace('"minutes":', '"minutes":1.5,"hours":').encode(),
        text.replace('"schema"', '"Schema"').encode(),
        text.replace('"seed":', '"seed": "\\ud800", "x":').encode(),
    ]


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("content", spoiled())
def test_same_errors(tmp_path: Path, content: bytes) -> None:
    one, other = both(tmp_path, content)
    assert one == other


@pytest.mark.usefixtures("pieces")
def test_canonical_files_use_the_fast_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The strict reader is used for the head only."""
    problem = draw_problem(Random(5).randint, max_units=9)
    outcome = allocate(problem)
    files = tmp_path / "problem.json", tmp_path / "outcome.json"
    for file, content in zip(files, (problem_bytes(problem), outcome_bytes(outcome)), strict=True):
        file.write_bytes(content)

    def none_of(*_: object) -> None:
        raise AssertionError("a row was read field by field")

    monkeypatch.setattr("allocation.engine.files._unit", none_of)
    monkeypatch.setattr("allocation.engine.files._placement", none_of)
    monkeypatch.setattr("allocation.engine.files.read_object", none_of)
    assert read_problem_file(files[0]) == read_problem(problem_bytes(problem))
    assert read_outcome_file(files[1]) == read_outcome(outcome_bytes(outcome)) == outcome


CANONICAL_BUT_WRONG = (
    (b'"minutes":', b'"minutes":-'),
    (b'"provider":"p"', b'"provider":""'),
    (b'"callable":true', b'"callable":true,"callable":true'),
    (b'"members":[', b'"extra":1,"members":['),
    (b'"answered":true', b'"answered": true'),
    (b'"area_date":"2020-', b'"area_date":"2020/'),
)


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize(("right", "wrong"), CANONICAL_BUT_WRONG)
def test_noncanonical_files_use_the_strict_reader(tmp_path: Path, right: bytes, wrong: bytes) -> None:
    good = problem_bytes(draw_problem(Random(3).randint, max_units=6))
    assert right in good
    one, other = both(tmp_path, good.replace(right, wrong))
    assert one == other
    assert (one == read_problem(good)) == (wrong == b'"answered": true')
