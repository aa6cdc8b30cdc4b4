"""Schedule of the nights. Polled every few minutes, so that a night missed during downtime is caught up.

Uses Swedish wall-clock time and the date alone: a night is claimed by its date, so the skipped hour in March and the
repeated hour in October neither lose nor double one.
"""

import datetime

from allocation.models import AllocationRun, Night, NightStart, RunFailure

# After the imports from the care system, before officers arrive at six.
NOT_BEFORE = datetime.time(1, 30)
# Limits on reported failures and on starts: a killed worker is retried before the night is given up.
MOST_FAILURES = 3
MOST_STARTS = 6


def due_night(now: datetime.datetime) -> datetime.date | None:
    """Business date of the night due at ``now`` (aware, Swedish time); None: nothing is due.

    A night that has been given up waits for an operator (``manage.py run_night``). So does one before a night that has
    been done: a clock is or was wrong (the morning report tells).
    """
    if now.time() < NOT_BEFORE or Night.objects.filter(business_date__gte=now.date()).exists():
        return None
    return None if is_given_up(now.date()) else now.date()


def is_given_up(day: datetime.date) -> bool:
    """The limit of failures or starts is reached. A night that kills its process leaves a start but no failure."""
    failures = RunFailure.objects.filter(kind=AllocationRun.Kind.NIGHT, business_date=day)
    return failures.count() >= MOST_FAILURES or NightStart.objects.filter(business_date=day).count() >= MOST_STARTS


def missed_nights(day: datetime.date) -> list[datetime.date]:
    """Nights between the last finished one and ``day``. Their work is done once, now."""
    last = Night.objects.filter(business_date__lt=day).order_by("-business_date").first()
    if last is None:
        return []
    gap = (day - last.business_date).days
    return [last.business_date + datetime.timedelta(days=number) for number in range(1, gap)]
