"""Swedish alphabetical order, independent of the database's collation.

å ä ö come last, w differs from v, other accented letters follow their base letter (Svenska skrivregler). The embedded
PostgreSQL has no ICU and a municipality's may have any collation, so the order is a stored key of plain ASCII,
compared bytewise.
"""

import unicodedata

_LAST = str.maketrans(
    {
        "å": "{a",
        "ä": "{b",
        "æ": "{b",
        "ö": "{c",
        "ø": "{c",
        "ü": "y",
        "ß": "ss",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "œ": "oe",
        "ə": "e",
    }
)


def sort_key(*names: str) -> str:
    """Key such that ``sorted(names, key=sort_key)`` is Swedish order; several names sort one after another."""
    return "!".join(_key(name) for name in names)


def name_key(*, given: str, family: str) -> str:
    """By family name, then given name. A single name is sorted among the family names."""
    # Truncated to the stored length; letters of other scripts take seven characters each.
    return sort_key(*(name for name in (family, given) if name))[:200]


def _key(name: str) -> str:
    # "{" follows "z" in ASCII and "!" precedes every letter: "Ek, Bo" before "Eklund, Bo".
    letters = unicodedata.normalize("NFC", name.casefold()).translate(_LAST)
    plain = unicodedata.normalize("NFKD", letters)
    return "".join(
        sign if sign.isascii() else f"}}{ord(sign):06x}"
        for sign in plain
        # Letters of other scripts follow the Latin ones ("}" comes after "{"), in Unicode order.
        if (sign.isalnum() or sign in "{ ")
    )
