"""Protected people are hidden without the permission: in lists, counts and searches, and on the spouse's page."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Read
from tests import factories as make
from tests.town import Town, say_why


def test_protected_person_is_absent_from_list_and_count(town: Town, signed_in):
    page = signed_in(Role.CASE_OFFICER).get(reverse("casework:people"))

    assert town.person.family_name in page.text
    assert "Hemlig" not in page.text
    assert "7 personer" in page.text


def test_protected_person_is_listed_with_the_permission(town: Town, signed_in):
    page = signed_in(Role.SENIOR_OFFICER).get(reverse("casework:people"))

    assert town.protected.reference in page.text
    assert "8 personer" in page.text


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.SENIOR_OFFICER])
def test_protected_person_is_absent_from_the_spouses_page(town: Town, signed_in, role):
    page = signed_in(role).get(reverse("casework:person", args=[town.person.reference]))

    assert "Makesson" in page.text
    assert "Hemlig" not in page.text
    assert town.protected.reference not in page.text


def test_page_of_a_protected_person_names_no_household(town: Town, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    say_why(client, town.protected)
    page = client.get(reverse("casework:person", args=[town.protected.reference]))

    assert "Skyddade personuppgifter" in page.text
    assert "Makesson" not in page.text


def test_search_by_name_finds_no_protected_person(town: Town, signed_in):
    client = signed_in(Role.CASE_OFFICER)

    page = client.post(reverse("casework:people"), {"name": "Hemlig"}, follow=True)

    assert "Ingen person hittades" in page.text


def test_protected_person_is_absent_from_the_call_list(town: Town, signed_in):
    moved = make.PersonFactory.create(family_name="Skyddsson", confidential_mark=True)
    make.OutcomeRowFactory.create(run=town.run, person=moved, provider=town.municipal, moved_against_choice=True)
    address = reverse("casework:calls", args=[town.run.reference])

    assert moved.reference not in signed_in(Role.CASE_OFFICER).get(address).text
    seen = signed_in(Role.SENIOR_OFFICER).get(address).text
    assert moved.reference in seen
    assert "Skyddsson" not in seen


def test_refused_access_leaves_no_trace_of_the_person(town: Town, signed_in):
    signed_in(Role.CASE_OFFICER).get(reverse("casework:person", args=[town.protected.reference]))

    assert not Read.objects.filter(person_reference=town.protected.reference).exists()
