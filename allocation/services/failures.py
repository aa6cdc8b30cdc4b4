"""Failed runs: nothing is changed, and the failure is reported in the log, by mail and on the home page."""

import datetime

import structlog
from django.core.mail import mail_admins
from django.db import transaction

from allocation.models import AllocationRun, RunFailure
from common.log_errors import without_rows

log = structlog.get_logger(__name__)


@transaction.atomic
def record_failure(*, kind: AllocationRun.Kind, business_date: datetime.date, error: BaseException) -> RunFailure:
    """Call outside the failed transaction. The text has neither numbers nor the row that a database's error repeats:
    it is mailed.
    """
    words = without_rows(f"{type(error).__name__}: {error}")[:500]
    log.error("allocation.run_failed", kind=kind, business_date=str(business_date), error=words)
    mail_admins(f"Körningen {kind} {business_date} misslyckades", words, fail_silently=True)
    return RunFailure.objects.create(kind=kind, business_date=business_date, error=words)
