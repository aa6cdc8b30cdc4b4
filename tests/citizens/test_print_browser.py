"""Pages printed as PDF: no card, row or box of a message is cut by the edge of the paper."""

import io
import re
from collections.abc import Callable

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.citizens.choosing import Chooser
from tests.citizens.choosing import address as choosing
from tests.citizens.signing_in import as_citizen
from tests.languages.pages import addresses
from tests.town import Town

# Parts that are read as one. Each gets a mark as its first and its last word; both must be on one sheet.
_MARK = """() => {
  const parts = document.querySelectorAll("main .card, main .message-box, main tr, main .facts > *, main .track > *");
  let number = 0;
  for (const part of parts) {
    const cells = part.matches("tr") ? [part.firstElementChild, part.lastElementChild] : [part, part];
    if (!part.checkVisibility() || cells.includes(null)) continue;
    cells[0].prepend(`«b${number}» `);
    cells[1].append(` «e${number}»`);
    number += 1;
  }
  return number;
}"""


def _cut(page: Page) -> tuple[int, list[str]]:
    """Number of marked parts, and those that begin on one sheet and end on another."""
    page.emulate_media(media="print")
    count = page.evaluate(_MARK)
    with pdfplumber.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as pdf:
        sheets = [re.sub(r"\s+", "", sheet.extract_text() or "") for sheet in pdf.pages]
    page.emulate_media(media="screen")
    cut = []
    for number in range(count):
        begins = [at for at, text in enumerate(sheets) if f"«b{number}»" in text]
        ends = [at for at, text in enumerate(sheets) if f"«e{number}»" in text]
        if not begins or begins != ends:
            cut.append(f"part {number} begins on {begins} and ends on {ends}")
    return count, cut


@pytest.mark.parametrize(
    "part",
    [
        "<div class='card'>{lines}</div>",
        "<div class='message-box'>{lines}</div>",
        "<table><tr><td>{lines}</td><td>{lines}</td></tr></table>",
        "<dl class='facts'><dd>{lines}</dd></dl>",
    ],
)
def test_a_part_over_the_edge_of_the_paper_is_found(page: Page, part: str):
    """Some thirty lines fit on a sheet: the part begins on the 26th and has ten."""
    lines = "<p>En rad</p>"
    planted = f"<main>{lines * 25}{part.format(lines=lines * 10)}</main>"

    page.set_content(f"<style>main * {{ break-inside: auto }}</style>{planted}")
    assert _cut(page) == (1, ["part 0 begins on [0] and ends on [1]"])
    page.set_content(f"<style>main * {{ break-inside: avoid }}</style>{planted}")
    assert _cut(page) == (1, [])


@pytest.fixture
def open_page(page: Page, live_server, live_town: Town, context) -> Callable[[str], Page]:
    client = as_citizen(Client(), live_town.person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    def opened(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return opened


def test_no_part_of_a_printed_page_is_cut(open_page, live_town: Town):
    person = live_town.person
    Chooser(as_citizen(Client(), person), person).fill_in("akerns", "lindens")
    own = ["/mitt/", "/mitt/ko/", "/mitt/brev/", "/mitt/ta-tillbaka/", reverse("citizens:choosing")]
    own += [choosing("ordning"), reverse("citizens:check")]
    info = ["/hjalp/", "/tillganglighet/", "/personuppgifter/"]
    marked, faults = 0, {}
    for path in [*addresses(), *own, *info]:
        count, cut = _cut(open_page(path))
        marked += count
        if cut:
            faults[path] = cut
    assert faults == {}
    assert marked > 50
