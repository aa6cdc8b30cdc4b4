"""Reports of what does not work on the website: to the officers' work list."""

import datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.services import record
from citizens.models import FaultReport
from common import clock
from common.log_lines import without_numbers

# So that nobody can fill the officers' list: from one address, and in all.
MOST_FROM_ADDRESS, MOST_IN_ALL = 20, 50
AN_HOUR = datetime.timedelta(hours=1)
KEPT = datetime.timedelta(days=365)

ACTOR = Actor.system("fault_report")


class TooManyError(ValidationError):
    """So many have come in within an hour that no more are taken."""


@transaction.atomic
def send_fault_report(*, where: str, words: str, contact: str, address: str) -> FaultReport:
    """Keep it for the officers. What looks like an identity number is taken out of the words.

    ``address``: of the one who sends, kept an hour to count by and nowhere else.

    Raises:
        TooManyError: see there.
        ValidationError: it says nothing.
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
    """They have been dealt with long ago, and somebody's telephone number may stand in them."""
    gone, _by_model = FaultReport.objects.filter(sent_at__date__lt=day - KEPT).delete()
    return gone


def _times(address: str) -> int:
    key = f"fault-report:{address}"
    cache.add(key, 0, timeout=AN_HOUR.total_seconds())
    return cache.incr(key)
