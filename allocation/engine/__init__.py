"""The allocation engine: pure functions from a problem to an outcome, without Django or a database."""

from .allocate import InvalidProblemError, allocate
from .audit import audit, audit_static
from .checks import check_inputs
from .files import (
    FileFaultsError,
    outcome_bytes,
    outcome_sha256,
    problem_bytes,
    problem_sha256,
    read_outcome,
    read_problem,
)
from .outcome import AreaTotal, Call, ContractTotal, How, LogLine, Outcome, Placement, Unmet, Why
from .problem import (
    Area,
    Contract,
    Fault,
    Member,
    NoAnswerRule,
    Policy,
    Problem,
    Provider,
    SwitchRule,
    Unit,
    Wish,
)
from .version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "Area",
    "AreaTotal",
    "Call",
    "Contract",
    "ContractTotal",
    "Fault",
    "FileFaultsError",
    "How",
    "InvalidProblemError",
    "LogLine",
    "Member",
    "NoAnswerRule",
    "Outcome",
    "Placement",
    "Policy",
    "Problem",
    "Provider",
    "SwitchRule",
    "Unit",
    "Unmet",
    "Why",
    "Wish",
    "allocate",
    "audit",
    "audit_static",
    "check_inputs",
    "outcome_bytes",
    "outcome_sha256",
    "problem_bytes",
    "problem_sha256",
    "read_outcome",
    "read_problem",
]
