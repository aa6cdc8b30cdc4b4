"""A scheduler that shows that it lives: scripts/healthcheck.py looks at when it last ticked."""

from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler


class TickingScheduler(PersistentScheduler):
    """Celery's own schedule file does not tell: it is written to disk when the process ends."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        delay: float = super().tick(*args, **kwargs)
        # The stubs have forgotten this attribute.
        Path(f"{self.schedule_filename}.tick").touch()  # type: ignore[attr-defined]
        return delay
