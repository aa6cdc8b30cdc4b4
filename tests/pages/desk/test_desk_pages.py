"""Every page of the desk: no question is asked once for every row, nothing is inline, no number in an address."""

import re

import pytest
from django.test import Client
from zeal import zeal_context

from accounts.roles import Role
from tests.pages.desk.conftest import address_of, fill
from tests.pages.town import Town

pytestmark = pytest.mark.django_db


def test_no_question_is_asked_for_every_row(town: Town, signed_in, desk_page):
    fill(town)
    client: Client = signed_in(Role.SENIOR_OFFICER)
    client.get(address_of(town, desk_page))

    with zeal_context():
        assert client.get(address_of(town, desk_page)).status_code == 200


def test_the_guard_finds_a_question_for_every_row(town: Town):
    from zeal import NPlusOneError

    from choices.models import Person

    with zeal_context(), pytest.raises(NPlusOneError):
        [person.area.name for person in Person.objects.all()]


def test_nothing_is_inline(town: Town, signed_in, desk_page):
    page = signed_in(Role.SENIOR_OFFICER).get(address_of(town, desk_page)).content.decode()

    assert re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", page) is None


def test_no_number_is_in_an_address(town: Town, signed_in, desk_page):
    page = signed_in(Role.SENIOR_OFFICER).get(address_of(town, desk_page)).content.decode()

    for person in (town.person, town.spouse, town.protected):
        assert not re.search(rf'(?:href|action|src)="[^"]*{person.identity_number[2:8]}', page)
