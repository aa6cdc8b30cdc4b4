"""Simulation figures in Swedish words, for the page, the charts and the terminal."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.whatif.result import FirstChoice, HoursClass
from common.percent import DASH, percent
from common.rounding import whole_hours


def class_name(kind: HoursClass) -> str:
    return {
        HoursClass.SMALL: _("Under 15 timmar"),
        HoursClass.MIDDLE: _("15–75 timmar"),
        HoursClass.LARGE: _("Över 75 timmar"),
    }[kind]


def number(value: int | None) -> str:
    return DASH if value is None else number_format(value, use_l10n=True, force_grouping=True)


def hours(minutes: int | None) -> str:
    """Whole hours: a forecast is not more exact."""
    return DASH if minutes is None else number(whole_hours(minutes))


def hours_words(minutes: int) -> str:
    """``12 timmar``, whole hours as in ``hours``."""
    whole = whole_hours(minutes)
    return ngettext("%(count)s timme", "%(count)s timmar", whole) % {"count": number(whole)}


def share(bp: int | None) -> str:
    """Share of a chart line: basis points rounded down, so that ``percent`` is the only other rounding."""
    return percent(bp, 10_000)


def with_band(words: str, band: tuple[int, int] | None, write: Callable[[int | None], str]) -> str:
    """``20,2 % (19,1 %–21,0 %)``: the figure, with the range of most replications."""
    return words if band is None else f"{words} ({write(band[0])}{DASH}{write(band[1])})"


def met(first: FirstChoice) -> str:
    """``19 av 188 (10,1 %)``."""
    if not first.asked:
        return DASH
    words = {"met": number(first.met), "asked": number(first.asked), "share": percent(first.met, first.asked)}
    return _("%(met)s av %(asked)s (%(share)s)") % words
