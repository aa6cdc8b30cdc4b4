"""Prometheus metrics: closed by default, of real processes, without data about people; and the rules that read them."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from celery import current_app
from django.conf import settings as project
from django.db import connection
from django.urls import reverse
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from accounts.actors import Actor
from allocation.nightly import run_night
from audit.services import record
from oversight.metrics import _SYSTEM
from tests.administration.main_job.conftest import database_url
from tests.factories import ChoiceFactory, LetterFactory
from tests.world import SYSTEM, make_world

TOKEN = "t" * 40
MONITORING = project.BASE_DIR / "docs" / "monitoring"
NUMBER = "19391204-9803"


def _samples(text: str) -> dict[tuple, float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _scrape(client, token=TOKEN):
    return client.get(reverse("metrics"), headers={"authorization": f"Bearer {token}"})


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "sent", "status"), [("", "", 404), (TOKEN, "wrong", 401), (TOKEN, TOKEN, 200)])
def test_page_is_closed_without_the_token(client, settings, setting, sent, status):
    settings.METRICS_TOKEN = setting
    assert _scrape(client, sent).status_code == status


@pytest.mark.django_db
def test_state_of_the_system(client, settings):
    settings.METRICS_TOKEN = TOKEN
    world = make_world(no_answer_rule="keep")
    ChoiceFactory(person=world.person(), ranking=[world.p])
    night = run_night(business_date=project.CLOCK_TODAY, actor=SYSTEM)
    LetterFactory(person=world.person())
    told = _samples(_scrape(client).content.decode())
    assert told["hemtjanst_part_ok", ("part", "database")] == 1
    assert told["hemtjanst_part_ok", ("part", "worker")] == 0
    assert told["hemtjanst_night_finished_seconds",] == pytest.approx(night.finished_at.timestamp())
    assert told["hemtjanst_letters_waiting", ("for", "pdf")] == 1
    assert told["hemtjanst_run_failures", ("kind", "night")] == 0


@pytest.mark.django_db
def test_unknown_numbers_are_left_out(client, settings, monkeypatch):
    settings.METRICS_TOKEN, settings.REDIS_URL = TOKEN, "redis://127.0.0.1:9/0"
    told = _samples(_scrape(client).content.decode())
    assert told["hemtjanst_part_ok", ("part", "broker")] == 0
    assert ("hemtjanst_queue_length",) not in told
    assert ("hemtjanst_night_finished_seconds",) not in told


def _expressions() -> list[str]:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    assert all(rule["annotations"]["action"] for rule in rules)
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    return [rule["expr"] for rule in rules] + [each["expr"] for panel in panels for each in panel["targets"]]


@pytest.mark.django_db
def test_each_metric_of_rules_and_dashboard_exists():
    make_world()
    run_night(business_date=project.CLOCK_TODAY, actor=SYSTEM)
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    there = {
        family.name + suffix
        for registry in (REGISTRY, _SYSTEM)
        for family in registry.collect()
        for suffix in suffixes.get(family.type, ())
    }
    named = set(re.findall(r"\b((?:hemtjanst|django)_\w+)", " ".join(_expressions())))
    assert len(named) >= 15
    assert named <= there


# --- Real processes ------------------------------------------------------------------------------------------


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _get(url: str, token: str = "") -> tuple[int, str, str]:
    """Status (0: no answer yet), body, request id."""
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=30)
    except httpx.TransportError:
        return 0, "", ""
    return answer.status_code, answer.text, answer.headers.get("X-Request-ID", "")


@contextmanager
def _process(module: str, *arguments: str, folder: Path, **more: str):
    """A process of its own with metrics and JSON lines; yields its log."""
    log = folder / f"{module}.log"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": project.REDIS_URL,
        "MEDIA_ROOT": str(folder),
        "METRICS_TOKEN": TOKEN,
        "METRICS_FOLDER": str(folder / module),
        "LOG_FORMAT": "json",
        **more,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(timeout=60)


def _until(condition, seconds=90):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "not within the time"
        time.sleep(0.3)
    return found


def _lines(log: Path) -> list[dict]:
    """Celery greets and takes leave in words of its own."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.django_db(transaction=True)
def test_real_web_processes_are_scraped_and_logged(tmp_path):
    port = _port()
    web = ["botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--no-control-socket"]
    web += ["--access-logfile=-", "--logger-class=common.access_log.AccessLog"]
    address = f"http://127.0.0.1:{port}"
    with _process("gunicorn", *web, folder=tmp_path) as log:
        _until(lambda: _get(f"{address}/halsa/webb/")[0] == 200)
        for _ in range(20):
            assert _get(f"{address}/halsa/webb/")[0] == 200
        status, _body, request_id = _get(f"{address}/handlaggare/personer/{NUMBER}/?q={NUMBER}")
        # Not signed in.
        assert status == 302
        assert _get(f"{address}/metrics")[0] == 401
        first, second = (_get(f"{address}/metrics", TOKEN)[1] for _ in range(2))
        _until(lambda: request_id in log.read_text())
    told = _samples(second)
    name, view = "django_http_responses_total_by_status_view_method_total", ("view", "web_health")
    # Both processes together, whichever answers.
    assert told[name, ("method", "GET"), ("status", "200"), view] >= 21
    assert told["django_db_execute_total", ("alias", "default"), ("vendor", "postgresql")] >= 21
    assert len(first.splitlines()) < 3000
    assert NUMBER[-9:] not in second
    access = [line for line in _lines(log) if line.get("request_id") == request_id and line["event"] == "request"]
    assert [line["path"] for line in access] == ["/handlaggare/personer/[nummer]/"]
    assert NUMBER[-9:] not in log.read_text()


@pytest.mark.django_db(transaction=True)
def test_real_worker_is_scraped_and_logged(tmp_path):
    record(actor=Actor.system("test"), action="test")
    port = _port()
    worker = ["-A", "botkyrka_hemtjanst", "worker", "--concurrency=1", "--without-gossip", "--without-mingle"]
    with _process("celery", *worker, folder=tmp_path, METRICS_WORKER_BIND=f"127.0.0.1:{port}") as log:
        _until(lambda: _get(f"http://127.0.0.1:{port}/", TOKEN)[0] == 200)
        assert _get(f"http://127.0.0.1:{port}/")[0] == 401
        current_app.send_task("audit.seal", headers={"request_id": "the-request"})
        # No such request: the task fails.
        current_app.send_task("casework.compute_run", args=[0])
        outcome = ("hemtjanst_tasks_finished_total", ("outcome", "FAILURE"), ("task", "casework.compute_run"))
        told = _until(lambda: (found := _samples(_get(f"http://127.0.0.1:{port}/", TOKEN)[1])).get(outcome) and found)
    assert told["hemtjanst_tasks_finished_total", ("outcome", "SUCCESS"), ("task", "audit.seal")] == 1
    assert told["hemtjanst_tasks_started_total", ("task", "audit.seal")] == 1
    assert told["hemtjanst_task_seconds_count", ("task", "audit.seal")] == 1
    lines = _lines(log)
    sealed = [line for line in lines if line["event"] == "audit.sealed"]
    assert sealed
    assert {(line["request_id"], line["task"]) for line in sealed} == {("the-request", "audit.seal")}
    failed = [line for line in lines if line["level"] == "error"]
    assert any("DoesNotExist" in line["event"] for line in failed)
    # A task without a request has its own id.
    assert all(line.get("request_id") for line in failed if line.get("task"))
    connection.close()
