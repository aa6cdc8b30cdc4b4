"""What figures can be of: today, a choice round, a calendar year.

Nothing in between. If each could choose days freely, the difference between two periods would be the figures of the
days that are in one and not in the other, however few.
"""

import datetime
from dataclasses import dataclass

from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from allocation.models import AllocationRun
from choices.models import ChoiceRound

NOW, ROUND, YEAR = "nu", "omgang", "ar"


@dataclass(frozen=True)
class Period:
    """``code`` stands in the address: ``nu``, ``omgang-hosten-2020``, ``ar-2020``."""

    kind: str
    code: str
    name: str
    round: ChoiceRound | None = None
    year: int = 0


def periods(*, day: datetime.date) -> list[Period]:
    """Those there are on ``day``: today first, then rounds that have opened, then years, the newest first."""
    found = [Period(NOW, NOW, _("I dag"))]
    for round in ChoiceRound.objects.filter(opens_on__lte=day).order_by("-opens_on"):
        found.append(Period(ROUND, f"{ROUND}-{round.code}", _("Valomgång: %(name)s") % {"name": round.name}, round))
    begun = AllocationRun.objects.filter(status=AllocationRun.Status.APPLIED, effective_date__lte=day)
    years = set(begun.values_list(ExtractYear("effective_date"), flat=True)) | {day.year}
    found += [
        Period(YEAR, f"{YEAR}-{year}", _("År %(year)s") % {"year": year}, year=year)
        for year in sorted(years, reverse=True)
    ]
    return found


def period(*, code: str, day: datetime.date) -> Period | None:
    """The one of that code. Empty: today. None: there is none."""
    return next((each for each in periods(day=day) if each.code == (code or NOW)), None)
