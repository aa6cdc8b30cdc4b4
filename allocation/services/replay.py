"""A stored run computed again from its problem."""

import hashlib
from dataclasses import dataclass

from allocation import engine
from allocation.models import AllocationRun, RunDocument
from allocation.services.store import document


@dataclass(frozen=True)
class Replay:
    """Documents as stored; ``again_sha256``: of the outcome computed now."""

    problem: bytes
    outcome: bytes
    again_sha256: str


def replay(run: AllocationRun) -> Replay:
    """Compute the run again. Nothing is written.

    Raises:
        ValueError: the documents are not those of the run, the outcome is another one, or the audit finds faults.
    """
    problem_bytes, outcome_bytes = document(run, RunDocument.Kind.PROBLEM), document(run, RunDocument.Kind.OUTCOME)
    if hashlib.sha256(problem_bytes).hexdigest() != run.problem_sha256:
        raise ValueError("The archived problem is not the one the run was computed from.")
    problem = engine.read_problem(problem_bytes)
    again = engine.outcome_bytes(engine.allocate(problem))
    if again != outcome_bytes:
        raise ValueError(
            f"The outcome is another one. It was computed by engine {run.engine_version}, this is"
            f" {engine.ENGINE_VERSION}."
        )
    if faults := engine.audit(problem, engine.read_outcome(outcome_bytes)):
        raise ValueError("The audit finds:\n" + "\n".join(map(str, faults)))
    return Replay(problem_bytes, outcome_bytes, hashlib.sha256(again).hexdigest())
