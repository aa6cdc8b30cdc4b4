"""The only source of the current time.

Municipal dates are dates in Sweden: a letter handed in at 00:30 in July belongs to that day, although it is still
yesterday in UTC. A demo or a rehearsal may use another date (setting ``CLOCK_TODAY``); production refuses that
setting.
"""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime.datetime:
    """Current time, aware, in Swedish time."""
    moment = datetime.datetime.now(tz=STOCKHOLM)
    fixed: datetime.date | None = getattr(settings, "CLOCK_TODAY", None)
    if fixed:
        moment = datetime.datetime.combine(fixed, moment.time(), tzinfo=STOCKHOLM)
    return moment


def today() -> datetime.date:
    """Current date in Sweden."""
    return now().date()


def day_of(moment: datetime.datetime) -> datetime.date:
    """Date in Sweden of an aware moment."""
    return moment.astimezone(STOCKHOLM).date()
