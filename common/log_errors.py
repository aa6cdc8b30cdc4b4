"""Error logging without data: PostgreSQL's messages contain the offending row and the statement."""

import logging
import re
import traceback

from common.log_lines import without_numbers

# Lines that PostgreSQL adds to its message, each with data: "Key (phone)=(070-…) already exists."
_ADDED = re.compile(
    r"^(?:DETAIL|CONTEXT|HINT|LINE \d+|QUERY|STATEMENT):.*?(?=^\S|\Z)|^\s*\^\s*$", re.MULTILINE | re.DOTALL
)


class WithoutRows(logging.Filter):
    """Adds the traceback to the message, without row values and without numbers that could identify a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            told = "".join(traceback.format_exception(*record.exc_info))
            # Celery's message has the error itself, with its line breaks as \\n.
            message = without_rows(record.getMessage().replace("\\n", "\n"))
            record.msg = f"{message}\n{without_rows(told)}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


def without_rows(told: str) -> str:
    return without_numbers(_ADDED.sub("", told)).rstrip()
