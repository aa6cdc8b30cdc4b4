"""Search by the reference that payment has for a person: an officer finds all lines, a provider its own."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import Read
from providers.models import Provider
from reimbursement.computing import public_reference
from tests import factories as make
from tests.reimbursement.closing.accounts import DAY, Books, make_books


@pytest.fixture
def books(db: None, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    return make_books()


def _officer(books: Books) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=books.anna.user_id))
    return client


def _provider(provider: Provider) -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider))
    return client


def _found(client: Client, page: str, reference: str) -> set[str]:
    response = client.get(reverse(page), {"referens": reference})
    assert response.status_code == 200
    return set(re.findall(r"/rad/(\w+)/", response.text))


def test_an_officer_finds_the_lines_of_a_person_and_the_look_is_logged(books: Books):
    person, other = books.moved(), books.moved()
    basis = books.draft()
    theirs = set(basis.lines.filter(person=person.reference).values_list("reference", flat=True))
    client, reference = _officer(books), public_reference(person.reference)

    assert len(theirs) > 1
    assert _found(client, "casework:payment_find", reference) == theirs
    assert _found(client, "casework:payment_find", f" {reference[:4].lower()}-{reference[4:]} ") == theirs
    assert set(Read.objects.filter(what="payment.find").values_list("person_reference", flat=True)) == {
        person.reference
    }
    # The person's own reference leads to nothing here.
    for wrong in (person.reference, other.reference, "X" * 400, "", "%", "'; --"):
        assert _found(client, "casework:payment_find", wrong) == set()
    assert "Ingen rad gäller en person" in client.get(reverse("casework:payment_find"), {"referens": "X"}).text


def test_a_provider_finds_its_own_lines_of_the_months_it_has_been_sent(books: Books):
    person = books.moved()
    basis = books.draft()
    reference = public_reference(person.reference)
    own, elsewhere = _provider(books.world.p), _provider(books.world.q)
    line = basis.lines.get(provider=books.world.p, person=person.reference)

    assert _found(own, "portal:payment_find", reference) == set()
    books.sent(basis)
    assert _found(own, "portal:payment_find", reference) == {line.reference}
    assert _found(elsewhere, "portal:payment_find", reference) == set()
    # Found or not, another provider reads the same words.
    pages = []
    for each in (reference, "X" * 12):
        page = elsewhere.get(reverse("portal:payment_find"), {"referens": each}).text
        pages.append(page[page.index("<main") : page.index("</main>")].replace(each, ""))
    assert pages[0] == pages[1]


def test_a_protected_person_is_found_by_reference_alone(books: Books):
    person = books.moved()
    person.confidential = True
    person.save()
    books.draft()
    page = _officer(books).get(reverse("casework:payment_find"), {"referens": public_reference(person.reference)})
    assert person.family_name not in page.text
    assert public_reference(person.reference) in page.text
    assert person.reference not in page.text
