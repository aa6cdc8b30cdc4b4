"""Swedish working days: the days on which the post office and an authority are open.

Public holidays: lag (1989:253) om allmänna helgdagar. Midsummer, Christmas and New Year's Eve count as holidays where a
time limit is reckoned: lag (1930:173) om beräkning av lagstadgad tid, 2 §. The calendar is the ``holidays`` package's.
"""

import datetime

from holidays import DE_FACTO, PUBLIC
from holidays.countries.sweden import Sweden

_CALENDAR = Sweden(categories=(PUBLIC, DE_FACTO))


def is_working_day(day: datetime.date) -> bool:
    return _CALENDAR.is_working_day(day)


def previous_working_day(day: datetime.date) -> datetime.date:
    """The day that post counts from which is found at the first emptying of ``day`` (FL 22 §)."""
    return _CALENDAR.get_nth_working_day(day, -1)


def working_day_from(day: datetime.date) -> datetime.date:
    """``day``, or the next working day if it is none: a time limit ends on a working day (lag 1930:173, 2 §)."""
    return _CALENDAR.get_nth_working_day(day, 0)


def working_days_before(day: datetime.date, count: int) -> datetime.date:
    """The ``count``-th working day before ``day``, from 1; 0: the day itself."""
    return _CALENDAR.get_nth_working_day(day, -count) if count else day


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """The ``count``-th working day after ``day``, from 1."""
    return _CALENDAR.get_nth_working_day(day, count)
