"""The allocation engine: pure functions from a problem to an outcome, without Django or a database.

NumPy is imported only when a problem is allocated or audited, so that importing the types stays cheap.
"""

from collections.abc import Collection

from .files import (
    FileFaultsError,
    outcome_bytes,
    outcome_sha256,
    problem_bytes,
    problem_sha256,
    read_outcome,
    read_problem,
)
from .input_check import InvalidProblemError, check_inputs
from .outcome import AreaTotal, Call, ContractTotal, How, LogLine, Outcome, Placement, Unmet, Why
from .plain.audit import Allocate
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


def allocate(problem: Problem, *, clients_at_start: Collection[str] | None = None) -> Outcome:
    """Allocate everybody; see `allocating.allocate`."""
    from . import allocating

    return allocating.allocate(problem, clients_at_start=clients_at_start)


def audit(problem: Problem, outcome: Outcome, allocate: Allocate | None = None) -> list[Fault]:
    """List every broken promise; see `auditing.audit`."""
    from . import auditing

    return auditing.audit(problem, outcome, allocate)


def audit_static(problem: Problem, outcome: Outcome) -> list[Fault]:
    """List the broken promises that can be found without running the engine; see `auditing.audit_static`."""
    from . import auditing

    return auditing.audit_static(problem, outcome)
