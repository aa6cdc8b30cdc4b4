"""A choice in a real browser: every page and state, by mouse, by keyboard, without JavaScript, as read by a screen
reader. The tests are written as given, when, then, for readers who know home care and no code.
"""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from choices.models import Choice, Mandate, Person
from choices.selectors import current_choice_of
from letters.services import load_texts
from tests import factories as make
from tests.accessibility import found_by_axe
from tests.citizens.signing_in import as_citizen
from tests.pages.test_browser import DESKTOP, NARROW
from tests.town import Town
from tests.world import SYSTEM

# Viewport of 1280 × 1024 px at 400 % zoom.
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture
def elsa(live_town: Town) -> Person:
    """Given: an open round, and Elsa, who has municipal home care and lives with Erik, who has care too."""
    load_texts(actor=SYSTEM)
    make.ChoiceRoundFactory.create(
        code="vintern", opens_on=datetime.date(2020, 11, 20), closes_on=datetime.date(2020, 12, 4),
        starts_on=datetime.date(2021, 3, 1), areas=live_town.areas,
    )  # fmt: skip
    elsa, erik = (
        make.PersonFactory.create(area=live_town.areas[0], given_name=name, family_name="Åberg")
        for name in ("Elsa", "Erik")
    )
    make.CareDecisionFactory.create(person=elsa)
    make.PlacementFactory.create(person=elsa, contract=live_town.municipal.contracts.get(area=live_town.areas[0]))
    make.make_household(elsa, erik)
    return elsa


def _sign_in(context: BrowserContext, url: str, person: Person, mandate: Mandate | None = None) -> None:
    client = as_citizen(Client(), person, mandate=mandate)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def _check(page: Page) -> None:
    """No axe violation, no overflow: wide, narrow, at 400 %, with letters twice as large."""
    for size in (DESKTOP, ZOOMED, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (page.url, size)
    assert found_by_axe(page) == []
    page.set_viewport_size(DESKTOP)
    larger = page.evaluate(
        "() => { document.documentElement.style.fontSize = '225%';"
        "const wide = document.documentElement.scrollWidth; document.documentElement.style.fontSize = ''; return wide }"
    )
    assert larger <= DESKTOP["width"], page.url


def _on(page: Page, button: str = "Fortsätt") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    # The script has shown the next page. Without it the click itself has waited for one.
    expect(page.locator("[aria-busy]")).to_have_count(0)


def _pick(page: Page, label: str) -> None:
    page.get_by_label(label).check()
    _on(page)


def _heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def _names(choice: Choice | None) -> list[str]:
    assert choice is not None
    return [wish.provider.name for wish in choice.wishes.all()]


def test_choice_is_accessible_on_every_page_and_state(page: Page, context, live_server, elsa: Person):
    _sign_in(context, live_server.url, elsa)
    # When she opens her choice, then she reads her current provider and the default without an answer.
    page.goto(live_server.url + reverse("citizens:choosing"))
    expect(page.get_by_text("Kommunens hemtjänst").first).to_be_visible()
    expect(page.get_by_role("heading", name="Om du inte gör något")).to_be_visible()
    _check(page)
    # When she continues without an answer, then a message has the focus.
    _on(page, "Börja välja")
    assert _heading(page) == "Vill du välja utförare?"
    _check(page)
    _on(page)
    expect(page.locator("#fel")).to_be_focused()
    _check(page)
    page.get_by_role("link", name="Välj ett av svaren.").click()
    expect(page.get_by_label("Ja, jag vill välja")).to_be_focused()
    _pick(page, "Ja, jag vill välja")
    # When she selects nobody, then she gets a message.
    assert _heading(page) == "Vilka utförare vill du ha?"
    _check(page)
    _on(page)
    expect(page.locator("#fel")).to_be_focused()
    # When she selects two, one of them full, and moves the second up, then the list shows it, and it is announced.
    page.get_by_role("button", name="Välj Lindens omsorg").click()
    expect(page.locator("#status")).to_have_text("Lindens omsorg står nu som nummer 1.")
    page.get_by_role("button", name="Välj Åkerns omsorgskooperativ").click()
    expect(page.locator("#status")).to_have_text("Åkerns omsorgskooperativ står nu som nummer 2.")
    page.get_by_role("button", name="Flytta upp Åkerns omsorgskooperativ").click()
    expect(page.locator("#status")).to_have_text("Åkerns omsorgskooperativ står nu som nummer 1.")
    _check(page)
    _on(page)
    for question, answer in (
        ("Vill du stå i kö om det är fullt?", "Ja, jag vill stå i kö"),
        ("Får en annan utförare hjälpa dig medan du väntar?", "Ja, någon annan får hjälpa mig så länge"),
        ("Vill du ha samma utförare som den du bor med?", "Nej, jag väljer bara åt mig själv"),
        ("Vill du att personalen ska tala ett visst språk?", "Finska"),
    ):
        assert _heading(page) == question
        _check(page)
        _pick(page, answer)
    # Then she reads her answers, and that nothing is sent.
    assert _heading(page) == "Kontrollera och skicka"
    expect(page.get_by_text("Du har inte skickat ditt val än.").first).to_be_visible()
    _check(page)
    # When she changes one answer, then she returns to the others.
    page.get_by_role("link", name="Ändra svaret på frågan Vill du stå i kö om det är fullt?").click()
    _pick(page, "Nej, jag vill inte stå i kö")
    assert _heading(page) == "Kontrollera och skicka"
    # When she sends it, then she gets a receipt.
    page.get_by_role("button", name="Skicka ditt val").click()
    assert _heading(page) == "Vi har fått ditt val"
    choice = current_choice_of(person=elsa)
    assert _names(choice) == ["Åkerns omsorgskooperativ", "Lindens omsorg"]
    assert (choice.queue_if_full, choice.language_wish) == (False, "fi")
    expect(page.get_by_text(choice.reference)).to_be_visible()
    _check(page)
    # When she prints it, then the reference is on the paper, and no buttons.
    page.emulate_media(media="print")
    expect(page.get_by_text(choice.reference)).to_be_visible()
    expect(page.get_by_role("button", name="Skriv ut kvittot")).to_be_hidden()
    page.emulate_media(media="screen")
    # When she begins a change and stops, then the page states that this is not sent.
    page.goto(live_server.url + reverse("citizens:choosing"))
    _on(page, "Ändra ditt val")
    page.goto(live_server.url + reverse("citizens:choosing"))
    expect(page.get_by_role("heading", name="Du har ett val som du inte har skickat")).to_be_visible()
    _check(page)


def test_choice_works_without_javascript(browser: Browser, live_server, elsa: Person):
    # Given a browser that runs no scripts.
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    _sign_in(context, live_server.url, elsa)
    page = context.new_page()
    page.goto(live_server.url + reverse("citizens:choosing"))
    _on(page, "Börja välja")
    # When nothing is answered, then the message has the focus without a script.
    _on(page)
    expect(page.locator("#fel:focus")).to_have_count(1)
    _pick(page, "Ja, jag vill välja")
    for name in ("Växtorps vård", "Björkens hemtjänst", "Lindens omsorg"):
        page.get_by_role("button", name=f"Välj {name}").click()
    expect(page.locator("#status")).to_contain_text("Lindens omsorg står nu som nummer 3.")
    page.get_by_role("button", name="Flytta upp Lindens omsorg").click()
    page.get_by_role("button", name="Flytta ner Växtorps vård").click()
    page.get_by_role("button", name="Ta bort Björkens hemtjänst").click()
    expect(page.locator("#status")).to_contain_text("Du har tagit bort Björkens hemtjänst ur din lista.")
    _on(page)
    _pick(page, "Nej, jag vill inte stå i kö")
    _pick(page, "Ja, vi vill ha samma utförare")
    _pick(page, "Nej, det spelar ingen roll")
    page.get_by_role("button", name="Skicka ditt val").click()
    # Then it is sent, and going back and sending again sends nothing.
    assert _heading(page) == "Vi har fått ditt val"
    choice = current_choice_of(person=elsa)
    assert _names(choice) == ["Lindens omsorg", "Växtorps vård"]
    assert choice.together
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/mitt/"))
    assert elsa.choices.count() == 1
    context.close()


def test_pages_are_turned_without_a_load(page: Page, context, live_server, elsa: Person):
    # Given a question, and a mark on the document, which a load would remove.
    _sign_in(context, live_server.url, elsa)
    page.goto(live_server.url + reverse("citizens:choosing"))
    _on(page, "Börja välja")
    page.evaluate("window.mark = 1")
    # When it is not answered, then the message has the focus, and the address is the same.
    _on(page)
    expect(page.locator("#fel")).to_be_focused()
    assert page.title().startswith("Fel: Vill du välja utförare?")
    expect(page).to_have_url(re.compile(r"/vill-du/$"))
    # When it is answered, then the next question has the focus, and its own title and address.
    _pick(page, "Ja, jag vill välja")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.title().startswith("Vilka utförare vill du ha?")
    expect(page).to_have_url(re.compile(r"/ordning/$"))
    page.get_by_role("button", name="Välj Lindens omsorg").click()
    expect(page.locator(".ranked > li")).to_have_count(1)
    _on(page)
    _pick(page, "Nej, jag vill inte stå i kö")
    assert _heading(page) == "Vill du ha samma utförare som den du bor med?"
    assert page.evaluate("window.mark") == 1
    # When she goes back and forward by the browser, then the pages are loaded with her answers, and nothing is lost.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du stå i kö om det är fullt?")
    expect(page.get_by_label("Nej, jag vill inte stå i kö")).to_be_checked()
    page.go_back()
    expect(page.locator(".ranked > li")).to_have_count(1)
    page.go_forward()
    expect(page.get_by_label("Nej, jag vill inte stå i kö")).to_be_checked()
    _on(page)
    # When she changes the language, then she reads the same question.
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Do you want the same provider as the person you live with?"
    )
    page.get_by_role("button", name="Svenska", exact=True).click()
    # When the session has ended, then she is asked to log in, and her answer is kept.
    context.clear_cookies(name="sessionid")
    _pick(page, "Nej, jag väljer bara åt mig själv")
    expect(page).to_have_url(re.compile("/logga-in/"))


OFFLINE = "() => { window.fetch = () => Promise.reject(new TypeError('offline')); }"


def test_page_is_turned_by_the_browser_if_the_script_fails(page: Page, context, live_server, elsa: Person):
    _sign_in(context, live_server.url, elsa)
    page.goto(live_server.url + reverse("citizens:choosing"))
    _on(page, "Börja välja")
    page.evaluate(OFFLINE)
    page.get_by_label("Ja, jag vill välja").check()
    _on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vilka utförare vill du ha?")
    # The button's value is posted, too.
    page.get_by_role("button", name="Välj Lindens omsorg").click()
    page.evaluate(OFFLINE)
    _on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du stå i kö om det är fullt?")


def test_choice_by_keyboard_and_in_forced_colours(page: Page, context, live_server, elsa: Person):
    # Given a user without a mouse, with high contrast.
    page.emulate_media(forced_colors="active")
    _sign_in(context, live_server.url, elsa)
    page.goto(live_server.url + reverse("citizens:choosing"))

    def to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                style = "getComputedStyle(document.activeElement)"
                assert page.evaluate(f"{style}.outlineStyle !== 'none' || {style}.boxShadow !== 'none'"), selector
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached")

    def answer(value: str, turns: int = 0) -> None:
        to("input[type=radio]")
        page.keyboard.press("Space")
        for _ in range(turns):
            page.keyboard.press("ArrowDown")
        expect(page.locator(f"input[value={value}]")).to_be_checked()
        to("main form button.button--primary")
        with page.expect_navigation():
            page.keyboard.press("Enter")

    to("main form button.button--primary")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert _heading(page) == "Vill du välja utförare?"
    answer("ja")
    assert _heading(page) == "Vilka utförare vill du ha?"
    # When a button is pressed, then the focus stays in the list: on the same button, or on the heading if it is gone.
    to("#valj-lindens")
    page.keyboard.press("Enter")
    expect(page.locator("#lista")).to_be_focused()
    to("#valj-vaxtorp")
    page.keyboard.press("Enter")
    expect(page.locator("#lista")).to_be_focused()
    to("#valj-kommunen")
    page.keyboard.press("Enter")
    expect(page.locator("#lista")).to_be_focused()
    to("#upp-kommunen")
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_have_text("Kommunens hemtjänst står nu som nummer 2.")
    expect(page.locator("#upp-kommunen")).to_be_focused()
    border = "getComputedStyle(document.querySelector('.ranked > li')).borderTopStyle"
    assert page.evaluate(border) == "solid"
    to("button[value=vidare]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ko/")
    answer("nej", 1)
    answer("nej", 1)
    answer("inget")
    to("#brev")
    page.keyboard.press("Space")
    to("main form button.button--primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kvitto/**")
    # Then it is sent.
    choice = current_choice_of(person=elsa)
    assert _names(choice) == ["Lindens omsorg", "Kommunens hemtjänst", "Växtorps vård"]
    assert choice.letters.count() == 1


def test_choice_by_a_representative_with_a_screen_reader(page: Page, context, live_server, elsa: Person):
    # Given Elsa's god man, whose appointment an officer has seen.
    mandate = make.MandateFactory.create(person=elsa, evidence_seen_at="2020-11-01T10:00Z")
    _sign_in(context, live_server.url, elsa, mandate)
    page.goto(live_server.url + reverse("citizens:choosing"))
    expect(page.get_by_text("25 tim")).to_have_count(0)
    _on(page, "Börja välja")
    # When nothing is confirmed, then both confirmations are requested.
    _check(page)
    _on(page)
    expect(page.locator("#fel")).to_be_focused()
    _check(page)
    for box in page.get_by_role("checkbox").all():
        box.check()
    _on(page)
    _pick(page, "Ja, jag vill välja")
    page.get_by_role("button", name="Välj Lindens omsorg").click()
    page.get_by_role("button", name="Välj Växtorps vård").click()
    expect(page.locator(".ranked > li")).to_have_count(2)
    # Then a screen reader reads the list in order, each button with the provider's name.
    expect(page.locator("main")).to_match_aria_snapshot(_LIST)
    _on(page)
    # And a question as a group with its name, description and answers.
    expect(page.locator("main")).to_match_aria_snapshot(_QUESTION)
    _pick(page, "Nej, jag vill inte stå i kö")
    _pick(page, "Nej, jag väljer bara åt mig själv")
    _pick(page, "Nej, det spelar ingen roll")
    expect(page.get_by_text("Du väljer åt")).to_be_visible()
    page.get_by_role("button", name="Skicka ditt val").click()
    # Then the receipt states who chose, and Elsa gets a letter.
    expect(page.get_by_text("God man")).to_be_visible()
    choice = current_choice_of(person=elsa)
    assert choice.mandate == mandate
    assert choice.letters.filter(holder=None).count() == 1


_LIST = """
- paragraph:
  - text: Du väljer åt
  - strong: Elsa Åberg
  - text: ", som god man."
- heading "Vilka utförare vill du ha?" [level=1]
- heading "Din lista" [level=2]
- status: Växtorps vård står nu som nummer 2.
- list:
  - listitem:
    - heading "1 Lindens omsorg" [level=3]
    - button "Flytta ner Lindens omsorg"
    - button "Ta bort Lindens omsorg"
  - listitem:
    - heading "2 Växtorps vård" [level=3]
    - button "Flytta upp Växtorps vård"
    - button "Ta bort Växtorps vård"
- heading "Utförare du kan välja" [level=2]
- list
- button "Fortsätt"
- paragraph:
  - strong: Du har inte skickat ditt val än.
"""
_QUESTION = """
- paragraph:
  - text: Du väljer åt
  - strong: Elsa Åberg
  - text: ", som god man."
- group "Vill du stå i kö om det är fullt?":
  - heading "Vill du stå i kö om det är fullt?" [level=1]
  - paragraph: När det blir din tur får du ett brev. Du kan tacka nej då.
  - radio "Ja, jag vill stå i kö"
  - radio "Nej, jag vill inte stå i kö"
- button "Fortsätt"
"""
