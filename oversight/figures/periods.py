"""Periods of figures: today, month by month, a choice round, a calendar year.

No others: with free dates the difference between two periods would reveal the figures of a few days.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from allocation.models import AllocationRun
from choices.models import ChoiceRound

NOW, TIME, ROUND, YEAR = "nu", "over-tid", "omgang", "ar"


@dataclass(frozen=True)
class Period:
    """``code`` is used in URLs: ``nu``, ``over-tid``, ``omgang-hosten-2020``, ``ar-2020``."""

    kind: str
    code: str
    name: str
    round: ChoiceRound | None = None
    year: int = 0


def periods(*, day: datetime.date) -> list[Period]:
    """Periods on ``day``: today first, the months until then, opened rounds, and years, newest first."""
    return [*_always(), *_rounds(day), *_years(day)]


def period(*, code: str, day: datetime.date) -> Period | None:
    """One of ``periods`` by its code. Empty: today. None: unknown."""
    if code.startswith(f"{ROUND}-"):
        return by_code(_rounds(day), code)
    return by_code(_years(day) if code.startswith(f"{YEAR}-") else _always(), code)


def by_code(known: Sequence[Period], code: str) -> Period | None:
    return next((each for each in known if each.code == (code or NOW)), None)


def _always() -> list[Period]:
    return [Period(NOW, NOW, _("I dag")), Period(TIME, TIME, _("Över tid"))]


def _rounds(day: datetime.date) -> list[Period]:
    return [
        Period(ROUND, f"{ROUND}-{round.code}", _("Valomgång: %(name)s") % {"name": round.name}, round)
        for round in ChoiceRound.objects.filter(opens_on__lte=day).order_by("-opens_on")
    ]


def _years(day: datetime.date) -> list[Period]:
    begun = AllocationRun.objects.filter(status=AllocationRun.Status.APPLIED, effective_date__lte=day)
    years = set(begun.values_list(ExtractYear("effective_date"), flat=True)) | {day.year}
    return [
        Period(YEAR, f"{YEAR}-{year}", _("År %(year)s") % {"year": year}, year=year)
        for year in sorted(years, reverse=True)
    ]
