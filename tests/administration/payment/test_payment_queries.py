"""Number of queries of the pages of payment: at most twenty, the same for many people as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from reimbursement.computing import recompute
from reimbursement.models import BasisLine, PaymentBasis
from tests import factories as make
from tests.reimbursement.closing.accounts import DAY, Books, away, make_books
from tests.world import SYSTEM

MOST = 20


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _line(books: Books) -> str:
    """Reference of the first line of p."""
    line = BasisLine.objects.filter(provider=books.world.p).first()
    assert line is not None
    return str(line.reference)


def _pages(books: Books) -> list[tuple[str, str]]:
    """The requester and the address."""
    line = _line(books)
    return [
        ("officer", reverse("casework:payment_months")),
        ("officer", reverse("casework:payment_terms")),
        ("officer", reverse("casework:payment_manual")),
        ("officer", reverse("casework:payment_basis", args=["2020-11"])),
        ("officer", reverse("casework:payment_provider", args=["2020-11", "p"])),
        ("officer", reverse("casework:payment_line", args=["2020-11", line])),
        ("officer", reverse("casework:payment_file", args=["2020-11", "p", "csv"])),
        ("provider", reverse("portal:payment_months")),
        ("provider", reverse("portal:payment_month", args=["2020-11"])),
        ("provider", reverse("portal:payment_line", args=["2020-11", line])),
        ("provider", reverse("portal:payment_file", args=["2020-11", "csv"])),
    ]


@pytest.mark.django_db
def test_pages_of_payment_ask_as_often_for_many_people_as_for_one(settings):
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    clients = {
        "officer": _client(User.objects.get(username="anna")),
        "provider": _client(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=books.world.p)),
    }
    books.moved()
    basis = books.sent(books.draft())

    def counted() -> dict[str, int]:
        found = {}
        for who, address in _pages(books):
            clients[who].get(address)
            with CaptureQueriesContext(connection) as queries:
                assert clients[who].get(address).status_code == 200
            found[address.replace(_line(books), "")] = len(queries)
        return found

    one = counted()
    for number in range(9):
        away(books.moved(), DAY(2020, 11, 2 + number), DAY(2020, 11, 20))
    recompute(basis=basis, actor=SYSTEM)
    assert PaymentBasis.objects.get().lines.count() == 20

    assert counted() == one
    assert max(one.values()) <= MOST, one
