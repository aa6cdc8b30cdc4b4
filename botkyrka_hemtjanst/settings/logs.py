"""Logging: public references and row numbers only, never an identity number or a name."""

from typing import Any

from common import log_format


def logging_at(level: str, style: str) -> dict[str, Any]:
    """Django's LOGGING. ``style``: ``json`` or ``plain`` (common.log_format)."""
    log_format.configure()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "common.log_format.formatter", "style": style}},
        "filters": {"without_rows": {"()": "common.log_errors.WithoutRows"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["without_rows"]}},
        # Verbose libraries. Authlib logs secrets of an ongoing sign-in.
        "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "pikepdf", "authlib")},
        "root": {"handlers": ["console"], "level": level},
    }
