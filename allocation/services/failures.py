"""Failed runs: nothing is changed, and the failure is reported in the log, by mail and on the home page."""

import datetime

import structlog
from django.core.mail import mail_admins
from django.db import transaction

from allocation.models import AllocationRun, RunFailure

log = structlog.get_logger(__name__)


@transaction.atomic
def record_failure(*, kind: AllocationRun.Kind, business_date: datetime.date, error: BaseException) -> RunFailure:
    """Call outside the failed transaction. The text holds references and counts only, no names."""
    words = f"{type(error).__name__}: {error}"[:500]
    log.error("allocation.run_failed", kind=kind, business_date=str(business_date), error=words)
    mail_admins(f"Körningen {kind} {business_date} misslyckades", words, fail_silently=True)
    return RunFailure.objects.create(kind=kind, business_date=business_date, error=words)
