"""Which night is due. Asked every few minutes, so that a night missed while the server was down is caught up.

By the wall clock in Sweden and the date alone: the hour that is skipped in March and the one that comes twice in
October are neither missed nor done twice, because a night is claimed by its date.
"""

import datetime

from allocation.models import Night, RunFailure
from allocation.models.run import AllocationRun

# Imports from the care system come before; officers come after six.
NOT_BEFORE = datetime.time(1, 30)
MOST_TRIES = 3


def due_night(now: datetime.datetime) -> datetime.date | None:
    """The business date whose night is to be done at ``now`` (aware, Swedish time); None: nothing to do.

    A night that has failed ``MOST_TRIES`` times waits for somebody to look (``manage.py run_night``).
    """
    if now.time() < NOT_BEFORE or Night.objects.filter(business_date=now.date()).exists():
        return None
    failures = RunFailure.objects.filter(kind=AllocationRun.Kind.NIGHT, business_date=now.date())
    return now.date() if failures.count() < MOST_TRIES else None


def missed_nights(day: datetime.date) -> list[datetime.date]:
    """The nights between the last that was done and ``day``. Whatever was due in them is due now, once."""
    last = Night.objects.filter(business_date__lt=day).order_by("-business_date").first()
    if last is None:
        return []
    gap = (day - last.business_date).days
    return [last.business_date + datetime.timedelta(days=number) for number in range(1, gap)]
