"""Scheduler with a heartbeat: scripts/healthcheck.py checks the time of its last tick."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler


class TickingScheduler(PersistentScheduler):
    """Celery's own schedule file is no heartbeat: it is written to disk when the process ends."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        delay: float = super().tick(*args, **kwargs)
        # Missing in the stubs.
        Path(f"{self.schedule_filename}.tick").touch()  # type: ignore[attr-defined]
        return delay
