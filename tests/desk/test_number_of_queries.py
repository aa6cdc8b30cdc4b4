"""Number of queries of the desk's pages: at most twenty, independent of the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from allocation.facts.queues import positions_of
from allocation.models import ContactAttempt
from choices.models import MandateHolder
from common import clock
from desk.models import Note
from tests import factories as make
from tests.desk.conftest import address_of, fill
from tests.town import Town

MOST = 20


@pytest.fixture
def full(town: Town) -> Town:
    fill(town)
    for attempt in range(3):
        ContactAttempt.objects.create(task=town.call, by=town.staff[Role.ADMIN], result="no_answer", note=str(attempt))
        Note.objects.create(person=town.person, text="Ringde", written_by=town.staff[Role.CASE_OFFICER])
    for mandate in town.person.mandates.all():
        MandateHolder.objects.create(mandate=mandate, name="En till")
    return town


@pytest.mark.parametrize("role", [Role.SENIOR_OFFICER, Role.CASE_OFFICER])
@pytest.mark.parametrize("name", ["person", "home", "call", "work_item"])
@pytest.mark.usefixtures("candidates_are_kept")
def test_desk_page_queries(full: Town, signed_in, django_assert_max_num_queries, name: str, role: Role):
    officer = full.staff[role]
    officer.all_areas = role == Role.SENIOR_OFFICER
    officer.save()
    officer.areas.set(full.areas)
    client = signed_in(role)
    client.get(address_of(full, name))
    with django_assert_max_num_queries(MOST):
        assert client.get(address_of(full, name)).status_code == 200


@pytest.mark.parametrize("name", ["queues", "manual_placement", "new_choice", "offer", "scan"])
def test_queries_of_a_decision(full: Town, signed_in, django_assert_max_num_queries, name: str):
    client = signed_in(Role.SENIOR_OFFICER)
    client.get(address_of(full, name))
    with django_assert_max_num_queries(MOST):
        assert client.get(address_of(full, name)).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["person", "queue", "queue?fran=101", "manual_placement"])
def test_queries_outside_a_transaction(full: Town, signed_in, django_assert_max_num_queries, name: str):
    """As in production, where results are kept and checked: the second request in the process."""
    client = signed_in(Role.SENIOR_OFFICER)
    client.get(address_of(full, name))
    with django_assert_max_num_queries(MOST):
        assert client.get(address_of(full, name)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_places_in_several_queues(full: Town, signed_in):
    """Twenty queries, whatever the number of wishes. Outside a transaction: inside it nothing is kept."""
    person = make.PersonFactory.create(area=full.areas[0])
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person, contract=full.municipal.contracts.get(area=full.areas[0]))
    make.ChoiceFactory.create(person=person, ranking=full.companies[:3])
    client = signed_in(Role.SENIOR_OFFICER)
    address = reverse("casework:person", args=[person.reference])
    assert len(positions_of(person, today=clock.today())) == 3
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len([query for query in asked if query["sql"] not in ("BEGIN", "COMMIT")]) <= MOST


def test_search_with_one_match(full: Town, signed_in, django_assert_max_num_queries):
    client = signed_in(Role.SENIOR_OFFICER)
    for sought in (full.person.reference, full.person.identity_number, full.letter.reference):
        # The person's page, where it leads, has the twenty of its own.
        with django_assert_max_num_queries(7):
            answer = client.post(reverse("casework:find"), {"q": sought})
        assert answer["Location"] == reverse("casework:person", args=[full.person.reference])
        with django_assert_max_num_queries(MOST):
            client.get(answer["Location"])


def test_searches_with_several_matches_or_none(full: Town, signed_in, django_assert_max_num_queries):
    client = signed_in(Role.SENIOR_OFFICER)
    for sought in ("Testsson", "Tetssson", "Finnsinte Alls", "2ATEPYZP9R57"):
        with django_assert_max_num_queries(MOST):
            client.post(reverse("casework:find"), {"q": sought})
        with django_assert_max_num_queries(MOST):
            assert client.get(reverse("casework:find")).status_code == 200
