"""The desk in a real browser: axe on every page, light and dark; the commonest tasks of a day by keyboard."""

import datetime
import io
import re
import time

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.roles import Role
from allocation.models import ContactTask, Offer
from choices.selectors import current_choice_of
from desk.models import Scan, WorkMark
from letters.models import ReturnedLetter
from letters.services import load_texts
from tests.accessibility import found_by_axe
from tests.desk.conftest import PAGES, address_of, fill
from tests.desk.test_manual import MANUAL
from tests.pages.test_browser import DESKTOP, NARROW
from tests.town import Town
from tests.world import SYSTEM

# After a form's redirect, a browser keeps its scroll position.
PERSON = re.compile(r"/personer/[^/]+/(#innehall)?$")
# Checked in all modes: a list, a page of facts, a form, a table, a page with a dialog.
OF_EACH_SORT = ("home", "person", "new_choice", "queue", "call")


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "PNG")
    return out.getvalue()


def test_every_page_is_accessible_wide_narrow_and_in_the_dark(page: Page, live_server, live_town: Town, sign_in):
    fill(live_town)
    sign_in(Role.SENIOR_OFFICER)
    faults = []
    for scheme, names in (("light", PAGES), ("dark", OF_EACH_SORT)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name in names:
            page.goto(live_server.url + address_of(live_town, name))
            for size in (DESKTOP, NARROW):
                page.set_viewport_size(size)
                if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                    faults.append(f"{name}: sideways scroll at {size['width']}")
                if size == DESKTOP or name in OF_EACH_SORT:
                    faults += [f"{name} {scheme} {size}: {fault}" for fault in found_by_axe(page)]

    assert faults == []


class Keyboard:
    """Counts key presses. A typed word counts its letters."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def to(self, selector: str, *, most: int = 60) -> None:
        """Tab to the element; on a fresh page via the skip link, unless the element is in the menu."""
        self.page.wait_for_load_state()
        at = "document.querySelector(s) && document.querySelector(s).closest('main')"
        if self.page.evaluate(f"s => document.activeElement === document.body && !!({at})", selector):
            self.press("Tab", "Enter")
        for _ in range(most):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached in {most} presses")


@pytest.fixture
def keyboard(page: Page, live_server, live_town: Town, sign_in) -> Keyboard:
    load_texts(actor=SYSTEM)
    sign_in(Role.SENIOR_OFFICER)
    page.goto(live_server.url + address_of(live_town, "home"))
    return Keyboard(page)


def test_ten_commonest_tasks_by_keyboard(keyboard: Keyboard, live_town: Town, live_server, record_property):
    """Each begins on the work list. Key counts are in the manual (docs/manual/handlaggare.md)."""
    page, town, costs = keyboard.page, live_town, {}

    seconds, began = {}, time.perf_counter()

    def act(name: str) -> None:
        nonlocal began
        costs[name], seconds[name] = keyboard.pressed, round(time.perf_counter() - began, 1)
        keyboard.pressed = 0
        page.goto(live_server.url + address_of(town, "home"))
        began = time.perf_counter()

    def find(text: str) -> None:
        keyboard.press("/")
        keyboard.type(text)
        keyboard.press("Enter")
        page.wait_for_url("**/personer/**")

    # 1. Find a person by name. 2. A choice by phone.
    find("makesson")
    expect(page.get_by_role("heading", level=1)).to_have_text("Birgit Makesson")
    act("find")
    find("makesson")
    keyboard.press("n")
    page.wait_for_url("**/val/")
    keyboard.to("#id_wish1")
    keyboard.type("L")
    keyboard.to("button[type=submit].button--primary")
    keyboard.press("Enter")
    page.wait_for_url(PERSON)
    choice = current_choice_of(person=town.spouse)
    assert (choice.channel, choice.wishes.get().provider.code) == ("phone", "lindens")
    act("phone_choice")
    # 3. A form of today's post.
    find("makesson")
    keyboard.press("n")
    page.wait_for_url("**/val/")
    keyboard.to("#id_channel_0")
    keyboard.press("ArrowDown")
    keyboard.to("#id_received_0")
    keyboard.press("ArrowDown")
    keyboard.to("#id_wish1")
    keyboard.type("B")
    keyboard.to("button[type=submit].button--primary")
    keyboard.press("Enter")
    page.wait_for_url(PERSON)
    choice = current_choice_of(person=town.spouse)
    # Friday's post, but Monday's phone call holds: it was received later.
    assert choice.channel == "phone"
    assert town.spouse.choices.filter(channel="paper", received_on=datetime.date(2020, 11, 20)).exists()
    act("post_choice")
    # 4. A note.
    find("makesson")
    keyboard.to("#anteckning")
    keyboard.type("Hör illa")
    keyboard.press("Tab", "Enter")
    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    act("note")
    # 5. Take something. 6. A call that nobody answered. 7. A call that was answered.
    row = page.get_by_role("row").filter(has_text="Ring").first
    expect(row).to_be_visible()
    keyboard.to(".desk-take")
    keyboard.press("Enter")
    expect(page.get_by_text("Du har tagit den.")).to_be_visible()
    assert WorkMark.objects.count() == 1
    act("take")
    for result, presses in (("no_answer", ["ArrowDown"]), ("reached", [])):
        number = page.locator(f"a[href$='/samtal/{town.call.reference}/']").first.get_attribute("data-key")
        keyboard.press(str(number))
        page.wait_for_url("**/samtal/**")
        keyboard.to("#result-reached")
        keyboard.press("Space", *presses)
        keyboard.to("button[type=submit].button--primary")
        keyboard.press("Enter")
        expect(page.get_by_text("Samtalet är sparat.")).to_be_visible()
        act(f"call_{result}")
    assert ContactTask.objects.get(pk=town.call.pk).status == ContactTask.Status.DONE
    # 8. An offer is declined. 9. Look at a queue. 10. A letter that came back.
    keyboard.to(f"a[href$='/erbjudanden/{town.offer.reference}/']")
    keyboard.press("Enter")
    page.wait_for_url("**/erbjudanden/**")
    keyboard.to("button[value=nej]")
    keyboard.press("Enter")
    expect(page.get_by_text("Nej är sparat.")).to_be_visible()
    assert Offer.objects.get(pk=town.offer.pk).status == Offer.Status.DECLINED
    act("decline")
    keyboard.to("a[href$='/koer/']")
    keyboard.press("Enter")
    page.wait_for_url("**/koer/")
    keyboard.to("a[href*='/koer/norra/lindens/']")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kön till Lindens omsorg")
    act("queue")
    ReturnedLetter.objects.create(letter=town.letter, reason="moved", returned_on=datetime.date(2020, 11, 20))
    page.reload()
    row = page.locator(f"a[href$='/retur/{town.letter.reference}/']")
    keyboard.press(str(row.get_attribute("data-key")))
    page.wait_for_url("**/retur/**")
    # Results are stored: the first of the answers.
    keyboard.to("fieldset input[type=radio]")
    keyboard.press("Space")
    keyboard.to("button[value=hanterad]")
    keyboard.press("Enter")
    expect(page.get_by_text("Klart. Nya brev skickas till personen igen.")).to_be_visible()
    act("returned")

    for name, cost in costs.items():
        record_property(name, f"{cost} presses, {seconds[name]} s")
    print(costs, seconds)  # noqa: T201
    # Counts of the manual. A regression costs officers time: more presses need a reason, and an update there.
    written = dict(zip(costs, map(int, re.findall(r"^\| [^|]+ \| (\d+) \|$", MANUAL.read_text(), re.M)), strict=True))
    # One more field or link on the way is a press or two.
    assert all(abs(written[name] - presses) <= 3 for name, presses in costs.items()), costs


def test_single_key_shortcuts_can_be_disabled(keyboard: Keyboard, live_town: Town, live_server):
    page = keyboard.page
    page.goto(live_server.url + address_of(live_town, "keys"))
    page.get_by_role("button", name="Stäng av tangenterna").click()
    page.keyboard.press("/")
    expect(page.locator("#hitta")).not_to_be_focused()
    page.get_by_role("button", name="Slå på tangenterna").click()
    page.keyboard.press("/")
    expect(page.locator("#hitta")).to_be_focused()
    page.keyboard.type("g/n")
    expect(page.locator("#hitta")).to_have_value("g/n")


def test_scanned_form_is_registered_beside_its_image(keyboard: Keyboard, live_town: Town, live_server):
    page, town = keyboard.page, live_town
    page.goto(live_server.url + address_of(town, "scans"))
    page.get_by_label("Filer").set_input_files([{"name": "x.png", "mimeType": "image/png", "buffer": _picture()}])
    page.get_by_role("button", name="Lägg in").click()
    expect(page.get_by_text("1 blankett är inlagd.")).to_be_visible()
    scan = Scan.objects.exclude(pk=town.scan.pk).get()
    page.get_by_role("link", name=scan.reference).click()
    page.get_by_label("Personnummer, namn eller referensen på brevet").fill(town.letter.reference)
    page.locator("main").get_by_role("button", name="Hitta").click()
    expect(page.get_by_alt_text("Den inskannade blanketten")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.querySelector('.desk-scan img').naturalWidth") == 60
    expect(page.get_by_label("Blankett", exact=True)).to_be_checked()
    page.get_by_label("Val 1").select_option("vaxtorp")
    page.get_by_role("button", name="Registrera valet").click()
    expect(page.get_by_text("Det kom in 20 november 2020.")).to_be_visible()
    scan.refresh_from_db()
    assert scan.choice == current_choice_of(person=town.person)
