"""What may stand in a line of a log. Without Django, for the server that starts before it."""

import re

# Six digits or more, however they are spaced, and what may end an identity number.
# Signs that people and programs put between the digits: spaces, hyphens of any kind, signs of no width.
_BETWEEN = r"\s+\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212"
_NUMBER = re.compile(rf"\d(?:[{_BETWEEN}]*\d){{5,}}(?:[{_BETWEEN}]*[0-9A-Z]{{1,4}}\b)?")


def without_numbers(text: str) -> str:
    """``text`` with everything that could be an identity number, or part of one, taken out."""
    return _NUMBER.sub("[nummer]", text)


def one_line(text: str) -> str:
    """``text`` with a question mark for each sign that cannot be printed: line breaks and terminal codes too."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
