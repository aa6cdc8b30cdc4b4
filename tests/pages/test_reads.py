"""Access log: every page about a person writes a row."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit import request_id
from audit.models import Read
from tests.town import Town


@pytest.mark.parametrize(
    ("name", "what"),
    [("casework:person", "person"), ("casework:letter", "letter")],
)
def test_a_look_at_one_person_is_logged(town: Town, signed_in, name, what):
    shown = town.letter if what == "letter" else town.person
    client = signed_in(Role.CASE_OFFICER)

    client.get(reverse(name, args=[shown.reference]))

    rows = Read.objects.filter(what=what, user=town.staff[Role.CASE_OFFICER])
    assert town.person.reference in rows.values_list("person_reference", flat=True)


def test_the_person_page_logs_the_spouse_it_names(town: Town, signed_in):
    signed_in(Role.CASE_OFFICER).get(reverse("casework:person", args=[town.person.reference]))

    assert set(_seen()) == {town.person.reference, town.spouse.reference}


def test_a_list_logs_each_person_it_shows(town: Town, signed_in):
    page = signed_in(Role.CASE_OFFICER).get(reverse("casework:people"))

    assert sorted(_seen()) == sorted(person.reference for person in page.context["page"])
    assert len(_seen()) == 7


def test_the_list_to_phone_logs_each_person_it_shows(town: Town, signed_in):
    page = signed_in(Role.CASE_OFFICER).get(reverse("casework:calls", args=[town.run.reference]))

    shown = [row.person.reference for row in page.context["page"]]
    assert shown
    assert sorted(_seen()) == sorted(shown)


def test_figures_are_nobody(town: Town, signed_in):
    signed_in(Role.MANAGER).get(reverse("casework:run", args=[town.run.reference]))

    assert not Read.objects.exists()


def test_a_request_names_its_looks_and_tells_the_reader_the_name(town, signed_in):
    response = signed_in(Role.CASE_OFFICER).get(
        reverse("casework:person", args=[town.person.reference]), headers={"X-Request-ID": "made-up"}
    )

    name = response[request_id.HEADER]
    assert len(name) == 36
    assert set(Read.objects.values_list("request_id", flat=True)) == {name}


def test_the_people_page_logs_what_was_searched_for(town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    client.post(reverse("casework:people"), {"name": town.person.family_name, "area": "norra"})
    page = client.get(reverse("casework:people")).context["page"]

    search = Read.objects.get(what="people.search")
    assert search.search == f"namn: {town.person.family_name}; omrade: Norra området"
    assert search.hits == page.count > 0
    assert Read.objects.filter(what="people").count() == len(page)


def _seen() -> list[str]:
    return list(Read.objects.values_list("person_reference", flat=True))
