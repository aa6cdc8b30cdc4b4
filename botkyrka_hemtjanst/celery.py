"""The Celery application. Its limits are settings (see settings/base.py), each with its reason."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

app = Celery("botkyrka_hemtjanst")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
