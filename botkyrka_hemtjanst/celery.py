"""The Celery application. Its limits are settings (see settings/base.py), with reasons."""

import os

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, setup_logging, worker_init, worker_ready

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
    from common.pool import refuse_unknown_pool

    if settings.DATABASE_OWNER_REFUSED:
        refuse_more()
        refuse_unknown_pool()


@heartbeat_sent.connect
def write_heartbeat(**_signal: object) -> None:
    """The worker's own process sends it every two seconds, also while its children work."""
    from common import heartbeats

    heartbeats.beat(heartbeats.WORKER)


@setup_logging.connect
def keep_logging(**_signal: object) -> None:
    """Celery leaves logging alone when this signal has a receiver: the project's own lines are JSON, without rows."""


@worker_init.connect
def count_tasks(**_signal: object) -> None:
    """Before the worker's processes fork: the signals of its tasks are counted in each of them."""
    from common import metrics  # noqa: F401


@worker_ready.connect
def serve_metrics(**_signal: object) -> None:
    from django.conf import settings

    from common import metrics

    if settings.METRICS_WORKER_BIND:
        metrics.serve()
