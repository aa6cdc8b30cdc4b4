"""The code of a letter as a text: made, printed, typed, and kept as a digest (ADR 11).

Twelve signs in three groups of four, ``K7M2-PX9T-4W18``: eleven drawn, and one that finds a slip of the pen. Of signs
that look alike the alphabet has one, and what is mistaken for it is read as it. There is no vowel but Y: no code is a
word.
"""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum import luhn

ALPHABET = "0123456789CFHJKMNPRTVWXY"
LENGTH = 12
# What people write for what is printed: O for 0, S for 5.
_TAKEN_FOR = str.maketrans("OQDILZSGBU", "000112568V")
_BETWEEN = " \t\r\n\u00a0-\u2010\u2011\u2012–—\u2212.,_/"


class CodeError(ValueError):
    """The text cannot be a code. The message says in Swedish what to do."""


def new_code() -> str:
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return f"{drawn}{luhn.calc_check_digit(drawn, ALPHABET)}"


def for_print(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def parse(text: str) -> str:
    """The code that somebody typed, however they spaced it, and in large or small letters.

    Raises:
        CodeError: it is too short or too long, has a sign that no code has, or one is wrong.
    """
    signs = "".join(sign for sign in text.upper() if sign not in _BETWEEN).translate(_TAKEN_FOR)
    if len(signs) != LENGTH:
        raise CodeError(_("Koden har tolv tecken. Du har skrivit %(count)d.") % {"count": len(signs)})
    if set(signs) - set(ALPHABET) or not luhn.is_valid(signs, ALPHABET):
        raise CodeError(_("Något tecken i koden är fel. Jämför med brevet, ett tecken i taget."))
    return signs


def digest(code: str) -> str:
    """Keyed: whoever has the table without the key cannot try codes against it."""
    return hmac.new(settings.LETTER_CODE_KEY.encode(), code.encode(), hashlib.sha256).hexdigest()
