"""Browser tests: axe, narrow phones, keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from tests.accessibility import found_by_axe
from tests.town import Town

# 320 px is also the width of 1280 px at 400 % zoom (WCAG 2.2, 1.4.10).
DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}

PUBLIC = [
    ("start", []),
    ("round", ["hosten-2020"]),
    ("providers:choose_area", []),
    ("providers:compare", ["norra"]),
    ("providers:provider", ["lindens"]),
    ("providers:area_help", []),
    ("login", []),
]
STAFF = [
    ("casework:home", []),
    ("casework:runs", []),
    ("casework:run", ["run"]),
    ("casework:calls", ["run"]),
    ("casework:people", []),
    ("casework:person", ["person"]),
    ("casework:person", ["protected"]),
]


def _open(page: Page, live_server, town: Town, name: str, arguments: list[str], query: str = "") -> None:
    references = [getattr(getattr(town, word, None), "reference", word) for word in arguments]
    response = page.goto(live_server.url + reverse(name, args=references) + query)
    assert response is not None
    assert response.status == 200


def _check(page: Page) -> None:
    for size in (DESKTOP, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"sideways scroll at {size}"
        assert found_by_axe(page) == []


@pytest.mark.parametrize(("name", "arguments"), PUBLIC)
def test_public_pages_are_accessible(page: Page, live_server, live_town: Town, name, arguments):
    _open(page, live_server, live_town, name, arguments)

    _check(page)


@pytest.mark.parametrize(("name", "arguments"), STAFF)
def test_staff_pages_are_accessible(page: Page, live_server, live_town: Town, sign_in, name, arguments):
    sign_in(Role.SENIOR_OFFICER)
    _open(page, live_server, live_town, name, arguments)

    _check(page)


@pytest.mark.parametrize("query", ["?postnummer=14561", "?postnummer=99999", "?postnummer=12"])
def test_answers_about_an_area_are_accessible(page: Page, live_server, live_town: Town, query):
    _open(page, live_server, live_town, "providers:area_help", [], query)

    _check(page)


def test_failed_sign_in_is_accessible_with_instructions(page: Page, live_server, live_town: Town):
    _open(page, live_server, live_town, "login", [])
    page.get_by_label("Användarnamn").fill("nobody")
    page.get_by_label("Lösenord").fill("wrong")
    page.get_by_role("button", name="Logga in").click()

    expect(page.get_by_role("alert")).to_contain_text("Kontrollera användarnamn och lösenord")
    _check(page)


def test_not_found_page_is_accessible(page: Page, live_server, live_town: Town):
    page.goto(f"{live_server.url}/finns-inte/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
    _check(page)


@pytest.mark.parametrize(("name", "arguments"), [("providers:compare", ["norra"]), ("casework:people", [])])
def test_everything_is_reachable_by_keyboard(page: Page, live_server, live_town: Town, sign_in, name, arguments):
    sign_in(Role.SENIOR_OFFICER)
    _open(page, live_server, live_town, name, arguments)
    controls = page.locator(
        "a[href]:visible, button:visible, input:not([type=hidden]):visible, select:visible, summary:visible"
    )

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Hoppa till innehållet")
    expect(page.locator(":focus")).to_be_in_viewport()
    reached = 1
    for _ in range(controls.count()):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert _has_visible_focus(page), page.evaluate("document.activeElement.outerHTML")
        reached += 1

    assert reached == controls.count()


def _has_visible_focus(page: Page) -> bool:
    style = "getComputedStyle(document.activeElement)"
    return page.evaluate(f"{style}.boxShadow !== 'none' || {style}.outlineStyle === 'solid'")


def test_skip_link_leads_to_the_content(page: Page, live_server, live_town: Town):
    _open(page, live_server, live_town, "start", [])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_providers_are_compared_without_javascript(browser: Browser, live_server, live_town: Town):
    page = browser.new_context(java_script_enabled=False, locale="sv-SE").new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="Jämför utförarna där du bor").click()
    page.get_by_role("link", name="Norra området").click()

    expect(page.get_by_role("columnheader")).to_have_count(5)
    expect(page.get_by_role("row", name="Hur många kommer hem till dig?").get_by_role("cell")).to_have_count(5)
    page.get_by_text("Välj vilka du vill se").click()
    for name in ("Lindens omsorg", "Växtorps vård"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Visa").click()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    page.get_by_role("link", name="Lindens omsorg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lindens omsorg")


def test_phone_compares_one_question_at_a_time(page: Page, live_server, live_town: Town):
    page.set_viewport_size({"width": 360, "height": 640})
    _open(page, live_server, live_town, "providers:compare", ["norra"])
    answers = page.locator("details[name=fraga] dd:visible")

    expect(page.get_by_role("table")).to_have_count(0)
    # The order is drawn, and one provider has too few answers for a figure.
    expect(answers.filter(has_text=re.compile("87 av 100")).first).to_be_visible()
    page.get_by_text("Vilka är de?").locator("visible=true").click()
    expect(answers).to_have_count(5)
    expect(answers.first).to_have_text("Ett litet företag som har arbetat med hemtjänst i tio år.")
    assert page.evaluate("document.documentElement.scrollHeight") < 4500
    _check(page)


def test_phone_header_is_folded_without_javascript(browser: Browser, live_server, live_town: Town):
    page = browser.new_context(
        java_script_enabled=False, locale="sv-SE", viewport={"width": 360, "height": 740}
    ).new_page()
    page.goto(live_server.url)
    menu = page.get_by_role("navigation", name="Huvudmeny")

    expect(menu).to_be_hidden()
    header = page.locator("header").bounding_box()
    assert header
    assert header["height"] < 740 / 4
    page.get_by_role("button", name="Meny").press("Enter")
    menu.get_by_role("link", name="Jämför utförare").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jämför utförare")
    page.get_by_role("button", name="Språk").press("Enter")
    page.get_by_role("button", name="Suomi").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "fi")


def test_file_field_has_the_words_of_the_page(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.CASE_OFFICER)
    _open(page, live_server, live_town, "casework:scans", [])
    expect(page.get_by_text("Ingen fil vald")).to_be_visible()
    page.get_by_label("Välj fil").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})

    expect(page.get_by_text("a.pdf")).to_be_visible()
    _check(page)


def test_senior_officers_menu_is_one_row(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.SENIOR_OFFICER)
    _open(page, live_server, live_town, "casework:home", [])
    page.set_viewport_size(DESKTOP)

    tops = page.locator(".site-nav li").evaluate_all("items => items.map(item => item.getBoundingClientRect().top)")
    assert len(set(tops)) == 1


@pytest.mark.parametrize("media", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
@pytest.mark.parametrize(
    ("name", "arguments"), [("start", []), ("providers:compare", ["norra"]), ("citizens:login", [])]
)
def test_citizens_pages_in_the_dark_and_in_forced_colours(
    page: Page, live_server, live_town: Town, media, name, arguments
):
    page.emulate_media(**media, reduced_motion="reduce")
    _open(page, live_server, live_town, name, arguments)

    _check(page)


def test_run_is_approved_and_a_broken_rule_is_shown(page: Page, live_server, live_town: Town, sign_in):
    """The town's run was not computed by the engine, so the service refuses it: the page states why."""
    sign_in(Role.SENIOR_OFFICER)
    _open(page, live_server, live_town, "casework:run", ["run"])
    page.get_by_role("button", name="Godkänn förslaget").click()

    expect(page.get_by_role("alert")).to_contain_text("Något har ändrats sedan förslaget gjordes")
    _check(page)


def test_print_style_hides_interactive_elements(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.MANAGER)
    _open(page, live_server, live_town, "casework:run", ["run"])
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator("svg.bar").first).to_be_visible()
