"""Problem reports about the website, for the officers' work list."""

import datetime

import structlog
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from redis import RedisError

from accounts.actors import Actor
from audit.services import record
from citizens.models import FaultReport
from common import clock
from common.log_lines import without_numbers

log = structlog.get_logger(__name__)

# Limits against flooding: per address, and in total.
MOST_FROM_ADDRESS, MOST_IN_ALL = 20, 50
AN_HOUR = datetime.timedelta(hours=1)
KEPT = datetime.timedelta(days=365)

ACTOR = Actor.system("fault_report")


class TooManyError(ValidationError):
    """Rate limit exceeded for reports within an hour."""


@transaction.atomic
def send_fault_report(*, where: str, words: str, contact: str, address: str) -> FaultReport:
    """Store a report for the officers. Possible identity numbers are removed from the text.

    ``address``: of the sender, kept an hour for the rate limit and nowhere else.

    Raises:
        TooManyError: see there.
        ValidationError: it is empty.
    """
    recent = FaultReport.objects.filter(sent_at__gt=clock.now() - AN_HOUR).count()
    if recent >= MOST_IN_ALL or _times(address) > MOST_FROM_ADDRESS:
        raise TooManyError(_("Vi har fått många anmälningar den senaste timmen. Vänta en stund, eller ring oss."))
    report = FaultReport(
        where=without_numbers(where.strip()), words=without_numbers(words.strip()), contact=contact.strip()
    )
    report.full_clean()
    report.save()
    record(actor=ACTOR, action="fault.report", object_reference=report.reference)
    return report


def forget_old_reports(*, day: datetime.date) -> int:
    """Delete old reports: they are handled, and may contain phone numbers."""
    gone, _by_model = FaultReport.objects.filter(sent_at__date__lt=day - KEPT).delete()
    return gone


def _times(address: str) -> int:
    """Reports of the address in the hour. Without Valkey none is counted: the limit in all still holds."""
    key = f"fault-report:{address}"
    try:
        cache.add(key, 0, timeout=AN_HOUR.total_seconds())
        return cache.incr(key)
    except RedisError:
        log.warning("fault_report.not_counted")
        return 0
