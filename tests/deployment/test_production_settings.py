"""Production starts with its secrets, refuses without them, and logs JSON."""

import json
import os
import subprocess
import sys

import pytest

SECRETS = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "hemtjanstval.example",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
LOG_A_LINE = "import django; django.setup(); import logging; logging.getLogger('prov').warning('en rad')"


def start(**more: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key not in {*SECRETS, "CLOCK_TODAY", "LOG_LEVEL"}}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.production", **more}
    return subprocess.run([sys.executable, "-c", LOG_A_LINE], env=environment, capture_output=True, text=True)


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
