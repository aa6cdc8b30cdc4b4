"""Pictures of every state of the citizens' pages, in every language, at the width of a phone and of a desk.

``scripts/screenshots.py --citizens`` runs this file; the suite does not collect it. It also counts the presses from the
start page to the receipt, and measures the comparison's height on a phone.
"""

import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from choices.models import Mandate, Person
from citizens.access import CODE
from common import clock
from common.languages import CITIZENS
from letters.services import load_texts
from tests import factories as make
from tests.citizens.account.conftest import Mine, make_mine
from tests.citizens.choosing import Chooser
from tests.citizens.choosing import address as choosing
from tests.citizens.signing_in import as_citizen
from tests.town import Town
from tests.world import SYSTEM

FOLDER = Path(os.environ.get("CITIZEN_PICTURES", "var/screenshots/citizens"))
WIDTHS = {360: 780, 1280: 900}
ONLY = os.environ.get("CITIZEN_PICTURES_ONLY", "")

# Name of the page → its address.
Pages = dict[str, str]


def _take(context: BrowserContext, url: str, pages: Pages, client: Client | None = None) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page = context.new_page()
    for language in CITIZENS:
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}]
        if client:
            cookies.append({"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url})
        context.add_cookies(cookies)
        for name, path in pages.items():
            if ONLY not in name:
                continue
            page.goto(url + path)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=FOLDER / f"{name}-{language}-{width}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{name} in {language} is {wide} px wide"
    page.close()


@pytest.fixture
def elsa(live_town: Town) -> Person:
    """An open round, and somebody with care who lives with another person with care."""
    load_texts(actor=SYSTEM)
    make.ChoiceRoundFactory.create(
        code="vintern", opens_on=datetime.date(2020, 11, 20), closes_on=datetime.date(2020, 12, 4),
        starts_on=datetime.date(2021, 3, 1), areas=live_town.areas, told_by=datetime.date(2021, 1, 20),
    )  # fmt: skip
    elsa, erik = (make.PersonFactory.create(area=live_town.areas[0], given_name=name) for name in ("Elsa", "Erik"))
    make.CareDecisionFactory.create(person=elsa)
    make.PlacementFactory.create(person=elsa, contract=live_town.municipal.contracts.get(area=live_town.areas[0]))
    make.make_household(elsa, erik)
    return elsa


def test_public_pages(context, live_server, elsa: Person):
    compare, area = reverse("providers:compare", args=["norra"]), reverse("providers:area_help")
    pages = {
        "start": reverse("start"), "round": reverse("round", args=["vintern"]),
        "areas": reverse("providers:choose_area"), "compare": compare,
        "compare-two": f"{compare}?valj=lindens&valj=akerns", "compare-filtered": f"{compare}?sprak=fi",
        "provider": reverse("providers:provider", args=["lindens"]), "area-help": area,
        "area-found": f"{area}?postnummer=14561", "area-unknown": f"{area}?postnummer=99999",
        "sign-in": reverse("citizens:login"), "help": "/hjalp/", "accessibility": "/tillganglighet/",
        "report": "/tillganglighet/anmal/", "reported": "/tillganglighet/tack/", "privacy": "/personuppgifter/",
        "not-found": "/finns-inte/",
    }  # fmt: skip
    _take(context, live_server.url, pages)


def test_pages_of_a_choice(context, live_server, elsa: Person):
    client = as_citizen(Client(), elsa)
    url = live_server.url
    _take(context, url, {"choose-start": reverse("citizens:choosing"), "home-round-open": "/mitt/"}, client)
    chooser = Chooser(client, elsa)
    chooser.begin()
    _take(context, url, {"choose-want": choosing("vill-du")}, client)
    chooser.answer("vill-du", "ja")
    _take(context, url, {"choose-empty": choosing("ordning")}, client)
    chooser.rank("akerns", "lindens")
    chooser.answer("ko", "ja")
    chooser.answer("tillfallig", "ja")
    chooser.answer("tillsammans", "nej")
    chooser.answer("sprak", "fi")
    steps = {f"choose-{name}": choosing(step) for name, step in _STEPS.items()}
    _take(context, url, {**steps, "choose-check": reverse("citizens:check"), "home-draft": "/mitt/"}, client)
    receipt = chooser.send().url
    _take(context, url, {"receipt": receipt, "receipt-again": f"{receipt}?redan", "home-chosen": "/mitt/"}, client)


_STEPS = {"rank": "ordning", "queue": "ko", "interim": "tillfallig", "together": "tillsammans", "language": "sprak"}


def test_pages_of_a_choice_for_another(context, live_server, elsa: Person):
    mandate = make.MandateFactory.create(person=elsa, kind=Mandate.Kind.PROXY)
    client = as_citizen(Client(), elsa, mandate=mandate)
    pages = {"acting-start": reverse("citizens:choosing"), "acting-home": "/mitt/"}
    _take(context, live_server.url, pages, client)
    Chooser(client, elsa).begin()
    _take(context, live_server.url, {"acting-assure": choosing("vem")}, client)


@pytest.fixture
def mine(transactional_db: None, live_server, settings, tmp_path) -> Mine:
    settings.MEDIA_ROOT = tmp_path
    load_texts(actor=SYSTEM)
    found = make_mine()
    for number in range(4):
        found.waiter(found.company.provider, why="behind_waiting")
        make.LetterFactory.create(
            person=found.person, posted_on=clock.today(), rendered=True,
            kind=("decision", "queue", "offer", "receipt")[number],
        )  # fmt: skip
    return found


def test_own_pages(context, live_server, mine: Mine):
    pages = {
        "home": "/mitt/", "queue": "/mitt/ko/", "queue-leave": "/mitt/ko/lindens/ta-bort/",
        "take-back": "/mitt/ta-tillbaka/", "letters": "/mitt/brev/", "call-me": "/mitt/ring-mig/",
    }  # fmt: skip
    client = as_citizen(Client(), mine.person)
    _take(context, live_server.url, pages, client)
    client.post("/mitt/ring-mig/", {"phone": "070-174 06 09", "words": "Jag vill byta"})
    _take(context, live_server.url, {"call-me-asked": "/mitt/ring-mig/"}, client)
    client.post("/mitt/ta-tillbaka/")
    _take(context, live_server.url, {"home-taken-back": "/mitt/", "queue-empty": "/mitt/ko/"}, client)
    mine.person.placements.all().delete()
    _take(context, live_server.url, {"home-nobody": "/mitt/"}, client)


def _alarm(mine: Mine) -> None:
    mine.person.care_decisions.update(minutes=0)


def _coming(mine: Mine) -> None:
    mine.person.placements.update(valid_until="2020-12-07")
    make.PlacementFactory.create(person=mine.person, contract=mine.company, valid_from="2020-12-07")


def _no_choice(mine: Mine) -> None:
    silent = make.PersonFactory.create(given_name="Tyst")
    make.CareDecisionFactory.create(person=silent)
    make.PlacementFactory.create(person=silent, contract=mine.own)
    mine.person = silent


@pytest.mark.parametrize("state", [_alarm, _coming, _no_choice])
def test_home_in_other_states(context, live_server, mine: Mine, state: Callable[[Mine], None]):
    state(mine)
    client = as_citizen(Client(), mine.person)
    _take(context, live_server.url, {f"home{state.__name__}": "/mitt/", f"queue{state.__name__}": "/mitt/ko/"}, client)


@pytest.mark.parametrize("state", ["open", "accepted", "declined", "expired", "withdrawn"])
def test_offer(context, live_server, mine: Mine, state: str):
    answered = {} if state == "open" else {"answered_at": clock.now()}
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company, status=state, **answered)
    path = f"/mitt/erbjudande/{offer.reference}/"
    pages = {f"offer-{state}": path, f"home-offer-{state}": "/mitt/"}
    if state == "open":
        pages |= {"offer-yes": f"{path}?svar=ja", "offer-no": f"{path}?svar=nej", "offer-unpicked": f"{path}?svar="}
    client = as_citizen(Client(), mine.person, how=CODE if state == "accepted" else "eid")
    _take(context, live_server.url, pages, client)


def test_offer_that_a_couple_cannot_share(context, live_server, mine: Mine):
    other = mine.waiter(mine.company.provider)
    common = {"contract": mine.company, "unit": "SAMMA", "run": mine.run}
    offer = make.OfferFactory.create(person=mine.person, **common)
    make.OfferFactory.create(person=other, status="declined", answered_at=clock.now(), **common)
    path = f"/mitt/erbjudande/{offer.reference}/"
    pages = {"offer-apart": path, "offer-apart-yes": f"{path}?svar=ensam"}
    _take(context, live_server.url, pages, as_citizen(Client(), mine.person))


def test_presses_and_height(page: Page, live_server, elsa: Person, context, capsys):
    """The shortest way to a receipt for two wishes, by e-ID; the sign-in itself is not counted."""
    client = as_citizen(Client(), elsa)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(live_server.url)
    presses = 0

    def click(target: Locator) -> None:
        nonlocal presses
        target.click()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        presses += 1

    def press(target: str, role: str = "button") -> None:
        click(page.get_by_role(role, name=target, exact=False).first)

    press("Till dina sidor", "link")
    if page.url.rstrip("/").endswith("/mitt"):
        press("Välj utförare", "link")
    press("Börja välja")
    while "/kontrollera/" not in page.url:
        if "/ordning/" in page.url:
            click(page.locator("button[value^='valj:']").first)
            click(page.locator("button[value^='valj:']").first)
        else:
            page.locator("main input[type=radio]").first.check()
            presses += 1
        click(page.locator("main form .button--primary").last)
    press("Skicka")
    assert "/kvitto/" in page.url
    with capsys.disabled():
        sys.stdout.write(f"\n{presses} presses from the start page to the receipt\n")
        for language in CITIZENS:
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
            page.goto(live_server.url + reverse("providers:compare", args=["norra"]))
            height = page.evaluate("document.documentElement.scrollHeight")
            sys.stdout.write(f"comparison at 360 px, {language}: {height} px\n")
