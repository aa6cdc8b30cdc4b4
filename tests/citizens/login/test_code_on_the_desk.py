"""Codes on the officer's desk: state, new code, revocation."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from choices.models import MandateHolder, Person
from citizens.login.letter_codes import code_of, stop_code
from letters.models import Letter
from tests import factories as make
from tests.citizens.rounds import TODAY, open_round, printed_code, send
from tests.world import SYSTEM, World, make_world
from tests.world import test_number as number_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK_TODAY = TODAY


@pytest.fixture
def world() -> World:
    world = make_world()
    open_round(world)
    return world


@pytest.fixture
def asta(world: World) -> Person:
    person = world.person()
    send(world)
    return person


def _desk(role: Role) -> Client:
    user: User = make.UserFactory.with_role(role)
    client = Client()
    client.force_login(user)
    return client


def test_codes_are_made_with_the_invitations(world):
    person = world.person()
    _desk(Role.SENIOR_OFFICER).post("/handlaggare/post/valomgang/2020/invitation/")

    letter = Letter.objects.get(person=person)
    assert len(letter.facts["code"]) == 14
    assert letter.facts["url"] == "http://testserver/mitt/logga-in/"
    assert letter.facts["code"] not in letter.facts["url"]


def test_letters_use_the_citizen_site_address(world, settings):
    settings.SITE_URL = "https://val.example/"
    person = world.person()
    _desk(Role.SENIOR_OFFICER).post("/handlaggare/post/valomgang/2020/invitation/")

    assert Letter.objects.get(person=person).facts["url"] == "https://val.example/mitt/logga-in/"


def test_officer_sees_the_state_of_a_code_but_no_code(asta):
    page = _desk(Role.CASE_OFFICER).get(f"/handlaggare/personer/{asta.reference}/")

    assert "Gäller till och med 30 september" in page.text
    assert "Använd 0 gånger." in page.text
    assert printed_code(asta) not in page.text


def test_officer_sends_a_new_code_and_revokes_it(asta):
    desk, before = _desk(Role.CASE_OFFICER), printed_code(asta)
    page = desk.post(f"/handlaggare/personer/{asta.reference}/kod/ny/", follow=True)
    assert "En ny kod är gjord. Brevet: Vanlig utskrift." in page.text
    assert printed_code(asta) != before

    page = desk.post(f"/handlaggare/personer/{asta.reference}/kod/sparra/", follow=True)
    assert "Koden är spärrad" in page.text
    assert code_of(asta).ended_why == "stopped"


def test_new_code_needs_an_invitation(world):
    person = world.person()
    page = _desk(Role.CASE_OFFICER).post(f"/handlaggare/personer/{person.reference}/kod/ny/", follow=True)

    assert "inte fått någon inbjudan" in page.text


def test_regenerated_held_letter_has_a_valid_code(world):
    person = world.person(street="")
    send(world)
    held = Letter.objects.get(person=person)
    stop_code(person=person, actor=SYSTEM)
    person.street = "Gatan 1"
    person.save()
    _desk(Role.SENIOR_OFFICER).post(f"/handlaggare/post/skickas-inte/{held.reference}/")

    assert printed_code(person) != held.facts["code"]
    assert code_of(person).ended_at is None


@pytest.mark.parametrize(("typed", "kept"), [(number_of(7), True), ("", False), ("19300101-9801", None)])
def test_representative_signs_in_with_their_own_number(asta, typed, kept):
    data = {"kind": "god_man", "name": "Gun", "scope": "x", "evidence": "x", "first_day": "2020-01-01"}
    address = f"/handlaggare/personer/{asta.reference}/foretradare/"
    _desk(Role.CASE_OFFICER).post(address, data | {"identity_number": typed})

    stored = [bool(holder.identity_number) for holder in MandateHolder.objects.all()]
    assert stored == ([] if kept is None else [kept])
