"""Browser tests with oidc-provider-mock as the municipality's provider."""

import warnings
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.accessibility import found_by_axe
from tests.factories import PASSWORD
from tests.pages.test_browser import DESKTOP, NARROW
from tests.signin.conftest import OFFICER, set_up
from tests.town import Town

_ASTA = {name: value for name, value in OFFICER.items() if name != "sub"}
# The mock uses deprecated functions of its library.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

USERS = {
    "asta": {**_ASTA, "roles": ["HTV-ansvarig"]},
    "utan-kod": {**_ASTA, "amr": ["pwd"]},
    "utan-roll": {**_ASTA, "roles": ["Parkförvaltningen"]},
}


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """Its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import User as MockUser
        from oidc_provider_mock import run_server_in_thread

    users = [MockUser(sub=sub, claims=claims) for sub, claims in USERS.items()]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def door(mock: str, settings, live_server, live_town: Town, page: Page) -> Page:
    set_up(settings, mock)
    page.goto(live_server.url + reverse("casework:people"))
    return page


def _check(page: Page) -> None:
    for size in (DESKTOP, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"sideways scroll at {size}"
        assert found_by_axe(page) == []


def _sign_in(page: Page, sub: str) -> None:
    page.get_by_role("link", name="Logga in med kommunens konto").click()
    page.get_by_role("button", name=sub, exact=True).click()


def test_officer_signs_in_works_and_signs_out(door: Page, live_server):
    _check(door)
    _sign_in(door, "asta")

    expect(door.get_by_role("heading", level=1)).to_have_text("Personer")
    assert User.objects.get(oidc_subject="asta").groups.get().name == Role.SENIOR_OFFICER
    door.get_by_role("link", name="Asta Ek").click()
    expect(door.get_by_role("table", name="Öppna inloggningar")).to_contain_text("den här")
    _check(door)
    door.get_by_role("button", name="Logga ut", exact=True).click()
    expect(door.get_by_text("Du är utloggad.")).to_be_visible()
    door.goto(live_server.url + reverse("casework:people"))
    expect(door.get_by_role("link", name="Logga in med kommunens konto")).to_be_visible()


@pytest.mark.parametrize(
    ("sub", "heading"),
    [("utan-kod", "Du behöver logga in med två steg"), ("utan-roll", "Du har ingen roll i Hemtjänstvalet")],
)
def test_missing_second_factor_or_role_is_reported(door: Page, sub: str, heading: str):
    _sign_in(door, sub)

    expect(door.get_by_role("heading", level=1)).to_have_text(heading)
    _check(door)
    assert not User.objects.filter(oidc_subject=sub).exists()


def test_approval_after_an_hour_requires_a_new_sign_in(door: Page, live_server, live_town: Town):
    _sign_in(door, "asta")
    expect(door.get_by_role("heading", level=1)).to_have_text("Personer")
    _age_session()
    run = live_server.url + reverse("casework:run", args=[live_town.run.reference])
    door.goto(run)
    door.get_by_role("button", name="Godkänn förslaget").click()
    expect(door.get_by_role("heading", level=1)).to_have_text("Bekräfta att det är du")
    _check(door)
    door.get_by_role("link", name="Bekräfta med kommunens konto").click()
    door.get_by_role("button", name="asta", exact=True).click()

    expect(door).to_have_url(run)
    door.get_by_role("button", name="Godkänn förslaget").click()
    # The town's run was not computed by the engine; the service's refusal shows that it was called.
    expect(door.get_by_role("alert")).to_contain_text("Något har ändrats sedan förslaget gjordes")


def test_officer_confirms_by_password_and_then_approves(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.SENIOR_OFFICER)
    _age_session()
    run = live_server.url + reverse("casework:run", args=[live_town.run.reference])
    page.goto(run)
    page.get_by_role("button", name="Godkänn förslaget").click()
    _check(page)
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Bekräfta").click()
    expect(page.get_by_role("alert")).to_contain_text("Det gick inte")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Bekräfta").click()

    expect(page).to_have_url(run)
    page.get_by_role("button", name="Godkänn förslaget").click()
    expect(page.get_by_role("alert")).to_contain_text("Något har ändrats sedan förslaget gjordes")
    assert Event.objects.filter(action="signin.confirmed").count() == 1


def _age_session() -> None:
    """The only session: signed in an hour ago, though not idle."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    store = SessionStore(Session.objects.get().session_key)
    store["staff"] = {**store["staff"], "shown": store["staff"]["shown"] - 3600}
    store.save()


def test_administrators_pages_are_accessible(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.ADMIN)
    for address in (
        reverse("casework:users"),
        reverse("casework:user", args=[live_town.staff[Role.CASE_OFFICER].pk]),
    ):
        page.goto(live_server.url + address)
        _check(page)
