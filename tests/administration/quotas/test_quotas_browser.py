"""Providers and quotas in a real browser: axe on every page, wide, narrow and dark; a change by keyboard alone."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from accounts.roles import Role
from common import clock
from providers import profile_changes, quota_changes, quotas
from providers.models import Ceiling, QuotaChange
from providers.services import add_share_step
from tests.accessibility import found_by_axe
from tests.factories import HOUR
from tests.pages.test_browser import DESKTOP, NARROW
from tests.town import Town
from tests.world import SYSTEM

# QUOTA_PICTURES=folder: screenshots are stored there.
PICTURES = os.environ.get("QUOTA_PICTURES", "")


@pytest.fixture
def filled(live_town: Town) -> dict[str, str]:
    """Data for every page: name → address."""
    admin = Actor.staff(live_town.staff[Role.ADMIN])
    lindens = live_town.companies[0]
    contract = lindens.contracts.get(area=live_town.areas[0])
    later = clock.today().replace(day=1, year=clock.today().year + 1)
    add_share_step(area=live_town.areas[0], valid_from=later, share_bp=3000, actor=SYSTEM)
    quotas.set_quota(
        change=QuotaChange(contract=contract, minutes=600 * HOUR, persons=40, valid_from=later, reason="Avtalet"),
        actor=admin,
    )
    change = quota_changes.propose(
        change=QuotaChange(contract=contract, minutes=10 * HOUR, valid_from=clock.today(), reason="Personalbrist"),
        actor=admin,
    )
    texts = profile_changes.published(provider=lindens, part="texts", language="sv")
    profile = profile_changes.propose_profile(
        provider=lindens,
        part="texts",
        language="sv",
        after=texts | {"about": "Ett litet företag som har arbetat med hemtjänst i elva år."},
        reason="De bad om det",
        actor=admin,
    )
    ceiling = reverse("casework:contract_quota", args=[contract.pk, "tak"])
    ramp = reverse("casework:ramp", args=["norra"])
    exit = reverse("casework:provider_exit", args=["lindens"])
    look = f"omraden=norra&orsak=permit&slutar={clock.today()}&flyttade=2099-01-01&regel=external&ring=on"
    return {
        "providers": reverse("casework:providers"),
        "provider": reverse("casework:provider", args=["lindens"]),
        "new_provider": reverse("casework:new_provider"),
        "new_contract": reverse("casework:new_contract", args=["lindens"]),
        "permit": reverse("casework:permit", args=["lindens"]),
        "exit": exit,
        "exit_look": f"{exit}?{look}",
        "intake": reverse("casework:intake", args=[contract.pk]),
        "ceiling": ceiling,
        "ceiling_look": f"{ceiling}?hours=0&first_day={clock.today()}&reason=x&years=1&growth=2",
        "ceiling_wrong": f"{ceiling}?hours=x&first_day=&reason=&years=9&growth=",
        "ramp": ramp,
        "ramp_look": f"{ramp}?share=12,5&first_day={later}&reason=x&years=1&growth=0",
        "proposal": reverse("casework:quota_proposal", args=[change.reference]),
        "notice": reverse("casework:notice_calendar"),
        "file": reverse("casework:quota_file"),
        "profile": reverse("casework:profile", args=["lindens"]),
        "profile_texts": reverse("casework:profile_edit", args=["lindens", "texter", "sv"]),
        "profile_facts": reverse("casework:profile_edit", args=["lindens", "uppgifter", "alla"]),
        "profile_surveys": reverse("casework:profile_edit", args=["lindens", "undersokningar", "alla"]),
        "profile_change": reverse("casework:profile_change", args=[profile.reference]),
        "profile_preview": reverse("casework:profile_preview", args=[profile.reference]) + "?sprak=sv",
    }


def test_every_page_is_accessible_wide_narrow_and_in_the_dark(page: Page, live_server, filled, sign_in):
    sign_in(Role.ADMIN)
    faults = []
    for scheme, names in (("light", list(filled)), ("dark", ["providers", "ceiling_look", "profile_change"])):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name in names:
            response = page.goto(live_server.url + filled[name])
            if response is None or response.status not in (200, 422):
                faults.append(f"{name}: {response and response.status}")
            for details in page.locator("main details").all():
                details.locator("summary").click()
            # Away from elements with hover colours.
            page.mouse.move(0, 0)
            for size in (DESKTOP, NARROW):
                page.set_viewport_size(size)
                if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                    faults.append(f"{name}: sideways scroll at {size['width']}")
                faults += [f"{name} {scheme} {size}: {fault}" for fault in found_by_axe(page)]
                if PICTURES:
                    page.screenshot(path=f"{PICTURES}/{name}-{scheme}-{size['width']}.png", full_page=True)

    assert faults == []


def test_ceiling_is_previewed_and_saved_by_keyboard(page: Page, live_server, filled, sign_in, live_town):
    sign_in(Role.ADMIN)
    page.goto(live_server.url + filled["ceiling"])

    def to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached")

    to("#id_hours")
    page.keyboard.press("Control+A")
    page.keyboard.type("450")
    to("#id_reason")
    page.keyboard.type("Nytt avtal")
    to("#id_years")
    page.keyboard.press("Control+A")
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Det här händer")).to_be_visible()
    to("main form[method=post] button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lindens omsorg")
    assert Ceiling.objects.filter(minutes=450 * HOUR).count() == 1
