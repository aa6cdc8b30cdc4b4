"""Areas: an officer sees only people of their own areas; a new user sees nobody."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import RIGHTS, Right, Role
from audit.models import Event
from choices.models import Household, HouseholdMember, Person
from choices.selectors import visible_persons
from letters.selectors import visible_letters
from providers.services import set_areas
from tests import factories as make
from tests.world import LONG_AGO, SYSTEM, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> Person:
    return make.PersonFactory.create(area=make.AreaFactory.create(code="north"))


@pytest.fixture
def south() -> Person:
    return make.PersonFactory.create(area=make.AreaFactory.create(code="south"))


def _officer(*areas: object, role: Role = Role.CASE_OFFICER) -> User:
    user: User = make.UserFactory.with_role(role)
    set_areas(user=user, areas=areas, actor=SYSTEM)
    return user


def test_a_new_user_with_a_role_sees_nobody(north: Person):
    user = User.objects.create_user("new")
    user.groups.add(make.Group.objects.get(name=Role.SENIOR_OFFICER))

    assert not visible_persons(actor=Actor.staff(user)).exists()


def test_officer_sees_people_of_own_areas(north: Person, south: Person):
    user = _officer(north.area)
    assert list(visible_persons(actor=Actor.staff(user))) == [north]

    set_areas(user=user, areas=[north.area, south.area], actor=SYSTEM)
    assert set(visible_persons(actor=Actor.staff(user))) == {north, south}

    set_areas(user=user, areas=None, actor=SYSTEM)
    assert set(visible_persons(actor=Actor.staff(user))) == {north, south}


def test_area_membership_does_not_reveal_protected_people(north: Person):
    make.PersonFactory.create(area=north.area, protected=True)

    assert list(visible_persons(actor=Actor.staff(_officer(north.area)))) == [north]


def test_person_who_moves_to_another_area_leaves_the_list(north: Person, south: Person):
    user = _officer(north.area)
    north.area = south.area
    north.save()

    assert not visible_persons(actor=Actor.staff(user)).exists()


def test_partner_in_another_area_is_not_named(north: Person, south: Person, client: Client):
    """One household, two homes: the officer of one area sees no resident of the other."""
    Person.objects.filter(pk=south.pk).update(family_name="Fjärransson", phone="070-174 06 88")
    make.CareDecisionFactory.create(person=north)
    household = Household.objects.create(reference="TVAHEM")
    for person in (north, south):
        HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    client.force_login(_officer(north.area))

    for name in ("casework:person", "casework:new_choice", "casework:new_mandate"):
        page = client.get(reverse(name, args=[north.reference]))
        assert page.status_code == 200
        assert not [word for word in ("Fjärransson", south.reference, "070-174 06 88") if word in page.text], name

    client.force_login(_officer(north.area, south.area))
    assert "Fjärransson" in client.get(reverse("casework:person", args=[north.reference])).text


def test_letters_are_scoped_to_the_area_of_their_person(north: Person, south: Person):
    letter = make.LetterFactory.create(person=north)
    make.LetterFactory.create(person=south)

    assert list(visible_letters(actor=Actor.staff(_officer(north.area)))) == [letter]


def test_person_outside_the_area_is_404_and_not_logged(north: Person, south: Person, client: Client):
    make.MunicipalityFactory.create()
    client.force_login(_officer(north.area))

    assert client.get(reverse("casework:person", args=[north.reference])).status_code == 200
    assert client.get(reverse("casework:person", args=[south.reference])).status_code == 404
    assert south.reference not in client.get(reverse("casework:people")).text


def test_areas_are_granted_by_user_managers_and_logged(north: Person):
    user = _officer()
    with pytest.raises(PermissionDenied):
        set_areas(user=user, areas=[north.area], actor=staff("senior", Role.SENIOR_OFFICER))

    set_areas(user=user, areas=[north.area], actor=staff("admin", Role.ADMIN))
    event = Event.objects.filter(action="user.areas").first()
    assert event is not None
    assert event.actor == "admin"
    assert event.data == {"all": False, "areas": ["north"]}


def test_every_role_has_permissions_and_every_permission_a_role():
    assert set(RIGHTS) == set(Role)
    assert all(RIGHTS.values())
    assert frozenset().union(*RIGHTS.values()) == frozenset(Right)


def test_log_reviewer_and_user_manager_have_no_other_access():
    persons = {Right.SEE_PERSONS, Right.SEE_PROTECTED, Right.EXPORT_LISTS, Right.WORK_LIST}
    assert RIGHTS[Role.LOG_REVIEWER] == {Right.REVIEW_LOGS}
    assert RIGHTS[Role.MANAGER] == {Right.SEE_FIGURES}
    assert not persons & RIGHTS[Role.ADMIN]
    # Officers cannot review logs they appear in.
    assert [role for role in Role if Right.REVIEW_LOGS in RIGHTS[role]] == [Role.LOG_REVIEWER]
