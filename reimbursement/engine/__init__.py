"""Payment by granted time: pure functions from a problem to the payment basis of a month, without Django."""

from allocation.engine.strict_reader import FileFaultsError

from .auditing import audit
from .canonical import outcome_bytes, outcome_sha256, problem_bytes, problem_sha256
from .compute_month import as_paid, compute
from .file_reader import read_outcome, read_problem
from .input_check import InvalidProblemError, check_inputs
from .version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "FileFaultsError",
    "InvalidProblemError",
    "as_paid",
    "audit",
    "check_inputs",
    "compute",
    "outcome_bytes",
    "outcome_sha256",
    "problem_bytes",
    "problem_sha256",
    "read_outcome",
    "read_problem",
]
