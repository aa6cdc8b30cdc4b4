"""Pages of payment in a browser: axe, and no sideways scroll on a phone."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from accounts.roles import Role
from choices.models import Person
from providers.models import Provider
from reimbursement.models import BasisLine
from tests import factories as make
from tests.accessibility import found_by_axe
from tests.reimbursement.closing.accounts import DAY, Books, away, make_books

SIZES = {"bred": {"width": 1280, "height": 900}, "smal": {"width": 320, "height": 640}}
# A folder for pictures to look at; empty: none.
PICTURES = os.environ.get("PAYMENT_PICTURES", "")


@pytest.fixture
def books(transactional_db: None, live_server, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    person = books.moved()
    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28), reported_on=DAY(2020, 11, 23))
    books.sent(books.draft())
    return books


def _signed_in(page: Page, live_server, user: User) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def _faults(page: Page, live_server, name: str, *arguments: str) -> list[str]:
    page.goto(live_server.url + reverse(name, args=arguments))
    found = []
    for word, size in SIZES.items():
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(f"{name}: sideways scroll, {word}")
        found += [f"{name}: {fault}" for fault in found_by_axe(page)]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name.replace(':', '-')}-{word}.png", full_page=True)
    return found


def test_pages_of_payment_are_accessible(page: Page, live_server, books: Books):
    lines = _lines()
    _signed_in(page, live_server, User.objects.get(username="anna"))
    found = [
        *_faults(page, live_server, "casework:payment_months"),
        *_faults(page, live_server, "casework:payment_basis", "2020-11"),
        *_faults(page, live_server, "casework:payment_provider", "2020-11", "p"),
        *_faults(page, live_server, "casework:payment_line", "2020-11", lines[books.world.p.code]),
        *_faults(page, live_server, "casework:payment_terms"),
        *_faults(page, live_server, "casework:payment_new_term", "payee"),
        *_faults(page, live_server, "casework:payment_manual"),
    ]
    assert found == []


def test_pages_of_absence_and_of_the_provider_are_accessible(page: Page, live_server, books: Books):
    person: Person = Person.objects.get()
    _signed_in(page, live_server, make.UserFactory.with_role(Role.CASE_OFFICER))
    found = _faults(page, live_server, "casework:absences", person.reference)
    provider = Provider.objects.get(code="p")
    _signed_in(page, live_server, make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=provider))
    found += _faults(page, live_server, "portal:absences", person.reference)
    _signed_in(page, live_server, make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider))
    found += [
        *_faults(page, live_server, "portal:payment_months"),
        *_faults(page, live_server, "portal:payment_month", "2020-11"),
        *_faults(page, live_server, "portal:payment_line", "2020-11", _lines()["p"]),
    ]
    assert found == []


def _lines() -> dict[str, str]:
    """Provider → the reference of its line."""
    return dict(BasisLine.objects.values_list("provider__code", "reference"))
