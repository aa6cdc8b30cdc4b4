"""Health of the whole system: 200 only when every part is well."""

import datetime
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from redis import Redis

from accounts.actors import Actor
from audit.sealing import seal_all
from audit.services import record
from common import clock, heartbeats
from letters.models import Letter
from oversight.health.checks import checks
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_heartbeats():
    with Redis.from_url(settings.REDIS_URL) as valkey:
        for name in heartbeats.LIMITS:
            valkey.delete(f"heartbeat:{name}")
    heartbeats._written.clear()


def _parts():
    return {check.code: check.is_well for check in checks()}


def _ask():
    answer = Client().get(reverse("health"))
    return answer.status_code, answer.json()


def test_all_parts_well():
    for name in heartbeats.LIMITS:
        heartbeats.beat(name)
    seal_all()
    status, told = _ask()
    assert (status, told["ok"]) == (200, True)
    assert set(told["checks"]) == {
        "database", "broker", "worker", "beat", "disk", "clock", "night", "letters_made", "letters_sent", "seals",
    }  # fmt: skip
    assert all(part["limit"] for part in told["checks"].values())


def test_html_health_page_has_the_checks_of_the_json():
    heartbeats.beat(heartbeats.WORKER)
    answer = Client().get(reverse("health"), headers={"accept": "text/html"})
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "Något fungerar inte" in text
    assert all(check.name in text for check in checks())


def test_dead_worker_is_seen(wait_until):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test"}
    arguments = ["-A", "botkyrka_hemtjanst", "worker", "--pool=solo", "--loglevel=WARNING"]
    worker = subprocess.Popen([sys.executable, "-m", "celery", *arguments], env=environment)
    try:
        wait_until(lambda: _parts()["worker"])
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    with Redis.from_url(settings.REDIS_URL) as valkey:
        # Nobody renews it: after the limit it is gone.
        left = valkey.ttl("heartbeat:worker")
        assert 0 < left <= heartbeats.LIMITS[heartbeats.WORKER]
        valkey.expire("heartbeat:worker", 0)
    status, told = _ask()
    assert (status, told["checks"]["worker"]["ok"]) == (503, False)


@pytest.fixture
def wait_until():
    def wait(condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "not within the time"
            time.sleep(0.2)

    return wait


def test_unavailable_broker(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    status, told = _ask()
    assert (status, told["checks"]["broker"]["ok"]) == (503, False)
    assert "worker" not in told["checks"]


def test_unavailable_database_is_answered_as_data_also_to_a_browser(monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr("oversight.health.checks._database", refuse)
    answer = Client().get(reverse("health"), headers={"accept": "text/html"})
    assert (answer.status_code, answer.json()["checks"]["database"]["ok"]) == (503, False)


@pytest.mark.parametrize(("seconds", "well"), [(0, True), (25, True), (-25, True), (40, False), (-3600, False)])
def test_clock_that_differs_from_the_databases(monkeypatch, seconds, well):
    true = time.time()
    monkeypatch.setattr("common.clock.time.time", lambda: true + seconds)
    assert _parts()["clock"] == well


def test_full_disk(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(100 * 1024**3, 96 * 1024**3, 4 * 1024**3))
    assert not _parts()["disk"]
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(100 * 1024**3, 90 * 1024**3, 10 * 1024**3))
    assert _parts()["disk"]


def test_disk_before_the_first_letter(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not" / "made"
    assert "disk" in _parts()


@pytest.mark.parametrize(
    ("age", "rendered", "well"),
    [
        (datetime.timedelta(minutes=50), False, {"letters_made": True, "letters_sent": True}),
        (datetime.timedelta(hours=2), False, {"letters_made": False, "letters_sent": True}),
        (datetime.timedelta(days=8), True, {"letters_made": True, "letters_sent": False}),
    ],
)
def test_letters_left_behind(age, rendered, well):
    made = {"rendered_at": clock.now(), "pages": 1, "sha256": "0" * 64} if rendered else {}
    letter = LetterFactory(**made)
    Letter.objects.filter(pk=letter.pk).update(created_at=clock.now() - age)
    parts = _parts()
    assert {name: parts[name] for name in well} == well


def test_unsealed_log_is_old(monkeypatch):
    record(actor=Actor.system("test"), action="test")
    assert _parts()["seals"]
    later = clock.now() + datetime.timedelta(hours=1)
    monkeypatch.setattr("oversight.health.checks.clock.now", lambda: later)
    assert not _parts()["seals"]
