"""The Celery application. Its limits are settings (see settings/base.py), with reasons."""

import os

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

app = Celery("botkyrka_hemtjanst")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_the_owner(**_signal: object) -> None:
    """As in wsgi.py: do not start as a role that could change the log."""
    from django.conf import settings

    from audit.app_role import refuse_more

    if settings.DATABASE_OWNER_REFUSED:
        refuse_more()


@heartbeat_sent.connect
def write_heartbeat(**_signal: object) -> None:
    """The worker's own process sends it every two seconds, also while its children work."""
    from common import heartbeats

    heartbeats.beat(heartbeats.WORKER)
