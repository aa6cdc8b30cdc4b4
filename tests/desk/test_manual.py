"""The officer's manual: its screenshots are taken here (make manual), and it uses the labels of the pages."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.roles import Role
from desk.work import KINDS
from tests.desk.conftest import address_of, fill
from tests.town import Town

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual" / "handlaggare.md"
PICTURES = {
    "att-gora": "home",
    "person": "person",
    "registrera-val": "new_choice",
    "ring": "call",
    "erbjudande": "offer",
    "ko": "queue",
}


def test_manual_has_exactly_the_screenshots():
    named = set(re.findall(r"img/manual/([\w-]+)\.png", MANUAL.read_text()))

    assert named == set(PICTURES)
    assert {path.stem for path in (ROOT / "docs" / "img" / "manual").glob("*.png")} == named


def test_every_kind_of_work_is_explained():
    rows = re.findall(r"^\| ([^|]+) \|", MANUAL.read_text(), re.MULTILINE)

    assert {str(kind.title) for kind in KINDS} <= set(rows)


def test_labels_in_the_manual_are_on_the_pages(town: Town, signed_in):
    fill(town)
    client = signed_in(Role.SENIOR_OFFICER)
    names = [
        "home",
        "person",
        "new_choice",
        "correct_choice",
        "call",
        "offer",
        "queue",
        "manual_placement",
        "scans",
        "keys",
    ]
    pages = " ".join(client.get(address_of(town, name)).content.decode() for name in names)
    seen = " ".join(re.sub(r"<[^>]+>", " ", pages).split()).lower()

    for name in re.findall(r"\*\*([^*]+)\*\*", MANUAL.read_text()):
        assert " ".join(name.split()).rstrip(".").lower() in seen, name


@pytest.mark.skipif("MANUAL_PICTURES" not in os.environ, reason="make manual")
def test_take_screenshots(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.SENIOR_OFFICER)
    page.set_viewport_size({"width": 1280, "height": 800})
    folder = ROOT / "docs" / "img" / "manual"
    folder.mkdir(parents=True, exist_ok=True)
    for picture, name in PICTURES.items():
        page.goto(live_server.url + address_of(live_town, name))
        page.screenshot(path=folder / f"{picture}.png", full_page=True)
