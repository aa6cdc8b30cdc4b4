"""Web access log, safe from forged lines and identity numbers.

Gunicorn passes the path unquoted: ``%0a`` in it would begin a new line, and a visitor may type a number in an
address.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from common.log_lines import one_line, without_numbers

_LONGEST = 200


class AccessLog(Logger):  # type: ignore[misc]
    def atoms(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {**found, "U": safe_path(str(found.get("U") or "")), "m": one_line(str(found.get("m") or ""))[:20]}


def safe_path(path: str) -> str:
    return without_numbers(one_line(path))[:_LONGEST]
