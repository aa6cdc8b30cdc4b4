"""Run pages in a real browser: axe at wide, narrow and dark; a run proposed and approved by keyboard."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun
from choices.models import CareDecision
from tests.accessibility import found_by_axe
from tests.administration.runs.conftest import Closed, make_closed
from tests.pages.test_browser import DESKTOP, NARROW
from tests.world import staff

# RUNS_PICTURES=/tmp/x: a screenshot of every page is stored there.
PICTURES = os.environ.get("RUNS_PICTURES")


@pytest.fixture
def closed(transactional_db: None, live_server) -> Closed:
    return make_closed()


@pytest.fixture
def sign_in(closed: Closed, live_server, context):
    def as_role(role: Role) -> None:
        actor = staff(role.value, role)
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    return as_role


# Colours fade from light to dark, even with reduced motion: axe runs after the transition.
AT_REST = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations().map(each => each.finished)))
    .then(() => null)"""


def check(page: Page, name: str) -> list[str]:
    faults = []
    for scheme, size in (("light", DESKTOP), ("light", NARROW), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(AT_REST)
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            faults.append(f"{name}: sideways scroll at {size['width']}")
        faults += [f"{name} {scheme} {size}: {fault}" for fault in found_by_axe(page)]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}-{size['width']}.png", full_page=True)
    return faults


def test_every_page_is_accessible(page: Page, live_server, closed: Closed, sign_in):
    first = closed.propose()
    CareDecision.objects.filter(person=closed.queue[4]).update(valid_until="2020-12-01")
    run = closed.propose()
    person = closed.queue[3].reference
    sign_in(Role.SENIOR_OFFICER)
    pages = {
        "run": reverse("casework:run", args=[run.reference]),
        "run-people": reverse("casework:run_people", args=[run.reference]),
        "run-nobody": reverse("casework:run_people", args=[run.reference]) + "?omrade=south",
        "run-why": reverse("casework:run_why", args=[person]),
        "run-compare": reverse("casework:run_compare", args=[run.reference]) + f"?med={first.reference}",
    }
    faults = []
    for name, address in pages.items():
        page.goto(live_server.url + address)
        faults += check(page, name)

    assert faults == []


def test_run_is_dry_run_and_proposed_by_keyboard(page: Page, live_server, closed: Closed, sign_in):
    sign_in(Role.ADMIN)
    page.goto(live_server.url + reverse("casework:run_start"))
    faults = check(page, "run-start")

    def press_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == name:
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"{name} is not reached")

    press_to("try_out")
    expect(page.get_by_role("heading", level=1)).to_have_text("På prov: Hösten 2020")
    faults += check(page, "run-dry")
    assert not AllocationRun.objects.exists()
    page.goto(live_server.url + reverse("casework:run_start"))
    press_to("propose")
    expect(page.get_by_text("Förslaget är klart.")).to_be_visible()
    assert AllocationRun.objects.get().status == "proposed"
    AllocationRun.objects.update(status="cancelled", cancelled_at="2020-11-20T10:00Z", cancel_reason="Fel datum")
    page.get_by_text("Avbryt fördelningen").first.click()
    page.get_by_label("Varför avbryts den?").fill("Det blev fel")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon annan hann före")
    faults += check(page, "run-changed")
    assert faults == []
