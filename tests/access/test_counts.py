"""Counts disclose nobody: readers without access to protected people get the same numbers on every page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from choices.models import Person
from common.suppression import coarse
from secrecy.gate import counts_everybody
from tests import factories as make
from tests.town import Town


@pytest.mark.django_db
def test_totals_are_limited_by_what_the_reader_may_count():
    counts = {role: counts_everybody(Actor.staff(make.UserFactory.with_role(role))) for role in Role}
    assert counts == {
        Role.CASE_OFFICER: False,
        Role.SENIOR_OFFICER: True,
        Role.ADMIN: True,
        Role.LOG_REVIEWER: True,
        Role.MANAGER: True,
        Role.PROVIDER_STAFF: False,
        Role.PROVIDER_PROTECTED: True,
        Role.PROVIDER_ADMIN: True,
        Role.PAYMENTS_OFFICER: True,
    }


def _pages(town: Town) -> list[str]:
    return [
        reverse("casework:run", args=[town.run.reference]),
        reverse("casework:run_people", args=[town.run.reference]),
        reverse("casework:people"),
        reverse("casework:round", args=[town.round.code]),
        reverse("casework:round_unanswered", args=[town.round.code]),
        reverse("casework:exit", args=[town.exit.reference]),
        reverse("casework:queues"),
        *(reverse("casework:queue", args=["norra", company.code]) for company in town.companies),
    ]


def _numbers(client: Client, town: Town) -> list[list[str]]:
    """Every number on each page, in order; free room and ceilings with them."""
    texts = (re.sub(r"<[^>]+>", " ", client.get(page).text.split("<main")[1]) for page in _pages(town))
    return [re.findall(r"\d+", text) for text in texts]


def test_protection_of_a_person_changes_no_number(town: Town, signed_in):
    """Two equal towns, but for one more person whom the officer may not count."""
    client = signed_in(Role.CASE_OFFICER)
    Person.objects.filter(pk=town.protected.pk).update(merged_into=town.spouse)
    without = _numbers(client, town)

    Person.objects.filter(pk=town.protected.pk).update(merged_into=None)
    contract = town.companies[3].contracts.first()
    leaving = make.PersonFactory.create(area=town.areas[0], confidential=True)
    make.CareDecisionFactory.create(person=leaving)
    make.PlacementFactory.create(person=leaving, contract=contract)

    with_them = _numbers(client, town)
    # Free room is true for everybody: only that may differ, on queue pages.
    assert with_them[:6] == without[:6]


@pytest.mark.parametrize(
    ("number", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (113, 115), (114, 115)]
)
def test_numbers_are_rounded_to_fives_for_readers_without_people_access(number, told):
    assert coarse(number) == told


def test_readers_without_people_access_see_no_exact_small_number(town: Town, signed_in):
    """Run, comparison, round and exit: the same rounded numbers for every such reader."""
    other = make.RunFactory.create(round=town.round, cancelled=True)
    pages = [
        reverse("casework:run", args=[town.run.reference]),
        reverse("casework:run_compare", args=[town.run.reference]) + f"?med={other.reference}",
        reverse("casework:round", args=[town.round.code]),
    ]
    for role in (Role.MANAGER, Role.ADMIN):
        client = signed_in(role)
        for page in pages:
            cells = _cells_of_people(client.get(page).text)
            assert cells, page
            assert [cell for cell in cells if re.fullmatch(r"[1-4]|\d*[1-46-9]", cell)] == [], (role, page)
    exact = _cells_of_people(signed_in(Role.SENIOR_OFFICER).get(pages[0]).text)
    assert [cell for cell in exact if re.fullmatch(r"[1-4]", cell)], "the town has small numbers"


def _cells_of_people(page: str) -> list[str]:
    """Numbers of people (not hours) in table cells, and in sentences before "person"."""
    text = page.split("<main")[1]
    cells = (re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", text, re.DOTALL))
    return [cell for cell in cells if cell and "tim" not in cell and "min" not in cell]


def test_officer_without_the_permission_gets_no_round_totals(town: Town, signed_in):
    page = reverse("casework:round", args=[town.round.code])
    officer, senior = (signed_in(role).get(page) for role in (Role.CASE_OFFICER, Role.SENIOR_OFFICER))
    assert officer.context["shown"] is None
    assert officer.context["population"] is None
    assert "Summorna visas för dem" in officer.text
    assert senior.context["shown"].people
    assert senior.context["population"]


def test_exit_count_equals_its_list(town: Town, signed_in):
    contract = town.companies[3].contracts.first()
    for protected in (False, True, True):
        person = make.PersonFactory.create(area=contract.area, confidential=protected)
        make.CareDecisionFactory.create(person=person)
        make.PlacementFactory.create(person=person, contract=contract)
    page = reverse("casework:exit", args=[town.exit.reference])

    shown = {role: signed_in(role).get(page).context["shown"] for role in (Role.CASE_OFFICER, Role.SENIOR_OFFICER)}
    assert (shown[Role.CASE_OFFICER].clients, shown[Role.SENIOR_OFFICER].clients) == (1, 3)
    assert shown[Role.CASE_OFFICER].left == len(shown[Role.CASE_OFFICER].page) == 1


def test_run_filter_does_not_reveal_protected_people(town: Town, signed_in):
    page = reverse("casework:run_people", args=[town.run.reference])
    senior = signed_in(Role.SENIOR_OFFICER)
    assert town.protected.reference in senior.get(page).text
    assert town.protected.reference not in senior.get(f"{page}?omrade=norra").text
