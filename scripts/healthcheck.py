"""Health check of a container: healthcheck.py web, healthcheck.py beat. Exits with 0 or with a reason."""

import os
import sys
import time
import urllib.request
from pathlib import Path

WEB = "http://127.0.0.1:8000/halsa/webb/"
TICK = Path("/srv/beat/schedule.tick")
# Beat ticks at least once a minute (docker-compose.yml: --max-interval).
STALE = 5 * 60


def web() -> str | None:
    """With the site's own host name: Django refuses others."""
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")  # noqa: TID251
    request = urllib.request.Request(WEB, headers={"Host": "localhost" if name == "*" else name})
    try:
        with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310
            return None if response.status == 200 else f"{WEB} answered {response.status}"
    except OSError as error:
        return f"{WEB}: {error}"


def beat() -> str | None:
    try:
        age = time.time() - TICK.stat().st_mtime
    except FileNotFoundError:
        return f"no {TICK}"
    return None if age < STALE else f"the scheduler last ticked {age:.0f} seconds ago"


if __name__ == "__main__":
    sys.exit({"web": web, "beat": beat}[sys.argv[1]]())
