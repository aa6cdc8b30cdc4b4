"""Login in a real browser: both methods, every wrong answer, by keyboard, on a narrow phone, without JavaScript."""

import datetime
import warnings
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from choices.models import Mandate
from citizens.access import EID, Citizen
from citizens.joint import keep_waiting
from citizens.login.eid import PERSONAL
from citizens.login.models import LetterCode
from common import letter_codes as codes
from tests.citizens.login.test_eid import LOA2, LOA3
from tests.citizens.signing_in import as_citizen
from tests.pages.test_browser import _check
from tests.signin.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.town import Town


@pytest.fixture
def login_page(live_server, live_town: Town, settings) -> str:
    """The town during its open round."""
    settings.CLOCK_TODAY = datetime.date(2020, 9, 15)
    live_town.round.closed_at = None
    live_town.round.save()
    valkey = Redis.from_url(settings.REDIS_URL)
    for key in valkey.scan_iter(f"{settings.LETTER_CODE_LIMITS}:*"):
        valkey.delete(key)
    return f"{live_server.url}/mitt/logga-in/"


@pytest.fixture
def code(live_town: Town) -> str:
    drawn = codes.new_code()
    LetterCode.objects.create(person=live_town.person, round=live_town.round, digest=codes.digest(drawn))
    return codes.for_print(drawn)


@pytest.fixture(scope="module")
def one_broker() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def broker(one_broker: Provider, settings) -> Provider:
    one_broker.claims, one_broker.token, one_broker.userinfo = {"sub": "1", "acr": LOA3}, {}, {"sub": "1"}
    _set_up(settings, one_broker.issuer)
    return one_broker


def _set_up(settings, issuer: str) -> None:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    settings.CITIZEN_EID = {**settings.CITIZEN_EID, "issuer": issuer, **client}


def test_sign_in_by_code_without_javascript_and_out_again(browser: Browser, login_page, live_town: Town, code):
    page = browser.new_context(java_script_enabled=False, locale="sv-SE").new_page()
    page.goto(login_page.replace("/logga-in/", "/ko/"))
    page.get_by_label("Ditt födelsedatum").fill("1931-05-06")
    page.get_by_label("Koden i brevet").fill(code.lower())
    page.get_by_role("button", name="Logga in med koden").click()
    expect(page.get_by_role("alert")).to_contain_text("hör inte ihop")
    expect(page.get_by_label("Ditt födelsedatum")).to_have_value("1931-05-06")
    expect(page.get_by_label("Koden i brevet")).to_have_value("")

    page.get_by_label("Ditt födelsedatum").fill(f"{live_town.person.birth_date.whole:%Y%m%d}")
    page.get_by_label("Koden i brevet").fill(code.replace("-", " "))
    page.get_by_role("button", name="Logga in med koden").click()
    expect(page).to_have_url(login_page.replace("/logga-in/", "/ko/"))
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("status")).to_contain_text("Du är utloggad")


def test_sign_in_by_keyboard(page: Page, login_page, live_town: Town, code):
    page.goto(login_page)
    expect(page.get_by_label("Ditt födelsedatum")).to_have_attribute("autocomplete", "bday")
    page.get_by_label("Ditt födelsedatum").focus()
    page.keyboard.type("391304")
    page.keyboard.press("Tab")
    page.keyboard.type("K7M2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Koden har tolv tecken. Du har skrivit 4.")
    # From the error to its field.
    page.get_by_role("alert").get_by_role("link", name="Koden har tolv tecken").press("Enter")
    expect(page.get_by_label("Koden i brevet")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(code)
    page.get_by_label("Ditt födelsedatum").fill(f"{live_town.person.birth_date.whole:%Y %m %d}")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Din hemtjänst")


def test_sign_in_with_an_independent_provider(page: Page, login_page, live_town: Town, settings):
    """oidc-provider-mock: an independent implementation of the standard."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import httpx
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            issuer = f"http://localhost:{server.server_port}"
            _set_up(settings, issuer)
            claims = {PERSONAL: live_town.person.identity_number, "acr": LOA3}
            httpx.put(f"{issuer}/users/asta", json=claims).raise_for_status()
            page.goto(f"{login_page}?till=/mitt/brev/")
            page.get_by_role("link", name="Logga in med e-legitimation").click()
            page.locator("input[name=sub]").fill("asta")
            page.get_by_role("button", name="Authorize").click()
            expect(page).to_have_url(login_page.replace("/logga-in/", "/brev/"))


def test_each_wrong_answer_of_the_broker_gets_instructions(page: Page, login_page, live_town: Town, broker):
    broker.claims[PERSONAL] = live_town.person.identity_number
    wrong = [
        ({"iss": "https://another.example"}, "gick fel när du loggade in"),
        ({"aud": "another-system"}, "gick fel när du loggade in"),
        ({"nonce": "of-another-time"}, "gick fel när du loggade in"),
        ({"iat": 1_600_000_000, "exp": 1_600_000_300}, "gick fel när du loggade in"),
        ({"acr": LOA2}, "säkrare e-legitimation"),
    ]
    for token, words in wrong:
        broker.token = token
        page.goto(login_page)
        page.get_by_role("link", name="Logga in med e-legitimation").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Det gick inte att logga in")
        expect(page.get_by_role("alert")).to_contain_text(words)
    _check(page)
    page.get_by_role("link", name="Tillbaka till inloggningen").click()
    expect(page).to_have_url(login_page)


def test_representative_selects_the_person(page: Page, login_page, live_town: Town, broker):
    mandate = Mandate.objects.get(person=live_town.person)
    mandate.holders.update(identity_number=live_town.spouse.identity_number)
    broker.claims[PERSONAL] = live_town.spouse.identity_number
    page.goto(login_page)
    page.get_by_role("link", name="Logga in med e-legitimation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vem gäller det?")
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("alert")).to_have_text("Välj en person.")
    _check(page)
    page.get_by_label(live_town.person.full_name).check()
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(live_town.person.full_name)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Byt person").click()
    page.get_by_label("Jag själv").check()
    page.get_by_role("button", name="Fortsätt").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Din hemtjänst")


def test_timeout_is_preceded_by_a_warning(page: Page, context, live_server, login_page, live_town: Town):
    key = as_citizen(Client(), live_town.person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.clock.install()
    page.goto(login_page.replace("/logga-in/", "/ring-mig/"))
    expect(page.get_by_text("Gör du inget på 60 minuter loggar vi ut dig.")).to_be_visible()
    stay = page.get_by_role("button", name="Jag vill vara kvar")
    page.clock.fast_forward("54:00")
    expect(stay).to_be_hidden()
    page.clock.fast_forward("02:00")
    expect(stay).to_be_visible()
    _check(page)
    stay.click()
    expect(stay).to_be_hidden()
    page.clock.fast_forward("56:00")
    expect(stay).to_be_visible()
    context.clear_cookies()
    stay.click()
    expect(page.get_by_text("Du är utloggad. Logga in igen.")).to_be_visible()


def test_all_login_pages_are_accessible(page: Page, context, live_server, login_page, live_town: Town, broker):
    page.goto(login_page)
    _check(page)
    page.get_by_role("button", name="Logga in med koden").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv koden som står i brevet.")
    _check(page)
    broker.claims[PERSONAL] = "193001029800"
    page.get_by_role("link", name="Logga in med e-legitimation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det gick inte att logga in")

    children = Mandate.objects.create(
        person=live_town.person, kind="proxy", joint=True, scope="allt", evidence="x", valid_from="2020-01-01",
        evidence_seen_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    )  # fmt: skip
    anna, bo = [children.holders.create(name=name) for name in ("Anna", "Bo")]
    keep_waiting(
        citizen=Citizen(live_town.person, children, EID, anna), ranking=live_town.companies[:2], assured=["covers"]
    )
    key = as_citizen(Client(), live_town.person, mandate=children, holder=bo).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto(login_page.replace("/logga-in/", "/gemensamt/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bekräfta valet")
    _check(page)
    page.get_by_role("button", name="Jag bekräftar valet").click()
    expect(page.get_by_role("alert")).to_contain_text("Valet är inte bekräftat")
    _check(page)
