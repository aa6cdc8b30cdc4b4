"""Formatting of numbers and names."""

import datetime
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.roles import Right
from allocation.summary import AreaSummary
from choices import identity
from choices.models import MandateHolder
from common.languages import comma, comma_list
from common.percent import DASH, NBSP
from common.percent import percent as share_of
from common.suppression import SMALLEST_SHOWN, coarse
from providers.known_words import Written, in_readers_language
from providers.languages import language_name
from providers.models import Provider

register = template.Library()

register.simple_tag(comma)
register.filter(comma_list)

_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


@register.filter
def hours(minutes: int | None) -> str:
    """``7410`` → ``123 tim 30 min``. None: a dash."""
    if minutes is None:
        return DASH
    sign = "−" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    text = _("%(hours)s tim") % {"hours": number_format(whole, use_l10n=True, force_grouping=True)}
    if rest:
        text = _("%(hours)s %(minutes)s min") % {"hours": text, "minutes": rest}
    return sign + text.replace(" ", NBSP)


@register.filter
def hours_in_words(minutes: int) -> str:
    """``7410`` → ``123 timmar och 30 minuter``."""
    whole, rest = divmod(minutes, 60)
    hours = ngettext("%(count)s timme", "%(count)s timmar", whole) % {
        "count": number_format(whole, force_grouping=True)
    }
    left = ngettext("%(count)s minut", "%(count)s minuter", rest) % {"count": rest}
    if not rest:
        return hours
    return _("%(hours)s och %(minutes)s") % {"hours": hours, "minutes": left} if whole else left


@register.filter("share_of")
def part_of(part: int, whole: int) -> str:
    """``184``, ``1000`` → ``18,4 %``."""
    return share_of(part, whole)


@register.filter
def percent(share_bp: int | None) -> str:
    """A limit in basis points → ``18,4 %``. For a part of a whole use ``common.percent``."""
    return share_of(share_bp, 10_000)


@register.simple_tag
def days(first: datetime.date, last: datetime.date) -> str:
    """``20–27 november 2020``; one day, or days of two months, in full."""
    if first == last:
        return date_format(last)
    if (first.year, first.month) != (last.year, last.month):
        return f"{date_format(first)}–{date_format(last)}"
    # The day as the language writes it in a date: "20", in Finnish "20.".
    day = get_format("DATE_FORMAT").split()[0]
    return f"{date_format(first, day)}–{date_format(last)}"


@register.filter
def count(number: int | None) -> str:
    """``1234`` → ``1 234``. None: a dash."""
    return DASH if number is None else number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def people(number: int | None, may: Mapping[str, bool]) -> str:
    """A number of people, exact for readers who may see people. Numbers including protected people are hidden from
    readers who may not know of them (``secrecy.gate.counts_everybody``).
    """
    if number is None or may.get(Right.SEE_PERSONS.value):
        return count(number)
    told = coarse(number)
    if told is None:
        return _("färre än %(small)s") % {"small": SMALLEST_SHOWN}
    # A rounded number is never shown as an exact one.
    return _("ungefär %(number)s") % {"number": count(told)} if told else count(told)


@register.filter
def people_for_plural(number: int, may: Mapping[str, bool]) -> int:
    """The number for the plural form: ``people`` shows "färre än 5" for one, too."""
    return number if may.get(Right.SEE_PERSONS.value) else coarse(number) or SMALLEST_SHOWN


@register.filter
def last_day(valid_until: datetime.date) -> datetime.date:
    """Last valid day of a half-open period, whose end is the first invalid day."""
    return valid_until - datetime.timedelta(days=1)


@register.filter
def moment(at: datetime.datetime) -> str:
    """``23 november 14:05``, in the language's format."""
    return f"{date_format(localtime(at), 'MONTH_DAY_FORMAT')} {date_format(localtime(at), 'TIME_FORMAT')}"


@register.filter
def weekday(day: datetime.date) -> str:
    """``måndag 23 november``."""
    return f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}"


@register.filter
def short_day(day: datetime.date) -> str:
    """``23 nov``, for columns."""
    return _short_day(day, get_language())


@lru_cache(maxsize=1_000)
def _short_day(day: datetime.date, language: str | None) -> str:
    """A long list repeats its days."""
    return date_format(day, "j.n." if language == "fi" else "j b")


@register.filter
def tel(phone: str) -> str:
    """URL of a phone link: ``08-530 610 00`` → ``tel:0853061000``; the (0) after a country code is not dialled."""
    if phone.startswith(("+", "00")):
        phone = phone.replace("(0)", "")
    return "tel:" + "".join(sign for sign in phone if sign.isdigit() or sign == "+")


@register.filter
def breakable(address: str) -> str:
    """An e-mail address that may wrap after the @ in a narrow column."""
    name, at, domain = address.partition("@")
    return format_html("{}{}<wbr>{}", name, at, domain) if at else address


@register.filter
def languages(codes: list[str]) -> str:
    """``["sv", "fi"]`` → ``svenska, finska``."""
    return comma_list(language_name(code) for code in codes)


@register.filter
def meals(codes: list[str]) -> str:
    """``["cooked", "halal"]`` → ``Lagar mat hemma hos dig, Halalmat``."""
    return comma_list(Provider.Meals(code).label for code in codes)


@register.filter
def language(code: str) -> str:
    return language_name(code)


@register.filter
def written_in(text: str | Written, tag: str) -> str:
    """Text by a provider or the municipality, in a language that may differ from the page's. Common Swedish words are
    shown in the reader's language.

    Sets ``lang`` and ``dir``: screen readers use the right voice, and on a right-to-left page the full stop stays in
    place.
    """
    if isinstance(text, Written):
        text, known = text
    else:
        known = in_readers_language(text) if tag == "sv" else None
    if known:
        return known
    if not text or tag == get_language() or tag == (get_language() or "").partition("-")[0]:
        return text
    return format_html('<span lang="{}" dir="{}">{}</span>', tag, "rtl" if tag in _RIGHT_TO_LEFT else "ltr", text)


@register.filter
def own_words(text: str) -> str:
    """A name that the municipality has given, in its translation if there is one. For sentences and titles."""
    return in_readers_language(text) or text


@register.filter
def left_to_right(text: str) -> str:
    """A number or an address within a sentence, isolated: on a right-to-left page its groups stay in order."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def postcode(text: str) -> str:
    """``14785`` → ``147 85``."""
    return f"{text[:3]}{NBSP}{text[3:]}" if len(text) == 5 and text.isdigit() else text


@register.filter
def of(found: dict[Any, Any], key: Any) -> Any:
    """``found[key]``, or None."""
    return found.get(key)


@register.filter
def identity_number(number: str) -> str:
    return identity.for_display(number)


@register.filter
def name_for(holder: MandateHolder, may: Mapping[str, bool]) -> str:
    return holder.name_for(sees_protected=bool(may.get(Right.SEE_PROTECTED.value)))


@register.filter
def phone_for(holder: MandateHolder, may: Mapping[str, bool]) -> str:
    return holder.phone_for(sees_protected=bool(may.get(Right.SEE_PROTECTED.value)))


@register.inclusion_tag("staff_ui/_share_bar.html")
def share_bar(area: AreaSummary) -> dict[str, object]:
    """The external share of an area against its limit. In thousandths, enough for a chart."""
    base = area.base_minutes or 1
    return {
        "area": area,
        "share": share_of(area.external_minutes, area.base_minutes),
        "used": min(area.external_minutes * 1000 // base, 1000),
        "over_limit": area.share_cap_minutes is not None and area.external_minutes > area.share_cap_minutes,
        "limit": None if area.share_bp is None else area.share_bp // 10,
    }
