"""Browser test: a citizen reads and compares in each language; nothing is cut off, axe finds nothing."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.accessibility import found_by_axe
from tests.citizens.choosing import Chooser
from tests.citizens.choosing import address as choosing
from tests.citizens.signing_in import as_citizen
from tests.languages.test_offered import WELCOME
from tests.town import Town

# Native names of the languages, and the title of the comparison page in each.
NAMES = {
    "sv-l": ("Lätt svenska", "Jämför utförare"),
    "fi": ("Suomi", "Vertaa palvelunantajia"),
    "en": ("English", "Compare providers"),
    "ar": ("العربيّة", "قارن مقدمي الخدمة"),
}


def _check(page: Page, language: str) -> None:
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "sv" if language == "sv-l" else language)
    expect(html).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        # Media queries follow a resize a moment later.
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
    assert found_by_axe(page) == []


@pytest.mark.parametrize("language", NAMES)
def test_citizen_reads_and_compares(page: Page, live_server, live_town: Town, language):
    name, compare = NAMES[language]
    page.goto(live_server.url)
    page.get_by_role("button", name=name).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(WELCOME[language])
    expect(page.get_by_role("button", name=name)).to_have_attribute("aria-current", "true")
    _check(page, language)

    page.get_by_role("navigation").get_by_role("link", name=compare).click()
    page.get_by_role("link", name="Norra området").click()
    expect(page.get_by_role("columnheader")).to_have_count(5)
    _check(page, language)

    page.get_by_role("link", name="Lindens omsorg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lindens omsorg")
    _check(page, language)


def test_phone_numbers_are_left_to_right(page: Page, live_server, live_town: Town):
    """Otherwise the groups of a number are reordered in Arabic."""
    page.goto(live_server.url + reverse("providers:area_help"))
    page.get_by_role("button", name=NAMES["ar"][0]).click()
    link = page.locator("a[href^='tel:']").first

    expect(link).to_have_css("direction", "ltr")
    expect(link).to_have_css("unicode-bidi", "isolate")


@pytest.mark.parametrize("language", ["ar", "fi"])
def test_citizen_ranks_and_reviews(page: Page, live_server, live_town: Town, context, language):
    """Also right to left: the list, the buttons to move, the answers, all within 320 px."""
    client = as_citizen(Client(), live_town.person)
    Chooser(client, live_town.person).fill_in("akerns", "lindens")
    context.add_cookies(
        [
            {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        ]
    )

    for address in (reverse("citizens:choosing"), choosing("ordning"), choosing("ko"), reverse("citizens:check")):
        page.goto(live_server.url + address)
        _check(page, language)
