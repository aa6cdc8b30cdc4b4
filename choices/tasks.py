"""Celery tasks: one service call each. Each is idempotent."""

from pathlib import Path

import structlog
from celery import shared_task
from django.conf import settings

from choices.registers import services

log = structlog.get_logger(__name__)


@shared_task(name="choices.read_register")
def read_register() -> None:
    """Apply the register's deliveries. A second delivery of the task finds the first at work and stops."""
    if not settings.REGISTER_FOLDER:
        return
    report = services.read_folder(Path(settings.REGISTER_FOLDER))
    if report.files:
        log.info("register.read", files=report.files, posts=report.posts, changed=report.changed)
