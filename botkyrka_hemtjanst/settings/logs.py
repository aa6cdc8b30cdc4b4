"""Logging: public references and row numbers only, never an identity number or a name."""

from typing import Any

import structlog


def logging_at(level: str) -> dict[str, Any]:
    """Django's LOGGING with readable console lines. Production writes JSON instead."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "processor": structlog.processors.JSONRenderer(),
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso"),
                ],
            },
            "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
        },
        "filters": {"without_rows": {"()": "common.log_errors.WithoutRows"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_rows"]}},
        # Verbose libraries. Authlib logs secrets of an ongoing sign-in.
        "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "pikepdf", "authlib")},
        "root": {"handlers": ["console"], "level": level},
    }
