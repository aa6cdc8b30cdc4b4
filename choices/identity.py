"""Swedish identity numbers, stored as twelve characters. Files, search, e-ID and letter codes are all parsed here.

- Personnummer: the date of birth, a birth number from 001, a check digit (Skatteverket, SKV 704). The day may be a
  neighbour of the real one.
- Samordningsnummer: the day of birth plus 60 (SKV 707). Day 60 is an unknown day and month 00 an unknown month
  (Skatteverket's open data, *Testsamordningsnummer*).
- Reservnummer, given by a care provider to a person who has neither. With letters among the last four: the regions'
  own, and the national one, whose first two characters are the century of birth plus a multiple of three, or 00 for an
  unknown date (Inera, *Nationellt ReservID* and *Lokala reservid*). Region Stockholm's are digits only: 99, the year of
  issue, six digits. Inera says that the last of them is a check digit, the region's own guide (*Vårdgivarguiden*) that
  all six are random: so it is not checked.

python-stdnum supplies the check digit. Its ``se.personnummer`` knows neither coordination numbers nor a given day.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from hmac import compare_digest

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


@dataclass(frozen=True)
class BirthDate:
    """Date of birth as far as the number gives it; unknown parts are None."""

    year: int | None
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> datetime.date | None:
        """The full date, or None when a part is unknown."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return datetime.date(self.year, self.month, self.day)

    @property
    def earliest(self) -> datetime.date:
        """The earliest possible date."""
        if self.year is None:
            return datetime.date.min
        return datetime.date(self.year, self.month or 1, self.day or 1)

    def __bool__(self) -> bool:
        return self.year is not None

    def __str__(self) -> str:
        """``1939-12-04``; ``1939-12`` and ``1939`` where the rest is unknown; empty if all is."""
        if self.year is None:
            return ""
        if self.month is None:
            return f"{self.year}"
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


UNKNOWN = BirthDate(None)
# Earliest possible birth: numbers were introduced in 1947, and the oldest Swede then was born in 1844.
FIRST_YEAR = 1840
_DIGITS = re.compile(r"^(\d{8})[-+]?(\d{4})$", re.ASCII)
_SHORT = re.compile(r"^(\d{6})([-+])(\d{4})$", re.ASCII)
_NO_SIGN = re.compile(r"^\d{10}$", re.ASCII)
# At least one letter, which rules out the other kinds. At least one digit: ABCD and XXXX are placeholders.
_RESERVE = re.compile(r"^(\d{8})[-+]?((?=.*[A-Z])(?=.*\d)(?!.*([A-Z])\3\3)[0-9A-Z]{4})$", re.ASCII)
_SHORT_RESERVE = re.compile(r"^\d{6}[-+]?(?=.*[A-Z])(?=.*\d)[0-9A-Z]{4}$", re.ASCII)
_MASK = re.compile(r"^\d{6}(\d\d)?[-+]?[0-9A-Z*#?_.•]{4}$", re.ASCII)
_STOCKHOLM = re.compile(r"^99(19|20|21)\d{8}$", re.ASCII)
_IN_TEXT = re.compile(r"(?<![\d-])(\d{8}|\d{6})\s?([-+\u2010-\u2015\u2212]?)\s?(\d{4})(?![\d-])", re.ASCII)
# Added to the day of birth in a coordination number.
_COORDINATION = 60


def normalise(text: str) -> str:
    """Capitals without spaces and invisible characters; digits and hyphens of any script as ASCII."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text).upper():
        category = unicodedata.category(sign)
        if category == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif category == "Pd" or sign == "\u2212":
            signs.append("-")
        elif category not in ("Zs", "Zl", "Zp", "Cf", "Cc"):
            signs.append(sign)
    return "".join(signs)


def parse(text: str, *, today: datetime.date | None = None) -> tuple[str, IdentityKind]:
    """The number as twelve characters, and its kind.

    Accepts ``19391204-9803``, ``193912049803``, ``391204-9803`` and, from the year of the 100th birthday,
    ``391204+9803`` (folkbokföringslagen 1991:481 18 §). Ten digits without the sign are ambiguous about the century
    and refused.

    Raises:
        IdentityNumberError: wrong length, no such date, a date before any living person's birth, a wrong check
            digit, or placeholder characters.
    """
    today = today or clock.today()
    number, kind = _form(normalise(text), today)
    born = birth_date(number)
    if born.year is not None and born.year < FIRST_YEAR:
        raise IdentityNumberError(_("Numret börjar med ett datum för så länge sedan att det inte kan stämma."))
    if born.earliest > today:
        raise IdentityNumberError(_("Numret börjar med ett datum som inte har varit än. Kontrollera årtalet."))
    if kind is not IdentityKind.RESERVE:
        if not luhn.is_valid(number[2:]):
            raise IdentityNumberError(_("Sista siffran stämmer inte. Kontrollera att numret är rätt skrivet."))
        if number[8:11] == "000":
            raise IdentityNumberError(_("Numret slutar på nollor. Skriv alla siffror."))
    return number, kind


def is_mentioned(text: str) -> bool:
    """Whether a written text contains what reads as an identity number. Ten digits from 0 are a phone number."""
    for date, sign, rest in _IN_TEXT.findall(unicodedata.normalize("NFKC", text)):
        if len(date) == 6 and not sign and date.startswith("0"):
            continue
        try:
            parse(f"{date}{sign if sign == '+' else '-'}{rest}")
        except IdentityNumberError:
            continue
        return True
    return False


def birth_date(number: str) -> BirthDate:
    """Date of birth in a stored number.

    Raises:
        IdentityNumberError: the number does not begin with a date.
    """
    if kind_of(number) is not IdentityKind.RESERVE:
        day = int(number[6:8])
        if day < _COORDINATION:
            return _date(number[:4], number[4:6], day)
        return _date(number[:4], number[4:6], day - _COORDINATION, partly=True)
    if number.isdigit() or number.startswith("00"):
        return UNKNOWN
    century = int(number[:2])
    # National series: 22, 25, 28 … stand for 19; 23, 26, 29 … for 20.
    century = century if century < 22 else 18 + (century - 18) % 3
    return _date(f"{century}{number[2:4]}", number[4:6], int(number[6:8]))


def typed_date(text: str) -> str:
    """Date of birth as typed, in six or eight digits. Unknown parts are zeros or left out.

    Raises:
        IdentityNumberError: no number can begin with this date.
    """
    digits = re.sub(r"[.,/-]", "", normalise(text))
    # Region Stockholm's numbers begin with no date: eight characters of the number take its place.
    if re.fullmatch(r"99(19|20|21)\d{4}", digits, re.ASCII):
        return digits
    if not re.fullmatch(r"\d{6}(\d\d)?", digits, re.ASCII):
        raise IdentityNumberError(_("Skriv år, månad och dag med åtta siffror, till exempel 19391204."))
    day = int(digits[-2:])
    try:
        # Leap year when the century is missing; comparison with the person's own date decides.
        year = digits[:4] if len(digits) == 8 else f"20{digits[:2]}"
        _date(year, digits[-4:-2], day - _COORDINATION if day >= _COORDINATION else day, partly=True)
    except IdentityNumberError:
        raise IdentityNumberError(_("Skriv år, månad och dag med åtta siffror, till exempel 19391204.")) from None
    return digits


def is_date_of(typed: str, number: str) -> bool:
    """``typed``, as returned by ``typed_date``, matches the date of birth in a stored number.

    Either as written there or, in a coordination number, with the day minus 60. Six digits match in any century.
    """
    dates = [number[:8]]
    if kind_of(number) is IdentityKind.COORDINATION:
        dates.append(f"{number[:6]}{int(number[6:8]) - _COORDINATION:02}")
    return any(compare_digest(typed, date[8 - len(typed) :]) for date in dates)


def kind_of(number: str) -> IdentityKind:
    """The kind of a stored number."""
    if not number.isdigit() or _STOCKHOLM.match(number):
        return IdentityKind.RESERVE
    return IdentityKind.COORDINATION if int(number[6:8]) >= _COORDINATION else IdentityKind.PERSONAL


def for_display(number: str) -> str:
    """Display form: ``19391204-9803``."""
    return f"{number[:8]}-{number[8:]}"


def _form(signs: str, today: datetime.date) -> tuple[str, IdentityKind]:
    if match := _SHORT.match(signs):
        number = _century(match[1], match[2], today) + match[3]
    elif (match := _DIGITS.match(signs)) or (match := _RESERVE.match(signs)):
        number = match[1] + match[2]
    elif _NO_SIGN.match(signs):
        raise IdentityNumberError(
            _("Tio siffror utan tecken säger inte vilket århundrade. Skriv tolv, till exempel ÅÅÅÅMMDD-NNNN.")
        )
    elif _SHORT_RESERVE.match(signs):
        raise IdentityNumberError(_("Skriv reservnumret med alla tolv tecken, med århundradet först."))
    elif _MASK.match(signs):
        raise IdentityNumberError(_("De sista siffrorna saknas. Skriv alla siffror."))
    else:
        raise IdentityNumberError(_("Skriv numret med tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."))
    return number, kind_of(number)


def _century(short: str, sign: str, today: datetime.date) -> str:
    """Century from the separator: a hyphen until the year of the 100th birthday, then a plus."""
    year = today.year - (today.year - int(short[:2])) % 100
    if sign == "+":
        year -= 100
    return f"{year:04d}{short[2:]}"


def _date(year: str, month: str, day: int, *, partly: bool = False) -> BirthDate:
    """``partly``: month and day may be zero (unknown)."""
    born = BirthDate(int(year), int(month) or None, day or None)
    try:
        if not partly and (born.month is None or born.day is None):
            raise ValueError
        # Unknown month: take one with 31 days.
        datetime.date(int(year), born.month or 1, born.day or 1)
    except ValueError:
        raise IdentityNumberError(_("Numret börjar inte med ett datum som finns.")) from None
    return born
