"""Celery tasks: thin and idempotent wrappers of services."""

import structlog
from celery import shared_task

from accounts.actors import Actor
from administration.night import do_night
from administration.runs.starting import do_asked
from allocation.nightly import NightDone, due_night
from common import clock
from providers.models import Municipality

log = structlog.get_logger(__name__)


@shared_task(name="casework.night")
def night() -> None:
    """Called every ten minutes to check whether a night is due. A second delivery finds it claimed and stops."""
    day = due_night(clock.now())
    if day is None or not Municipality.objects.exists():
        return
    if abs(ahead := clock.seconds_ahead()) > clock.WRONG_BY:
        log.error("night.clock_wrong", night=str(day), seconds_ahead=round(ahead))
        return
    try:
        done = do_night(business_date=day, actor=Actor.system("night"))
    except NightDone:
        log.info("night.already_done", night=str(day))
    else:
        run = done.run.reference if done.run else None
        log.info("night.done", night=str(day), run=run, **done.report)


@shared_task(name="casework.compute_run")
def compute_run(request_id: int) -> None:
    """A requested run that takes long. A second delivery finds it done and stops."""
    with structlog.contextvars.bound_contextvars(run_request=request_id):
        do_asked(request_id)
