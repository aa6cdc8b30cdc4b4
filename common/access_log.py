"""Web access log, safe from forged lines and identity numbers.

Gunicorn passes the path unquoted: ``%0a`` in it would begin a new line, and a visitor may type a number in an
address.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from common.log_format import JSON, formatter
from common.log_lines import one_line, without_numbers

_LONGEST = 200


class AccessLog(Logger):  # type: ignore[misc]
    """A JSON object for each request, with the id that its other log lines have; gunicorn's own messages alike."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter(JSON))

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> None:
        if not self.cfg.accesslog:
            return
        found = self.atoms(resp, req, environ, request_time)
        fields = {
            "method": one_line(str(found.get("m") or ""))[:20],
            # The path without the query string, so that search terms are not logged.
            "path": safe_path(str(found.get("U") or "")),
            "status": int(found.get("s") or 0),
            "milliseconds": found.get("M"),
            "request_id": dict(resp.headers).get("X-Request-ID"),
        }
        self.access_log.info("request", extra=fields)


def safe_path(path: str) -> str:
    return without_numbers(one_line(path))[:_LONGEST]
