"""Larger text, selected at the top of every page for citizens."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.pages.test_browser import DESKTOP, NARROW, PUBLIC
from tests.town import Town


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://annan.example/", "//annan.example", "javascript:alert(1)", ""])
def test_redirect_stays_within_the_site(client: Client, back: str):
    assert client.post(reverse("text_size"), {"next": back}).url == "/"


def test_larger_text_applies_to_every_page_without_overflow(page: Page, live_server, live_town: Town):
    page.goto(live_server.url + reverse("providers:choose_area"))
    ordinary = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="Större text").click()
    expect(page).to_have_url(live_server.url + reverse("providers:choose_area"))
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 1.4 * ordinary

    for name, arguments in PUBLIC:
        page.goto(live_server.url + reverse(name, args=arguments))
        for size in (DESKTOP, NARROW):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, size)
    page.goto(live_server.url)
    page.get_by_role("button", name="Meny").click()
    page.get_by_role("button", name="Vanlig text").click()
    expect(page.locator("html")).not_to_have_class("public larger")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == ordinary
