"""Every page of the desk: no N+1 query, nothing inline, no identity number in a URL."""

import re

import pytest
from django.test import Client
from zeal import NPlusOneError, zeal_context

from accounts.roles import Role
from choices.models import Person
from tests.desk.conftest import PAGES, address_of, fill
from tests.town import Town, say_why

pytestmark = pytest.mark.django_db

EVERY = [*PAGES, "protected"]
FORBIDDEN_BY_CSP = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)")


@pytest.fixture
def senior(town: Town, signed_in) -> Client:
    fill(town)
    client: Client = signed_in(Role.SENIOR_OFFICER)
    say_why(client, town.protected)
    return client


def test_no_n_plus_1_queries(town: Town, senior: Client):
    for name in EVERY:
        with zeal_context():
            assert senior.get(address_of(town, name)).status_code == 200, name


def test_n_plus_1_is_detected(town: Town):
    with zeal_context(), pytest.raises(NPlusOneError):
        [person.area.name for person in Person.objects.all()]


def test_nothing_is_inline_and_no_number_is_in_a_url(town: Town, senior: Client):
    numbers = "|".join(person.identity_number[2:8] for person in (town.person, town.spouse, town.protected))
    for name in EVERY:
        page = senior.get(address_of(town, name)).content.decode()
        assert FORBIDDEN_BY_CSP.search(page) is None, name
        assert re.search(rf'(?:href|action|src)="[^"]*(?:{numbers})', page) is None, name
