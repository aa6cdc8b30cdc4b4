"""The Celery application. Its limits are settings (see settings/base.py), each with its reason."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

app = Celery("botkyrka_hemtjanst")
# Rooms below ask for ``celery.current_app``: without this, a thread of the web server gets an app without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
