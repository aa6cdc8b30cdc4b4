"""Command line for the engine alone: for archives, auditors and other programs.

    python -m allocation.engine allocate problem.json outcome.json
    python -m allocation.engine audit problem.json outcome.json
    python -m allocation.engine explain problem.json outcome.json --person ID

Exit code 0; or 1, with one fault per line on standard error.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from .allocating import allocate
from .auditing import audit
from .canonical import outcome_rows
from .explain import NoSuchPersonError, explain
from .files import FileFaultsError, read_outcome_file, read_problem_file
from .garbage_collection import gc_disabled
from .input_check import InvalidProblemError
from .problem import Fault


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    run: Callable[[Namespace], list[str]] = asked.run
    try:
        with gc_disabled():
            faults = run(asked)
    except OSError as error:
        faults = [f"{error.filename}: {error.strerror}"]
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m allocation.engine", description="Allocate, audit and explain.")
    commands = parser.add_subparsers(required=True)
    for name, run, words in (
        ("allocate", _allocate, "place everybody and write the outcome"),
        ("audit", _audit, "check an outcome against its problem"),
        ("explain", _explain, "say in Swedish why one person got what they got"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("problem", type=Path)
        command.add_argument("outcome", type=Path)
        command.set_defaults(run=run)
        if name == "explain":
            command.add_argument("--person", required=True, help="the person's id in the files")
    return parser


def _in_file(path: Path, faults: Sequence[Fault]) -> list[str]:
    return [f"{path}: {fault}" for fault in faults]


def _allocate(asked: Namespace) -> list[str]:
    try:
        outcome = allocate(read_problem_file(asked.problem))
    except (FileFaultsError, InvalidProblemError) as error:
        return _in_file(asked.problem, error.faults)
    with asked.outcome.open("wb") as file:
        file.writelines(outcome_rows(outcome))
    return []


def _audit(asked: Namespace) -> list[str]:
    try:
        problem = read_problem_file(asked.problem)
    except FileFaultsError as error:
        return _in_file(asked.problem, error.faults)
    try:
        outcome = read_outcome_file(asked.outcome)
    except FileFaultsError as error:
        return _in_file(asked.outcome, error.faults)
    return [str(fault) for fault in audit(problem, outcome)]


def _explain(asked: Namespace) -> list[str]:
    try:
        problem = read_problem_file(asked.problem)
        outcome = read_outcome_file(asked.outcome)
        sentences = explain(problem, outcome, asked.person)
    except FileFaultsError as error:
        return [str(fault) for fault in error.faults]
    except NoSuchPersonError:
        return [f"{asked.problem}: /units: there is no person {asked.person}"]
    sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)
    return []


if __name__ == "__main__":
    sys.exit(main())
