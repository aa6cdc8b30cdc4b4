"""Thin: a service called. Safe to run twice."""

import structlog
from celery import shared_task

from common import clock
from oversight.figures.sheet import count_all

log = structlog.get_logger(__name__)


@shared_task(name="casework.count_figures")
def count_figures() -> None:
    """The day's figures. What has been counted today is left as it is."""
    log.info("figures.counted", periods=count_all(day=clock.today()))
