"""Whether tests take their long form: more examples, more kills, every page. ``make test-long``."""

import os

LONG = bool(os.environ.get("LONG_FORM"))


def examples(many: int) -> int:
    """Number of examples: all in the long form, a third in the short one."""
    return many if LONG else many // 3
