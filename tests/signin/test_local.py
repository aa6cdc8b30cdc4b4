"""Local accounts: password and TOTP code, with rate limits that lock out nobody else."""

import io
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right, Role
from audit.models import Event
from signin import local
from tests import factories as make
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("municipality")

_numbers = iter(range(1, 250))


@pytest.fixture
def address() -> str:
    """A client address without earlier attempts."""
    return f"198.51.100.{next(_numbers)}"


@pytest.fixture
def officer(request) -> User:
    return make.UserFactory.with_role(Role.CASE_OFFICER, username=f"reserv-{abs(hash(request.node.nodeid))}")


def _try(address: str, username: str, password: str = PASSWORD, code: str = "", client: Client | None = None):
    data = {"username": username, "password": password, "code": code}
    return (client or Client()).post(reverse("login"), data, REMOTE_ADDR=address)


def _code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def reserve(settings) -> tuple[str, str, str]:
    """As in production: user name, password, and TOTP secret."""
    settings.DEMO_ALLOWED = False
    out = io.StringIO()
    call_command("local_account", "reserv", role=["admin"], area=["*"], first_name="Rut", stdout=out)
    password = re.search(r"Lösenord: (\S+)", out.getvalue())
    secret = re.search(r"Kod till appen: (\S+)", out.getvalue())
    assert password
    assert secret
    return "reserv", password[1], secret[1]


def test_password_and_code_sign_in(reserve, address, client: Client):
    username, password, secret = reserve

    response = _try(address, username, password, _code(secret), client)

    assert response["Location"] == reverse("casework:home")
    actor = Actor.staff(User.objects.get(username=username))
    assert actor.may(Right.MANAGE_USERS)
    assert actor.areas is None
    assert Event.objects.get(action="signin.in").data == {"how": "local", "address": address}


@pytest.mark.parametrize("wrong", ["no code", "wrong code", "old code", "wrong password", "unknown account"])
def test_partial_credentials_are_refused_without_details(reserve, address, wrong: str):
    username, password, secret = reserve
    pages = {
        "no code": lambda: _try(address, username, password),
        "wrong code": lambda: _try(address, username, password, "000000"),
        "old code": lambda: _try(address, username, password, _code(secret, -5)),
        "wrong password": lambda: _try(address, username, "fel", _code(secret)),
        "unknown account": lambda: _try(address, "ingen", password, _code(secret)),
    }

    page = pages[wrong]()

    assert page.status_code == 200
    assert "Kontrollera användarnamn, lösenord och kod." in page.text
    assert Event.objects.filter(action="signin.failed").count() == 1


def test_code_is_single_use(reserve, address):
    username, password, secret = reserve
    code = _code(secret)

    assert _try(address, username, password, code).status_code == 302
    assert _try(address, username, password, code).status_code == 200


def test_account_without_codes_is_refused_except_in_the_demo(officer, address, settings):
    settings.DEMO_ALLOWED = False
    assert _try(address, officer.username).status_code == 200

    settings.DEMO_ALLOWED = True
    assert _try(address, officer.username).status_code == 302


def test_totp_secret_is_not_in_the_database(reserve):
    _, _, secret = reserve

    assert secret not in str(Authenticator.objects.get().data)


def test_new_secret_replaces_the_old(reserve, address):
    username, password, secret = reserve
    client = Client()
    _try(address, username, password, _code(secret), client)
    call_command("local_account", username, stdout=io.StringIO())

    assert client.get(reverse("casework:home")).status_code == 302
    assert _try(address, username, password, _code(secret, 1)).status_code == 200


def test_command_reports_missing_arguments(provider):
    with pytest.raises(CommandError, match="--role"):
        call_command("local_account", "ny")
    User.objects.create(username="asta", oidc_issuer="x", oidc_subject="y")
    for name in ("asta", "Asta", " asta"):
        with pytest.raises(CommandError, match="provider"):
            call_command("local_account", name, role=["admin"])


def test_local_accounts_are_disabled_by_default(officer, address, settings):
    settings.STAFF_LOCAL_ACCOUNTS = False
    # Accounts of providers have a setting of their own.
    assert not _try(address, officer.username).wsgi_request.user.is_authenticated
    settings.PROVIDER_LOCAL_ACCOUNTS = False

    page = _try(address, officer.username)

    assert page.status_code == 403
    assert "Lösenord är avstängda" in page.text
    assert "Lösenord" not in Client().get(reverse("login")).text


def test_five_wrong_attempts_delay_the_account_and_no_other(officer, address):
    other = make.UserFactory.with_role(Role.CASE_OFFICER)
    for _ in range(local.MOST_HERE):
        _try(address, officer.username, "fel")

    assert "för många försök" in _try(address, officer.username).text
    assert _try(address, other.username).status_code == 302
    assert _try("192.0.2.7", officer.username).status_code == 302
    assert Event.objects.filter(action="signin.stopped").count() == 1


def test_rate_limit_is_per_address_for_any_account(address):
    for number in range(local.MOST_FROM_ADDRESS):
        _try(address, f"gissning-{number}", "fel")

    assert "för många försök" in _try(address, "gissning-igen", "fel").text


def test_distributed_guessing_is_blocked_and_the_owners_address_is_not(officer, address):
    assert _try(address, officer.username).status_code == 302

    guesses = [_try(f"203.0.113.{n}", officer.username, "fel") for n in range(local.MOST_ELSEWHERE + 4)]

    # The owner's first sign-in was from an unknown address too.
    stopped = [page.text.count("för många försök") for page in guesses]
    assert stopped == [0] * (local.MOST_ELSEWHERE - 1) + [1] * 5
    assert "för många försök" in _try("203.0.113.200", officer.username).text
    assert _try(address, officer.username).status_code == 302


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_redirect_stays_within_the_site(officer, address, onward):
    response = Client().post(
        reverse("login"),
        {"username": officer.username, "password": PASSWORD, "next": onward},
        REMOTE_ADDR=address,
    )

    assert response["Location"] == reverse("casework:home")
