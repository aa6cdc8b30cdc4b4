"""Log lines of Django, Celery and gunicorn in one format. Independent of Django: gunicorn starts before it.

A line of ``structlog`` and a line of ``logging`` get the same keys: event, level, logger, timestamp, and those bound to
the request, task, night or run.
"""

import traceback
from typing import Any

import structlog
from structlog.typing import EventDict

from common.log_errors import without_rows

JSON, PLAIN = "json", "plain"

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configure() -> None:
    """Pass the lines of ``structlog`` through ``logging``, with its levels, filters and formatters."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.ExceptionRenderer(_exception),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def formatter(style: str) -> structlog.stdlib.ProcessorFormatter:
    """``style``: ``json``, an object on one line; or ``plain``, for a person's terminal."""
    renderer = structlog.processors.JSONRenderer() if style == JSON else _plain
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder(allow=ACCESS_FIELDS)],
    )


# Fields of a line in the web access log (common.access_log).
ACCESS_FIELDS = ("method", "path", "status", "milliseconds", "request_id")


def _plain(_logger: Any, _name: str, event: EventDict) -> str:
    level, logger, text = event.pop("level", ""), event.pop("logger", ""), event.pop("event", "")
    exception = event.pop("exception", "")
    event.pop("timestamp", None)
    more = "".join(f" {key}={value}" for key, value in event.items())
    return f"{level.upper()} {logger}: {text}{more}" + (f"\n{exception}" if exception else "")


def _exception(exc_info: Any) -> str:
    return without_rows("".join(traceback.format_exception(*exc_info)))
