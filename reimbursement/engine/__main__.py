"""Commands on files: payment by granted time without the rest of the product, for archives, auditors and providers.

python -m reimbursement.engine compute problem.json outcome.json
python -m reimbursement.engine audit problem.json outcome.json
python -m reimbursement.engine explain problem.json outcome.json --person ID
python -m reimbursement.engine explain problem.json outcome.json --provider ID
python -m reimbursement.engine schema problem

Exit code 0, or 1 with every fault on a line of its own on standard error.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from allocation.engine.garbage_collection import gc_disabled
from allocation.engine.problem import Fault
from allocation.engine.strict_reader import FileFaultsError

from .auditing import audit
from .canonical import outcome_bytes
from .compute_month import compute
from .explain import NothingPaidError, explain
from .file_reader import read_outcome, read_problem
from .input_check import InvalidProblemError
from .json_schema import schema
from .outcome import Outcome
from .problem import Problem


class InFileError(ValueError):
    """Faults of one file."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.lines = [f"{path}: {fault}" for fault in faults]
        super().__init__("; ".join(self.lines))


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    run: Callable[[Namespace], list[str]] = asked.run
    try:
        with gc_disabled():
            faults = run(asked)
    except OSError as error:
        faults = [f"{error.filename}: {error.strerror}"]
    except InFileError as error:
        faults = error.lines
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m reimbursement.engine", description="Compute, audit and explain.")
    commands = parser.add_subparsers(required=True)
    for name, run, words in (
        ("compute", _compute, "compute a month and write the outcome"),
        ("audit", _audit, "check an outcome against its problem"),
        ("explain", _explain, "say in Swedish what is paid, and for which days"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("problem", type=Path)
        command.add_argument("outcome", type=Path)
        command.set_defaults(run=run)
        if name == "explain":
            command.add_argument("--person", help="the person's id in the files; without: what is of no person")
            command.add_argument("--provider", help="only this provider, by its id in the files")
    command = commands.add_parser("schema", help="write the JSON Schema of a file")
    command.add_argument("kind", choices=["problem", "outcome"])
    command.set_defaults(run=_schema)
    return parser


def _read_problem(path: Path) -> Problem:
    try:
        return read_problem(path.read_bytes())
    except FileFaultsError as error:
        raise InFileError(path, error.faults) from error


def _read_outcome(path: Path) -> Outcome:
    try:
        return read_outcome(path.read_bytes())
    except FileFaultsError as error:
        raise InFileError(path, error.faults) from error


def _compute(asked: Namespace) -> list[str]:
    try:
        outcome = compute(_read_problem(asked.problem))
    except InvalidProblemError as error:
        raise InFileError(asked.problem, error.faults) from error
    asked.outcome.write_bytes(outcome_bytes(outcome))
    return []


def _audit(asked: Namespace) -> list[str]:
    return [str(fault) for fault in audit(_read_problem(asked.problem), _read_outcome(asked.outcome))]


def _explain(asked: Namespace) -> list[str]:
    problem, outcome = _read_problem(asked.problem), _read_outcome(asked.outcome)
    try:
        sentences = explain(problem, outcome, person=asked.person, provider=asked.provider)
    except NothingPaidError:
        return [f"{asked.outcome}: nothing is paid for {asked.person or 'anything but people'}"]
    sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)
    return []


def _schema(asked: Namespace) -> list[str]:
    sys.stdout.write(schema(asked.kind))
    return []


if __name__ == "__main__":
    sys.exit(main())
