"""Problem files of runs that the audit refused, kept so that a developer can replay them with the file commands."""

import hashlib
from pathlib import Path

import structlog
from django.conf import settings

from allocation import engine

log = structlog.get_logger(__name__)

# A night that fails is tried a few times, mostly with the same problem. Old failures are of no use after an upgrade.
KEPT = 10


def keep_problem(problem: engine.Problem) -> str:
    """Write the problem file under ``MEDIA_ROOT``, and return its name there.

    Written outside the database, because the failed run rolls its transaction back. The file names people by their
    ids only. A full disk is logged and returned as an empty name: it must not hide the audit's finding.
    """
    content = engine.problem_bytes(problem)
    name = f"failed-runs/{hashlib.sha256(content).hexdigest()}.json"
    path = Path(settings.MEDIA_ROOT) / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
        for old in sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.error("allocation.problem_not_kept", error=type(error).__name__)
        return ""
    return name
