"""The administrator's manual: its screenshots are taken here (make manual), and it uses the labels of the pages."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import ROLE_NAMES, Role
from letters.services import load_texts
from tests.town import Town
from tests.world import SYSTEM

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual" / "admin.md"
FOLDER = ROOT / "docs" / "img" / "manual" / "admin"
PICTURES = {
    "anvandare": "users",
    "utforare": "providers",
    "en-utforare": "provider",
    "valomgangar": "rounds",
    "rakna-ut": "run_start",
    "fordelning": "run",
    "post": "post",
    "brevtexter": "texts",
    "tank-om": "what_if",
    "siffror": "figures",
}
# Labels in the manual without a screenshot.
MORE = ("user", "figures_round", "arms", "own_words")


def _address(town: Town, page: str) -> str:
    if page == "figures_round":
        return reverse("casework:figures") + f"?visa=omgang-{town.round.code}"
    arguments = {
        "run": [town.run.reference],
        "user": [town.staff[Role.CASE_OFFICER].pk],
        "provider": [town.companies[0].code],
    }
    return reverse(f"casework:{page}", args=arguments.get(page, []))


def _carry_out(town: Town) -> None:
    town.run.status = "applied"
    town.run.approved_at = town.run.applied_at = town.run.proposed_at
    town.run.save()


def test_manual_has_exactly_the_screenshots():
    named = set(re.findall(r"img/manual/admin/([\w-]+)\.png", MANUAL.read_text()))

    assert named == set(PICTURES)
    assert {path.stem for path in FOLDER.glob("*.png")} == named


def test_every_role_is_described():
    rows = re.findall(r"^\| ([^|]+) \|", MANUAL.read_text(), re.MULTILINE)

    assert {str(name) for name in ROLE_NAMES.values()} <= set(rows)


def test_labels_in_the_manual_are_on_the_administrators_pages(town: Town, signed_in):
    load_texts(actor=SYSTEM)
    client = signed_in(Role.ADMIN)
    pages = [client.get(_address(town, name)) for name in (*PICTURES.values(), *MORE)]
    _carry_out(town)
    pages.append(client.get(_address(town, "run")))
    assert {page.status_code for page in pages} == {200}
    seen = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()) for page in pages)
    seen = " ".join(seen.split()).lower()

    for name in re.findall(r"\*\*([^*]+)\*\*", MANUAL.read_text()):
        assert name == "två personer" or " ".join(name.split()).lower() in seen, name


@pytest.mark.skipif("MANUAL_PICTURES" not in os.environ, reason="make manual")
def test_take_screenshots(page: Page, live_server, live_town: Town, sign_in):
    load_texts(actor=SYSTEM)
    _carry_out(live_town)
    sign_in(Role.ADMIN)
    page.set_viewport_size({"width": 1280, "height": 800})
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture, name in PICTURES.items():
        page.goto(live_server.url + _address(live_town, name))
        # Long enough to show the content.
        height = min(page.evaluate("document.documentElement.scrollHeight"), 1600)
        page.screenshot(
            path=FOLDER / f"{picture}.png",
            full_page=True,
            clip={"x": 0, "y": 0, "width": 1280, "height": height},
        )
