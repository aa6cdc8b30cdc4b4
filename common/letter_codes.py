"""Letter codes as text: generation, formatting, parsing, and digest (ADR 11).

Twelve characters in three groups of four, ``K7M2-PX9T-4W18``: eleven random, and one check character. Look-alike
characters are mapped to the one in the alphabet. The only vowel is Y, so that no code is a word.
"""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum import luhn

ALPHABET = "0123456789CFHJKMNPRTVWXY"
LENGTH = 12
# Substitutions in handwriting and typing: O for 0, S for 5.
_TAKEN_FOR = str.maketrans("OQDILZSGBU", "000112568V")
_BETWEEN = " \t\r\n\u00a0-\u2010\u2011\u2012–—\u2212.,_/"


class CodeError(ValueError):
    """Not a possible code. The message says in Swedish what to do."""


def new_code() -> str:
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return f"{drawn}{luhn.calc_check_digit(drawn, ALPHABET)}"


def for_print(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def parse(text: str) -> str:
    """Parse a typed code: any spacing, upper or lower case.

    Raises:
        CodeError: wrong length, an invalid character, or a wrong check character.
    """
    signs = "".join(sign for sign in text.upper() if sign not in _BETWEEN).translate(_TAKEN_FOR)
    if len(signs) != LENGTH:
        raise CodeError(_("Koden har tolv tecken. Du har skrivit %(count)d.") % {"count": len(signs)})
    if set(signs) - set(ALPHABET) or not luhn.is_valid(signs, ALPHABET):
        raise CodeError(_("Något tecken i koden är fel. Jämför med brevet, ett tecken i taget."))
    return signs


def digest(code: str) -> str:
    """Keyed digest: the table cannot be searched without the key."""
    return hmac.new(settings.LETTER_CODE_KEY.encode(), code.encode(), hashlib.sha256).hexdigest()
