"""A provider and its payment: its own lines only, its remarks, and the absences that it reports."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from allocation.models import Placement
from choices.models import Person
from providers.models import Provider
from reimbursement.computing import public_reference, recompute
from reimbursement.models import Absence, Remark
from tests import factories as make
from tests.reimbursement.closing.accounts import DAY, Books, make_books
from tests.world import SYSTEM


@pytest.fixture
def books(db: None, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    return make_books()


def _client(role: Role, provider: Provider) -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(role, provider=provider))
    return client


def test_a_provider_reads_its_own_lines_once_they_are_sent_and_remarks_on_them(books: Books):
    person = books.moved()
    basis = books.draft()
    client = _client(Role.PROVIDER_ADMIN, books.world.p)
    month = reverse("portal:payment_month", args=["2020-11"])
    assert client.get(month).status_code == 404
    books.sent(basis)

    page = client.get(month).text
    own, others = (basis.lines.get(provider=provider) for provider in (books.world.p, books.world.municipal))
    assert own.reference in page
    assert others.reference not in page
    assert public_reference(person.reference) in page
    assert person.reference not in page
    line = reverse("portal:payment_line", args=["2020-11", own.reference])
    assert client.post(line, {"text": "Hon kom den 15:e"}).status_code == 302
    assert (Remark.objects.get().provider, Remark.objects.get().line) == (books.world.p, own.reference)
    for address in (
        reverse("portal:payment_line", args=["2020-11", others.reference]),
        reverse("portal:payment_month", args=["2020-13"]),
        reverse("portal:payment_file", args=["2020-11", "xml"]),
    ):
        assert client.get(address).status_code == 404
    assert others.reference not in client.get(reverse("portal:payment_file", args=["2020-11", "csv"])).content.decode()


def test_after_the_answer_time_a_remark_is_refused_in_words(books: Books):
    books.moved()
    books.close(books.draft())
    client = _client(Role.PROVIDER_ADMIN, books.world.p)
    response = client.post(reverse("portal:payment_month", args=["2020-11"]), {"text": "Fel"})
    assert response.status_code == 422
    assert "Synpunkter tas emot när underlaget är hos utförarna." in response.text


def test_a_planner_reports_that_a_client_is_away_and_is_paid_less(books: Books):
    person = books.moved()
    basis = books.draft()
    client = _client(Role.PROVIDER_STAFF, books.world.p)
    address = reverse("portal:absences", args=[person.reference])
    # The lines of the month name the person by this reference.
    assert public_reference(person.reference) in client.get(address).text
    stay = {"kind": "hospital", "first_day": "2020-11-20", "last_day": "2020-11-27", "reported_on": "2020-11-20"}
    assert client.post(address, stay).status_code == 302
    absence = Absence.objects.get()
    assert (absence.provider, absence.source, absence.valid_until) == (books.world.p, "provider", DAY(2020, 11, 28))
    ore = recompute(basis=basis, actor=SYSTEM).lines.get(provider=books.world.p).ore
    assert ore == 282_917

    again = reverse("portal:absence", args=[person.reference, absence.reference])
    assert client.post(again, stay | {"last_day": "2020-11-26"}).status_code == 302
    assert Absence.objects.standing().get().replaces == absence
    assert client.post(address, stay | {"first_day": "2020-11-10"}).status_code == 422
    other = _client(Role.PROVIDER_STAFF, books.world.q)
    assert other.get(address).status_code == 404


def test_another_provider_of_the_person_neither_sees_nor_corrects_the_report(books: Books):
    person: Person = books.moved()
    Placement.objects.filter(person=person, contract__provider=books.world.p).update(valid_until=DAY(2020, 12, 1))
    Placement.objects.create(person=person, contract=books.world.contracts["q"], valid_from=DAY(2020, 12, 1))
    first, second = (_client(Role.PROVIDER_STAFF, provider) for provider in (books.world.p, books.world.q))
    address = reverse("portal:absences", args=[person.reference])
    first.post(address, {"kind": "travel", "first_day": "2020-11-20", "last_day": "", "reported_on": "2020-11-20"})
    absence = Absence.objects.get()
    assert absence.reference not in second.get(address).text
    assert second.get(reverse("portal:absence", args=[person.reference, absence.reference])).status_code == 404
