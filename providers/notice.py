"""The notice calendar: when a change that is decided today can begin (domain: notice periods differ)."""

import datetime

from providers.models import Municipality


def start_after(*, day: datetime.date, municipality: Municipality) -> datetime.date:
    """The first day a provider decided on ``day`` can begin.

    Without a day of the month: ``notice_days`` later. With one: decided by that day → the first of the month
    ``notice_months`` on; decided later → one month more ("by the 20th → the 1st of the month after next").
    """
    last_day = municipality.notice_day_of_month
    if last_day is None:
        return day + datetime.timedelta(days=municipality.notice_days)
    months = municipality.notice_months + (day.day > last_day)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, 1)
