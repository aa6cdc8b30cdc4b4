"""The only source of the current time.

Municipal dates are dates in Sweden: a letter handed in at 00:30 in July belongs to that day, although it is still
yesterday in UTC. A demo or a rehearsal may use another date (setting ``CLOCK_TODAY``), and the demo moves it on in a
file that all its processes read (``CLOCK_FILE``); production refuses the settings.
"""

import datetime
import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Difference in seconds between this machine's clock and the database's from which one of them is wrong.
WRONG_BY = 30


def now() -> datetime.datetime:
    """Current time, aware, in Swedish time."""
    moment = datetime.datetime.now(tz=STOCKHOLM)
    fixed: datetime.date | None = getattr(settings, "CLOCK_TODAY", None)
    if fixed:
        fixed = max(fixed, _moved_to() or fixed)
        moment = datetime.datetime.combine(fixed, moment.time(), tzinfo=STOCKHOLM)
    return moment


def of_machine() -> datetime.datetime:
    """Current time of this machine, whatever date a demo has: certificates are judged by it."""
    return datetime.datetime.now(tz=STOCKHOLM)


def _moved_to() -> datetime.date | None:
    path: Path | None = getattr(settings, "CLOCK_FILE", None)
    try:
        return datetime.date.fromisoformat(path.read_text()) if path else None
    except FileNotFoundError:
        return None


def move_to(day: datetime.date) -> None:
    """Set the date of the demo, for all its processes. Requires ``CLOCK_FILE``."""
    path: Path | None = settings.CLOCK_FILE
    assert path is not None  # noqa: S101  (only the demo moves the clock)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Replaced as a whole: a reader never sees half a date.
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(day.isoformat())
    fresh.replace(path)


def today() -> datetime.date:
    """Current date in Sweden."""
    return now().date()


def day_of(moment: datetime.datetime) -> datetime.date:
    """Date in Sweden of an aware moment."""
    return moment.astimezone(STOCKHOLM).date()


def seconds_ahead() -> float:
    """This machine's real clock minus the database's. Negative: behind.

    A worker whose clock is wrong would do another day's night.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        (database,) = cursor.fetchone()
    return time.time() - float(database)
