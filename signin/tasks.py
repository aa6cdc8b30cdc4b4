"""Celery task. Idempotent."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command


@shared_task(name="casework.sessions")
def sessions() -> None:
    """Delete expired sessions and their metadata."""
    call_command("clearsessions")
    open_keys = Session.objects.values_list("session_key", flat=True)
    UserSession.objects.exclude(session_key__in=open_keys).delete()
