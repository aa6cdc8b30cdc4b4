"""Swedish identity numbers, stored as twelve characters.

Three kinds: personnummer; samordningsnummer (day of birth plus 60); reservnummer, given by a care provider to
somebody who has neither, which may hold letters and has no check digit that all follow.
Source: Skatteverket, SKV 704 (personnummer) and SKV 707 (samordningsnummer).
"""

import datetime
import re

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import luhn

from common import clock


class IdentityKind(models.TextChoices):
    PERSONAL = "personal", gettext_lazy("Personnummer")
    COORDINATION = "coordination", gettext_lazy("Samordningsnummer")
    RESERVE = "reserve", gettext_lazy("Reservnummer")


class IdentityNumberError(ValueError):
    """The text is not an identity number. The message says in Swedish what to do and repeats no number."""


_DIGITS = re.compile(r"^(\d{8})([-+]?)(\d{4})$")
_SHORT = re.compile(r"^(\d{6})([-+]?)(\d{4})$")
# The birth date followed by four signs, at least one of them a letter: so it can be no other kind.
_RESERVE = re.compile(r"^\d{8}(?=[0-9A-Z]*[A-Z])[0-9A-Z]{4}$")


def parse(text: str, *, today: datetime.date | None = None) -> tuple[str, IdentityKind]:
    """The number as twelve characters, and its kind.

    Takes ``19391204-9803``, ``193912049803``, ``391204-9803`` and, from the year one turns 100, ``391204+9803``.

    Raises:
        IdentityNumberError: wrong length, no such date, or wrong check digit.
    """
    cleaned = re.sub(r"[\s–]", lambda m: "-" if m.group() == "–" else "", text).upper()
    if match := _SHORT.match(cleaned):
        cleaned = _century(match[1], match[2], today or clock.today()) + match[3]
    elif match := _DIGITS.match(cleaned):
        cleaned = match[1] + match[3]
    elif _RESERVE.match(cleaned.replace("-", "")):
        number = cleaned.replace("-", "")
        _birth_date(number[:8])
        return number, IdentityKind.RESERVE
    else:
        raise IdentityNumberError(_("Skriv numret med tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."))
    kind = IdentityKind.COORDINATION if int(cleaned[6:8]) > 60 else IdentityKind.PERSONAL
    _birth_date(cleaned[:8])
    if not luhn.is_valid(cleaned[2:]):
        raise IdentityNumberError(_("Sista siffran stämmer inte. Kontrollera att numret är rätt skrivet."))
    return cleaned, kind


def birth_date(number: str) -> datetime.date:
    """The date of birth that a stored number tells. (A personnummer's day may be a neighbour of the real one.)"""
    return _birth_date(number[:8])


def for_display(number: str) -> str:
    """``19391204-9803``: the way Swedes read it."""
    return f"{number[:8]}-{number[8:]}"


def _century(short: str, sign: str, today: datetime.date) -> str:
    year = today.year - (today.year - int(short[:2])) % 100
    if sign == "+":
        year -= 100
    return f"{year:04d}{short[2:]}"


def _birth_date(digits: str) -> datetime.date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    try:
        return datetime.date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        raise IdentityNumberError(_("Numret börjar inte med ett datum som finns.")) from None
