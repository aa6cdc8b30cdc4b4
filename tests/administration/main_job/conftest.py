"""A real Celery worker in processes of its own, on the test's database and broker."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connection


def database_url() -> str:
    """Address of the test database, which differs from the one in the settings."""
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


@contextmanager
def celery_worker():
    """Yield the worker process; its children share its process group, so kill -9 reaches all of them."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "botkyrka_hemtjanst",
        "worker",
        "--concurrency=2",
        "--loglevel=WARNING",
    ]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PYTHONWARNINGS": "default",
    }
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=5)
        process.stderr.close()


@pytest.fixture
def broker():
    """The broker, empty before and after."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
