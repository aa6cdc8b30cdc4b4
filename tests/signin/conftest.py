from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.signin.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

ROLES = {"HTV-handläggare": "case_officer", "HTV-ansvarig": "senior_officer", "HTV-admin": "admin"}
OFFICER = {
    "sub": "asta-1",
    "preferred_username": "asta.ek",
    "given_name": "Asta",
    "family_name": "Ek",
    "roles": ["HTV-handläggare", "Något annat"],
    "amr": ["pwd", "mfa"],
}


def set_up(settings, issuer: str) -> None:
    settings.STAFF_OIDC_ISSUER = issuer
    settings.STAFF_OIDC_CLIENT_ID = CLIENT_ID
    settings.STAFF_OIDC_CLIENT_SECRET = CLIENT_SECRET
    settings.STAFF_OIDC_ROLES = ROLES


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Provider]:
    """Generating its key takes a second."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: Provider, settings) -> Provider:
    """A correct provider, for an officer with two factors."""
    one_provider.claims, one_provider.token = dict(OFFICER), {}
    one_provider.signs, one_provider.algorithm, one_provider.error = None, "RS256", ""
    one_provider.asked.clear()
    set_up(settings, one_provider.issuer)
    return one_provider


def answer_to(client: Client, query: str = "") -> str:
    """Follow the redirect to the provider as a browser does; returns the callback address."""
    away = client.get(f"{reverse('login_staff')}{query}")
    assert away.status_code == 302, away.text
    back = urlsplit(httpx.get(away["Location"]).headers["Location"])
    assert back.netloc == "testserver"
    return f"{back.path}?{back.query}"


def come_in(client: Client, query: str = "") -> Any:
    return client.get(answer_to(client, query))


@pytest.fixture
def municipality(db: None) -> None:
    make.MunicipalityFactory.create()
