from allocation.services.apply import apply_run
from allocation.services.propose import AuditFailed, propose_round
from allocation.services.review import StaleRun, approve_run, cancel_run

__all__ = ["AuditFailed", "StaleRun", "apply_run", "approve_run", "cancel_run", "propose_round"]
