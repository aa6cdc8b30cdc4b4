"""Durations in words, never more precise than the data."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.waiting_times import Estimate

WEEK, MONTH = 7, 30
# Shorter durations are given in weeks.
IN_WEEKS = 2 * MONTH


def duration_words(estimate: Estimate) -> str:
    """``Det brukar ta 2–4 månader till.`` The shorter end is rounded down, the longer one up."""
    if estimate.high is None:
        return _("Hälften har fått plats inom %(time)s. Andra väntar längre. Vi vet inte hur länge.") % {
            "time": at_most(estimate.middle)
        }
    unit = WEEK if estimate.high < IN_WEEKS else MONTH
    low, high = estimate.low // unit, max(-(-estimate.high // unit), 1)
    if low == 0 or low == high:
        return _("Det brukar ta högst %(time)s till.") % {"time": at_most(estimate.high)}
    words = (
        ngettext("Det brukar ta %(low)s–%(high)s vecka till.", "Det brukar ta %(low)s–%(high)s veckor till.", high)
        if unit == WEEK
        else ngettext(
            "Det brukar ta %(low)s–%(high)s månad till.", "Det brukar ta %(low)s–%(high)s månader till.", high
        )
    )
    return words % {"low": low, "high": high}


def at_most(days: int) -> str:
    """``3 veckor``, rounded up."""
    if days < IN_WEEKS:
        weeks = max(-(-days // WEEK), 1)
        return ngettext("%(count)s vecka", "%(count)s veckor", weeks) % {"count": weeks}
    months = -(-days // MONTH)
    return ngettext("%(count)s månad", "%(count)s månader", months) % {"count": months}
