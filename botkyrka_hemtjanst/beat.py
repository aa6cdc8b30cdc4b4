"""Scheduler with heartbeats: a file for scripts/healthcheck.py in its container, and one in Valkey for ``/halsa/``."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler

from common import heartbeats


class TickingScheduler(PersistentScheduler):
    """Celery's own schedule file is no heartbeat: it is written to disk when the process ends."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        delay: float = super().tick(*args, **kwargs)
        # Missing in the stubs.
        Path(f"{self.schedule_filename}.tick").touch()  # type: ignore[attr-defined]
        heartbeats.beat(heartbeats.BEAT)
        return delay
