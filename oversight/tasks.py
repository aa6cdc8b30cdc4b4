"""Celery task: one service call. Idempotent."""

import structlog
from celery import shared_task

from common import clock
from oversight.figures.sheet import count_missing

log = structlog.get_logger(__name__)


@shared_task(name="casework.count_figures")
def count_figures(code: str | None = None) -> None:
    """The day's figures, of every period or of the one with the code. What has been counted today is left as it is."""
    log.info("figures.counted", periods=count_missing(day=clock.today(), code=code))
