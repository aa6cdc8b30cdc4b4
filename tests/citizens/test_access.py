"""Citizen sessions: access, and their end."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.actors import Actor
from choices.models import Mandate, Person
from citizens.access import CODE, EID, Citizen, citizen_of, citizen_page
from tests.citizens.signing_in import as_citizen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def _request(client: Client) -> HttpRequest:
    request = RequestFactory().get("/mitt/")
    request.session = client.session
    return request


def _signed_in(person: Person, **more: object) -> Citizen | None:
    return citizen_of(_request(as_citizen(Client(), person, **more)))


def _mandate(person: Person, *, holder: str = "", **fields: object) -> Mandate:
    mandate = Mandate.objects.create(
        **{
            "person": person,
            "kind": Mandate.Kind.PROXY,
            "scope": "allt",
            "evidence": "fullmakt",
            "valid_from": datetime.date(2020, 1, 1),
            **fields,
        }
    )
    mandate.holders.create(name="Berit Ombud", identity_number=holder)
    return mandate


def test_citizen_acts_for_the_person_of_the_session(world: World):
    person = world.person()

    citizen = _signed_in(person)

    assert citizen
    assert (citizen.person, citizen.mandate, citizen.actor.name) == (person, None, "medborgare")


def test_no_session_is_anonymous():
    assert citizen_of(_request(Client())) is None


def test_death_and_a_new_number_end_the_session(world: World):
    dead, merged = world.person(), world.person()
    Person.objects.filter(pk=dead.pk).update(deceased_on=datetime.date(2020, 11, 1))
    Person.objects.filter(pk=merged.pk).update(merged_into=dead)

    assert _signed_in(dead) is None
    assert _signed_in(merged) is None


def test_protection_ends_a_session_by_code_but_not_by_e_id(world: World):
    person = world.person(confidential=True)

    assert _signed_in(person, how=CODE) is None
    assert _signed_in(person, how=EID)


def test_representative_acts_while_the_mandate_is_valid(world: World):
    person = world.person()
    over = _mandate(person, valid_until=datetime.date(2020, 11, 23))

    assert _signed_in(person, mandate=_mandate(person)).actor.name == "företrädare"
    assert _signed_in(person, mandate=over) is None


def test_representative_is_signed_out_when_either_becomes_protected(world: World):
    protected, person = world.person(confidential=True), world.person()
    by_a_protected = _mandate(person, holder=protected.identity_number)

    assert _signed_in(protected, mandate=_mandate(protected, holder="193001019999")) is None
    assert _signed_in(person, mandate=by_a_protected) is None


def test_mandate_for_another_person_gives_no_access(world: World):
    assert _signed_in(world.person(), mandate=_mandate(world.person())) is None


def test_citizen_page_redirects_to_login_and_back():
    @citizen_page
    def page(request: HttpRequest, citizen: Citizen) -> HttpResponse:
        raise AssertionError

    response = page(_request(Client()))

    assert response["Location"] == "/mitt/logga-in/?till=%2Fmitt%2F"


def test_citizen_pages_are_not_cached(world: World):
    @citizen_page
    def page(request: HttpRequest, citizen: Citizen) -> HttpResponse:
        return HttpResponse(citizen.person.reference)

    response = page(_request(as_citizen(Client(), world.person())))

    assert response["Cache-Control"] == "no-store, private"


def test_citizen_cannot_choose_for_another_person(world: World):
    mine, other = world.person(), world.person()

    with pytest.raises(PermissionDenied):
        world.choose(other, world.p, actor=Actor.citizen(person=mine.reference))

    world.choose(mine, world.p, actor=Actor.citizen(person=mine.reference))
