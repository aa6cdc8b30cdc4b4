"""Production settings pass Django's deployment check, and invalid settings prevent the start."""

import os
import secrets
import subprocess
import sys

import pytest

from signin.checks import provider_is_set_up

ENOUGH = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "hemtjanstval.example",
    "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
STAFF = {
    "STAFF_OIDC_ISSUER": "https://id.example",
    "STAFF_OIDC_CLIENT_ID": "x",
    "STAFF_OIDC_CLIENT_SECRET": "y",
    "STAFF_OIDC_ROLES": '{"HTV": "admin"}',
}


def _run(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
    ours = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "STAFF_", "CITIZEN_", "CLOCK_TODAY", "DJANGO_")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.production", **ENOUGH, **more}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True)


def test_deployment_check_passes():
    done = _run("manage.py", "check", "--deploy", "--fail-level", "INFO", **STAFF)

    assert done.returncode == 0, done.stderr
    # HSTS preloading is the domain owner's decision.
    assert "no issues (1 silenced)" in done.stdout


_LOAD = "from django.conf import settings as s; print(s.DEMO_ALLOWED, s.STAFF_LOCAL_ACCOUNTS, s.DEBUG,"
_LOAD += "'demo' in s.INSTALLED_APPS, s.SESSION_COOKIE_NAME)"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"STAFF_OIDC_ISSUER": "http://id.example"}, "https://"),
        ({"STAFF_OIDC_CLIENT_SECRET": ""}, "STAFF_OIDC_CLIENT_SECRET"),
        ({"STAFF_OIDC_ROLES": "{}"}, "STAFF_OIDC_ROLES"),
    ],
)
def test_incomplete_provider_settings_prevent_the_start(wrong, words):
    done = _run("-c", _LOAD, **{**STAFF, **wrong})

    assert done.returncode != 0
    assert words in done.stderr


def test_invalid_values_prevent_the_start(settings):
    settings.STAFF_OIDC_ROLES, settings.STAFF_OIDC_AREA_CLAIM = {"HTV": "chief"}, "office"

    assert [problem.msg.split(":")[0] for problem in provider_is_set_up()] == [
        "STAFF_OIDC_ROLES",
        "STAFF_OIDC_AREA_CLAIM needs STAFF_OIDC_AREAS",
    ]


def test_e_id_without_a_level_is_reported(settings):
    settings.CITIZEN_EID = {**settings.CITIZEN_EID, "issuer": "https://eid.example", "acr": []}
    assert [problem.id for problem in provider_is_set_up()] == ["signin.W001"]

    settings.CITIZEN_EID = {**settings.CITIZEN_EID, "acr": ["http://id.elegnamnden.se/loa/1.0/loa3"]}
    assert provider_is_set_up() == []


def test_demo_sign_in_is_disabled_in_production():
    done = _run("-c", _LOAD)

    assert done.stdout.split() == ["False", "False", "False", "False", "__Host-sessionid"]
