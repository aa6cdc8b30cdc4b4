"""Thin: a service called. Each is safe to run twice."""

import structlog
from celery import shared_task

from accounts.actors import Actor
from reimbursement.nightly import compute_night

log = structlog.get_logger(__name__)


@shared_task(name="payments.night")
def night() -> None:
    """Asked every hour whether the open month is computed today. A second delivery finds that it is, and stops."""
    if (basis := compute_night(actor=Actor.system("night"))) is not None:
        log.info("payments.computed", month=basis.month_text, failed=len(basis.failure))
