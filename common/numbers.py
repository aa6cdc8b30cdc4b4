"""Integers from requests."""

import re

# Nine digits fit in every integer column, and within Python's limit on digits.
_WHOLE = re.compile(r"[0-9]{1,9}")


def whole_number(text: str, *, else_: int = 0) -> int:
    """The number written as ``text`` in at most nine ASCII digits; otherwise ``else_``."""
    return int(text) if _WHOLE.fullmatch(text) else else_
