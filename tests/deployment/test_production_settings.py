"""Production starts with its secrets, refuses without them, and logs JSON."""

import json
import os
import subprocess
import sys

import pytest

from botkyrka_hemtjanst.celery import app

SECRETS = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "hemtjanstval.example",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
LOG_A_LINE = "import django; django.setup(); import logging; logging.getLogger('prov').warning('en rad')"
CONNECTION = "import django; django.setup(); from django.db import connection; print(connection.settings_dict)"


def start(program: str = LOG_A_LINE, **more: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key not in {*SECRETS, "CLOCK_TODAY", "LOG_LEVEL"}}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.production", **more}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


def test_start_and_json_log():
    done = start(**SECRETS)
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stderr.splitlines()[-1])
    assert (line["event"], line["level"]) == ("en rad", "warning")
    assert "timestamp" in line


@pytest.mark.parametrize("secret", SECRETS)
def test_start_is_refused_without(secret):
    done = start(**{key: value for key, value in SECRETS.items() if key != secret})
    assert done.returncode != 0
    assert secret in done.stderr


@pytest.mark.parametrize(
    ("wrong", "words"), [({"SECRET_KEY": "kort"}, "50"), ({"CLOCK_TODAY": "2020-11-23"}, "Remove")]
)
def test_development_settings_are_refused(wrong, words):
    done = start(**{**SECRETS, **wrong})
    assert done.returncode != 0
    assert words in done.stderr


def test_database_connections_are_kept_and_tried_unless_the_address_says_otherwise():
    kept = start(CONNECTION, **SECRETS).stdout
    assert "'CONN_MAX_AGE': 60" in kept
    assert "'CONN_HEALTH_CHECKS': True" in kept
    without = SECRETS | {"DATABASE_URL": f"{SECRETS['DATABASE_URL']}?conn_max_age=0"}
    assert "'CONN_MAX_AGE': 0" in start(CONNECTION, **without).stdout


def test_queries_are_not_prepared_behind_a_pool():
    """A pool gives each transaction another session."""
    assert "'prepare_threshold': 5" in start(CONNECTION, **SECRETS).stdout
    assert "'prepare_threshold': None" in start(CONNECTION, **SECRETS, DATABASE_POOLED="true").stdout


def test_process_of_the_worker_may_start_slowly():
    """Celery kills one that does not answer in time, and starts the next: on a busy machine no task was ever done."""
    assert app.conf.worker_proc_alive_timeout >= 60
