"""The days that are no working days beside Saturdays and Sundays, written down from the almanac of the year."""

import datetime

_DAY = datetime.timedelta(days=1)
_CLOSED = {
    datetime.date(2021, month, day)
    for month, day in ((1, 1), (1, 6), (4, 2), (4, 5), (5, 13), (6, 25), (12, 24), (12, 31))
}


def working_day_from(day: datetime.date) -> datetime.date:
    while day.weekday() >= 5 or day in _CLOSED:
        day += _DAY
    return day


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    for _ in range(count):
        day = working_day_from(day + _DAY)
    return day


def answer_dates(made: datetime.date, effective: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The last day to answer an offer and the first day of its place: ten days, to a working day, then two weeks."""
    answer_by = working_day_from(made + 10 * _DAY)
    return answer_by, max(answer_by + 14 * _DAY, effective)


def working_days_before(day: datetime.date, count: int) -> datetime.date:
    for _ in range(count):
        day -= _DAY
        while working_day_from(day) != day:
            day -= _DAY
    return day
