"""Sanitising of log lines. Independent of Django, for the server that starts before it."""

import re

# Six digits or more with any separators, and the possible end of an identity number. Separators: spaces, hyphens of
# any kind, zero-width characters.
_BETWEEN = r"\s+\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212"
_NUMBER = re.compile(rf"\d(?:[{_BETWEEN}]*\d){{5,}}(?:[{_BETWEEN}]*[0-9A-Z]{{1,4}}\b)?")


def without_numbers(text: str) -> str:
    """``text`` without anything that could be an identity number or part of one."""
    return _NUMBER.sub("[nummer]", text)


def one_line(text: str) -> str:
    """``text`` with a question mark for each unprintable character, line breaks and terminal codes included."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
