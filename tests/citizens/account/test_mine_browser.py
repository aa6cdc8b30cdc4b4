"""A citizen's own pages in a real browser: read, answer, leave a queue, request a call; axe, 320 px, keyboard."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from allocation.models import ContactTask, Offer
from choices.models import Mandate, Person
from citizens.models import FaultReport
from common import clock
from tests import factories as make
from tests.accessibility import found_by_axe
from tests.citizens.account.conftest import Mine, make_mine
from tests.citizens.signing_in import as_citizen

DESKTOP, PHONE, NARROW = ({"width": width, "height": 800} for width in (1280, 360, 320))
# Folder for screenshots of every checked page; unset: none are taken.
PICTURES = os.environ.get("MINE_PICTURES", "")


@pytest.fixture
def live(transactional_db: None, live_server, settings, tmp_path) -> Mine:
    settings.MEDIA_ROOT = tmp_path
    mine = make_mine()
    for number in range(4):
        mine.waiter(mine.company.provider, why="behind_waiting")
        make.LetterFactory.create(
            person=mine.person,
            posted_on=clock.today(),
            rendered=True,
            kind=("decision", "queue", "offer", "receipt")[number],
        )
    return mine


@pytest.fixture
def open_page(live_server, live: Mine) -> Callable[..., Page]:
    def opened(context: BrowserContext, path: str, person: Person | None = None, **kept: object) -> Page:
        client = as_citizen(Client(), person or live.person, **kept)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return opened


def _check(page: Page, name: str) -> None:
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"sideways scroll at {size}"
        if PICTURES and size != NARROW:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    assert found_by_axe(page) == []


def test_home_page_with_queue_and_letters(context, live: Mine, open_page):
    page = open_page(context, "/mitt/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Din hemtjänst")
    _check(page, "home")
    page.get_by_role("link", name="Visa alla brev").click()
    expect(page.get_by_role("link", name="(PDF)")).to_have_count(4)
    _check(page, "letters")


def test_home_page_with_an_offer_for_a_representative(context, live: Mine, open_page):
    make.OfferFactory.create(person=live.person, contract=live.company)
    mandate = make.MandateFactory.create(person=live.person, kind=Mandate.Kind.GOD_MAN, evidence_seen_at=clock.now())

    page = open_page(context, "/mitt/", mandate=mandate)
    _check(page, "home-offer")
    page.get_by_role("link", name="Läs och svara").click()
    page.get_by_label("Nej, jag vill inte byta").check()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Skicka mitt nej").click()

    # Refused: the missing confirmations are shown first.
    expect(page.get_by_role("alert")).to_be_focused()
    _check(page, "offer-assure")


def test_queue_place(context, live: Mine, open_page):
    page = open_page(context, "/mitt/ko/")

    expect(page.get_by_text("Du står ungefär på plats")).to_be_visible()
    _check(page, "queue")
    page.get_by_role("link", name="Lämna kön till Lindens omsorg").click()
    _check(page, "leave")
    page.get_by_role("button", name="Ja, lämna kön").click()
    expect(page.get_by_role("status")).to_contain_text("Du står inte längre i kö till Lindens omsorg.")
    _check(page, "queue-empty")


def test_choice_is_taken_back_without_javascript_on_a_narrow_screen(browser: Browser, live: Mine, open_page):
    context = browser.new_context(java_script_enabled=False, locale="sv-SE", viewport=NARROW)
    page = open_page(context, "/mitt/")
    page.get_by_role("link", name="Ta tillbaka ditt val").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du ta tillbaka ditt val?")
    page.get_by_role("button", name="Ja, ta tillbaka valet").click()
    expect(page.get_by_role("status")).to_contain_text("Du har tagit tillbaka ditt val.")
    context.close()


def test_take_back_page(context, live: Mine, open_page):
    """Also for somebody without a provider, who is told why the choice stands."""
    _check(open_page(context, "/mitt/ta-tillbaka/"), "take-back")
    live.person.placements.all().delete()
    page = open_page(context, "/mitt/ta-tillbaka/")
    expect(page.get_by_role("button", name="Ja, ta tillbaka valet")).to_have_count(0)
    _check(page, "take-back-not")


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("open", "Du kan få plats hos Lindens omsorg"),
        ("accepted", "Du har tackat ja"),
        ("declined", "Du har tackat nej"),
        ("expired", "Vi fick inget svar från dig"),
        ("withdrawn", "Erbjudandet gäller inte längre"),
    ],
)
def test_offer_in_every_state(context, live: Mine, open_page, state: str, heading: str):
    answered = {} if state == "open" else {"answered_at": clock.now()}
    offer = make.OfferFactory.create(person=live.person, contract=live.company, status=state, **answered)

    page = open_page(context, f"/mitt/erbjudande/{offer.reference}/")

    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    _check(page, f"offer-{state}")


def test_offer_is_answered_by_keyboard(context, live: Mine, open_page):
    """Given an offer, when the user tabs to yes, continues and sends, then the place is taken."""
    offer = make.OfferFactory.create(person=live.person, contract=live.company)
    page = open_page(context, f"/mitt/erbjudande/{offer.reference}/")

    _tab_to(page, "#svar-ja")
    page.keyboard.press("Space")
    _tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Du har inte skickat ditt svar än.")).to_be_visible()
    _tab_to(page, "main button")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Du har tackat ja")
    assert Offer.objects.get().placement_id


def _tab_to(page: Page, selector: str) -> None:
    for _each in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.boxShadow !== 'none' || s.outlineStyle !== 'none' }"
            )
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_answer_letter_and_call_request_work_without_javascript(browser: Browser, live_server, live: Mine, open_page):
    offer = make.OfferFactory.create(person=live.person, contract=live.company)
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = open_page(context, "/mitt/")
    page.get_by_role("link", name="Läs och svara").click()
    page.get_by_label("Nej, jag vill inte byta").check()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Skicka mitt nej").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har tackat nej")
    page.get_by_role("link", name="Tillbaka till din sida").click()
    page.get_by_role("link", name="Be oss ringa dig").click()
    page.get_by_label("Vilket nummer ska vi ringa?").fill("070-174 06 09")
    page.get_by_role("button", name="Be oss ringa").click()
    expect(page.get_by_role("status")).to_contain_text("Vi ringer dig senast")
    context.close()

    offer.refresh_from_db()
    assert offer.status == Offer.Status.DECLINED
    assert ContactTask.objects.get().phone == "070-174 06 09"


def test_invalid_phone_number_is_reported_at_the_field(context, live: Mine, open_page):
    page = open_page(context, "/mitt/ring-mig/")
    _check(page, "call")
    page.get_by_label("Vilket nummer ska vi ringa?").fill("12")
    page.get_by_role("button", name="Be oss ringa").click()

    expect(page.get_by_role("alert")).to_be_focused()
    _check(page, "call-error")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Vilket nummer ska vi ringa?")).to_be_focused()
    page.keyboard.type("3456")
    page.get_by_role("button", name="Be oss ringa").click()
    _check(page, "call-asked")


@pytest.mark.parametrize("path", ["/hjalp/", "/tillganglighet/", "/personuppgifter/", "/tillganglighet/tack/"])
def test_public_information(page: Page, live_server, live: Mine, path: str):
    page.goto(live_server.url + path)

    _check(page, path.strip("/").replace("/", "-"))


def test_problem_is_reported_without_javascript_or_signing_in(browser: Browser, live_server, live: Mine):
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Tillgänglighet").click()
    page.get_by_role("link", name="Berätta vad som inte fungerar").click()
    page.get_by_label("Vad fungerar inte?").fill("Texten är för liten")
    page.get_by_role("button", name="Skicka").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, vi har fått det")
    context.close()
    assert FaultReport.objects.get().words == "Texten är för liten"


def test_empty_report_gets_a_message(page: Page, live_server, live: Mine):
    page.goto(f"{live_server.url}/tillganglighet/anmal/")
    page.get_by_role("button", name="Skicka").click()

    expect(page.get_by_role("alert")).to_be_focused()
    _check(page, "report-error")
