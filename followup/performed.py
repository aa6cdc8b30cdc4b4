"""Performed time against granted time, and continuity, per provider.

Time that is not reported is shown as missing: it lowers no quotient and is never read as the best value. A quotient
outside the band (setting ``FOLLOWUP_TOLERANCE``) is a flag for dialogue, never a deduction.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.formats import number_format

from allocation.facts.scope import everybody
from common.rounding import half_up
from common.suppression import is_small
from followup.models import PerformedMonth
from followup.quarters import month_after, months_before
from followup.statements import query
from secrecy.protected import not_protected


@dataclass(frozen=True)
class Performed:
    """A provider's clients with granted minutes, by months: ``persons`` and ``reported`` are clients times months."""

    persons: int = 0
    reported: int = 0
    granted_minutes: int = 0
    granted_of_reported: int = 0
    performed_minutes: int = 0
    # Of one month at most: over months the same person is counted again.
    most_reported: int = 0

    @property
    def quotient(self) -> tuple[int, int] | None:
        """Performed and granted minutes of those who are reported. None: not reported."""
        return (self.performed_minutes, self.granted_of_reported) if self.granted_of_reported else None

    @property
    def is_for_dialogue(self) -> bool:
        if self.quotient is None:
            return False
        low, high = settings.FOLLOWUP_TOLERANCE
        part, whole = self.quotient
        return not low * whole <= 100 * part <= high * whole

    @property
    def is_small(self) -> bool:
        return is_small(self.most_reported)

    def plus(self, other: "Performed") -> "Performed":
        sums = {name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        return Performed(**{**sums, "most_reported": max(self.most_reported, other.most_reported)})


def performed_in(*, months: Sequence[datetime.date]) -> dict[datetime.date, dict[str, Performed]]:
    """First day of each of the months → provider code → the month's. Person-months are counted as persons."""
    found: dict[datetime.date, dict[str, Performed]] = {month: {} for month in months}
    for month, code, persons, granted, reported, of_reported, performed in query(
        "performed", scope=everybody(), months=list(found)
    ):
        days = (month_after(month) - month).days
        found[month][code] = Performed(
            persons=persons,
            reported=reported,
            granted_minutes=_rounded(granted, days),
            granted_of_reported=_rounded(of_reported, days),
            performed_minutes=performed,
            most_reported=reported,
        )
    return found


def performed_in_year(*, year: int, day: datetime.date) -> dict[datetime.date, dict[str, Performed]]:
    """The same of the year's whole months before ``day``."""
    months = [datetime.date(year, number, 1) for number in range(1, 13)]
    return performed_in(months=[month for month in months if month_after(month) <= day])


def _rounded(minute_days: int, days: int) -> int:
    return half_up(minute_days, days)


@dataclass(frozen=True)
class Continuity:
    """Different members of staff in 14 days, as measured: ``staff`` of all the ``persons`` together."""

    month: datetime.date
    persons: int
    staff: int

    def plus(self, other: "Continuity") -> "Continuity":
        """Of the earlier month."""
        return Continuity(min(self.month, other.month), self.persons + other.persons, self.staff + other.staff)

    @property
    def tenths(self) -> int:
        """The mean in tenths, rounded half up once."""
        return half_up(10 * self.staff, self.persons)

    @property
    def mean(self) -> str:
        """The mean in the format of the language: ``7,7``."""
        return number_format(f"{self.tenths // 10}.{self.tenths % 10}", use_l10n=True)


def continuity(*, day: datetime.date) -> dict[str, Continuity]:
    """Provider code → the last month measured, not older than ``CONTINUITY_MONTHS``. Without protected people. A
    provider that has not reported is not there."""
    rows = (
        PerformedMonth.objects.filter(staff__isnull=False, month__lt=day)
        .filter(not_protected("person"))
        .values("provider__code", "month")
        .annotate(persons=Count("pk"), staff_met=Sum("staff"))
        .order_by("month")
    )
    oldest = months_before(day, settings.CONTINUITY_MONTHS)
    return {
        row["provider__code"]: Continuity(row["month"], row["persons"], row["staff_met"])
        for row in rows.filter(month__gte=oldest)
    }


def public_continuity(*, day: datetime.date) -> dict[str, Continuity | None]:
    """The same for the public comparison. None: fewer than ``CONTINUITY_FEWEST_PEOPLE`` people are measured."""
    return {
        code: found if found.persons >= settings.CONTINUITY_FEWEST_PEOPLE else None
        for code, found in continuity(day=day).items()
    }


def mean_continuity(found: Mapping[str, Continuity | None]) -> str:
    """The mean of all providers that may be published, weighted by their persons. Empty: fewer than two."""
    published = [each for each in found.values() if each]
    return reduce(Continuity.plus, published).mean if len(published) > 1 else ""
