"""Which night is due. Asked every few minutes, so that a night missed while the server was down is caught up.

By the wall clock in Sweden and the date alone: the hour that is skipped in March and the one that comes twice in
October are neither missed nor done twice, because a night is claimed by its date.
"""

import datetime

from allocation.models import AllocationRun, Night, NightStart, RunFailure

# Imports from the care system come before; officers come after six.
NOT_BEFORE = datetime.time(1, 30)
# Failures that were told, and starts of any end: a killed worker is no fault of the night the first times.
MOST_FAILURES = 3
MOST_STARTS = 6


def due_night(now: datetime.datetime) -> datetime.date | None:
    """The business date whose night is to be done at ``now`` (aware, Swedish time); None: nothing to do.

    One that is given up waits for somebody to look (``manage.py run_night``).
    """
    if now.time() < NOT_BEFORE or Night.objects.filter(business_date=now.date()).exists():
        return None
    return None if is_given_up(now.date()) else now.date()


def is_given_up(day: datetime.date) -> bool:
    """Failed or started as often as it may be. A night that kills its process leaves a start and no failure."""
    failures = RunFailure.objects.filter(kind=AllocationRun.Kind.NIGHT, business_date=day)
    return failures.count() >= MOST_FAILURES or NightStart.objects.filter(business_date=day).count() >= MOST_STARTS


def missed_nights(day: datetime.date) -> list[datetime.date]:
    """The nights between the last that was done and ``day``. Whatever was due in them is due now, once."""
    last = Night.objects.filter(business_date__lt=day).order_by("-business_date").first()
    if last is None:
        return []
    gap = (day - last.business_date).days
    return [last.business_date + datetime.timedelta(days=number) for number in range(1, gap)]
