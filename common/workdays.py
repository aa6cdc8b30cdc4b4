"""Swedish working days, as used by the post office and public authorities.

Holidays: lag (1989:253) om allmänna helgdagar. Midsummer, Christmas and New Year's Eve count as holidays for time
limits: lag (1930:173) om beräkning av lagstadgad tid, 2 §.
"""

import datetime
from functools import cache

_DAY = datetime.timedelta(days=1)


def is_working_day(day: datetime.date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def previous_working_day(day: datetime.date) -> datetime.date:
    """Day from which mail counts that is found at the first emptying of ``day`` (FL 22 §)."""
    day -= _DAY
    while not is_working_day(day):
        day -= _DAY
    return day


def working_day_from(day: datetime.date) -> datetime.date:
    """``day``, or the next working day: a time limit ends on a working day (lag 1930:173, 2 §)."""
    return day if is_working_day(day) else working_days_after(day, 1)


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """The ``count``-th working day after ``day``."""
    for _each in range(count):
        day += _DAY
        while not is_working_day(day):
            day += _DAY
    return day


@cache
def holidays(year: int) -> frozenset[datetime.date]:
    easter = _easter(year)
    midsummer = _saturday_from(datetime.date(year, 6, 20))
    fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)]
    return frozenset(
        {
            *(datetime.date(year, month, day) for month, day in fixed),
            # Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday.
            *(easter + days * _DAY for days in (-2, 0, 1, 39, 49)),
            midsummer - _DAY,
            midsummer,
            _saturday_from(datetime.date(year, 10, 31)),
        }
    )


def _saturday_from(day: datetime.date) -> datetime.date:
    return day + (5 - day.weekday()) % 7 * _DAY


def _easter(year: int) -> datetime.date:
    """Easter Sunday by the Gregorian calendar (Butcher's algorithm)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * shift + 114, 31)
    return datetime.date(year, month, day + 1)
