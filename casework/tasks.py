"""Thin: a service called. Each is safe to run twice."""

import structlog
from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command

from accounts.actors import Actor
from allocation.nightly import NightDone, due_night
from botkyrka_hemtjanst import clock
from casework.figures.sheet import count_all
from casework.night import do_night
from casework.runs.starting import do_asked
from providers.models import Municipality

log = structlog.get_logger(__name__)


@shared_task(name="casework.night")
def night() -> None:
    """Asked every ten minutes whether a night is due. A second delivery finds it claimed and stops."""
    day = due_night(clock.now())
    if day is None or not Municipality.objects.exists():
        return
    try:
        done = do_night(business_date=day, actor=Actor.system("night"))
    except NightDone:
        log.info("night.already_done", business_date=str(day))
    else:
        log.info("night.done", business_date=str(day), **done.report)


@shared_task(name="casework.compute_run")
def compute_run(request_id: int) -> None:
    """A run that somebody asked for and that takes long. A second delivery finds it done and stops."""
    do_asked(request_id)


@shared_task(name="casework.sessions")
def sessions() -> None:
    """What is left of sessions that are over: theirs, and what was said of them."""
    call_command("clearsessions")
    open_keys = Session.objects.values_list("session_key", flat=True)
    UserSession.objects.exclude(session_key__in=open_keys).delete()


@shared_task(name="casework.count_figures")
def count_figures() -> None:
    """The day's figures. What has been counted today is left as it is."""
    log.info("figures.counted", periods=count_all(day=clock.today()))
