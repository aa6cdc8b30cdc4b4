"""Numbers that came with a request."""

import re

# Nine digits fit in every column of the database, and in an integer of Python's whatever its limits.
_WHOLE = re.compile(r"[0-9]{1,9}")


def whole_number(text: str, *, else_: int = 0) -> int:
    """The number that ``text`` is in plain digits, at most nine; else ``else_``. Other scripts' digits are none."""
    return int(text) if _WHOLE.fullmatch(text) else else_
