"""Notice calendar: first day on which a change decided today can begin (domain: notice periods differ)."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from common.workdays import working_day_from
from providers.models import Municipality


class NoticeOf(StrEnum):
    """Subject of the notice: a person's change of provider, or a change of ceiling, guarantee or share."""

    SWITCH = "switch"
    QUOTA = "quota"


@dataclass(frozen=True)
class Notice:
    """A number of ``days``; or, with a day of the month: decided by that day → first of the month ``months`` later."""

    days: int = 0
    day_of_month: int | None = None
    months: int = 1

    def starts(self, day: datetime.date) -> datetime.date:
        """First day on which a decision of ``day`` can take effect. After the day of the month: one month more."""
        if self.day_of_month is None:
            return day + datetime.timedelta(days=self.days)
        return _first_of_month(day, self.months + (day.day > self.day_of_month))

    def latest(self, start: datetime.date) -> datetime.date:
        """Last day to decide a change that takes effect on ``start``."""
        if self.day_of_month is None:
            return start - datetime.timedelta(days=self.days)
        return _first_of_month(start, -self.months).replace(day=self.day_of_month)


# Notice rules used by Swedish municipalities.
KNOWN = {
    "14_days": Notice(days=14),
    "15_next_month": Notice(day_of_month=15, months=1),
    "20_month_after_next": Notice(day_of_month=20, months=2),
    "at_once": Notice(days=0),
}


def notice(*, of: NoticeOf, municipality: Municipality) -> Notice:
    if of == NoticeOf.QUOTA:
        return Notice(
            days=municipality.quota_notice_days,
            day_of_month=municipality.quota_notice_day_of_month,
            months=municipality.quota_notice_months,
        )
    return Notice(
        days=municipality.notice_days,
        day_of_month=municipality.notice_day_of_month,
        months=municipality.notice_months,
    )


def start_after(*, day: datetime.date, municipality: Municipality) -> datetime.date:
    """First day with a provider decided on ``day``."""
    return notice(of=NoticeOf.SWITCH, municipality=municipality).starts(day)


@dataclass(frozen=True)
class OfferDates:
    """Last day to answer an offer, and first day of its placement if accepted."""

    answer_by: datetime.date
    starts_on: datetime.date


def offer_dates(*, day: datetime.date, municipality: Municipality, not_before: datetime.date) -> OfferDates:
    """Dates of an offer made on ``day``: time to answer, to a working day, then the notice calendar.

    ``not_before``: the contract's first day, or the effective date of the run that makes the offer.
    """
    answer_by = working_day_from(day + datetime.timedelta(days=municipality.offer_days))
    after = max(start_after(day=answer_by, municipality=municipality), answer_by + datetime.timedelta(days=1))
    return OfferDates(answer_by=answer_by, starts_on=max(after, not_before))


def quota_start_after(*, day: datetime.date, municipality: Municipality) -> datetime.date:
    """First day on which a ceiling, guarantee or share decided on ``day`` can take effect."""
    return notice(of=NoticeOf.QUOTA, municipality=municipality).starts(day)


def _first_of_month(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, 1)
