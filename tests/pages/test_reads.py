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
def test_access_to_one_person_is_logged(town: Town, signed_in, name, what):
    shown = town.letter if what == "letter" else town.person
    client = signed_in(Role.CASE_OFFICER)

    client.get(reverse(name, args=[shown.reference]))

    rows = Read.objects.filter(what=what, user=town.staff[Role.CASE_OFFICER])
    assert town.person.reference in rows.values_list("person_reference", flat=True)


def test_person_page_logs_the_named_spouse(town: Town, signed_in):
    signed_in(Role.CASE_OFFICER).get(reverse("casework:person", args=[town.person.reference]))

    assert set(_seen()) == {town.person.reference, town.spouse.reference}


def test_list_logs_each_displayed_person(town: Town, signed_in):
    page = signed_in(Role.CASE_OFFICER).get(reverse("casework:people"))

    assert sorted(_seen()) == sorted(person.reference for person in page.context["page"])
    assert len(_seen()) == 7


def test_call_list_logs_each_displayed_person(town: Town, signed_in):
    page = signed_in(Role.CASE_OFFICER).get(reverse("casework:calls", args=[town.run.reference]))

    shown = [row.person.reference for row in page.context["page"]]
    assert shown
    assert sorted(_seen()) == sorted(shown)


def test_figures_log_nobody(town: Town, signed_in):
    signed_in(Role.MANAGER).get(reverse("casework:run", args=[town.run.reference]))

    assert not Read.objects.exists()


def test_accesses_carry_the_request_id_shown_to_the_reader(town, signed_in):
    response = signed_in(Role.CASE_OFFICER).get(
        reverse("casework:person", args=[town.person.reference]), headers={"X-Request-ID": "made-up"}
    )

    name = response[request_id.HEADER]
    assert len(name) == 36
    assert set(Read.objects.values_list("request_id", flat=True)) == {name}


def test_people_page_logs_the_search_text(town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    client.post(reverse("casework:people"), {"name": town.person.family_name, "area": "norra"})
    page = client.get(reverse("casework:people")).context["page"]

    search = Read.objects.get(what="people.search")
    assert search.search == f"namn: {town.person.family_name}; omrade: Norra området"
    assert search.hits == page.count > 0
    assert Read.objects.filter(what="people").count() == len(page)


def _seen() -> list[str]:
    return list(Read.objects.values_list("person_reference", flat=True))
