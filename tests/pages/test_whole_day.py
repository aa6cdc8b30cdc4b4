"""A whole day at the desk in one scenario, by three people in three browsers, with the real engine.

Thursday the first of October: the round closed last night. A file from the care system is imported, a phoned choice of
yesterday registered, the round dry-run, proposed, approved by another person, and applied; a person is phoned, a place
offered, and the letters wait for the printer.
"""

import csv
import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow
from choices.models import Choice, Person
from choices.services import close_round
from letters.models import Letter, LetterKind
from letters.services import load_texts
from tests.import_files import DECISION, PERSON
from tests.world import HOURS, SYSTEM, WINDOW_CLOSES, World, make_world, staff
from tests.world import test_number as identity_number

TODAY = WINDOW_CLOSES + datetime.timedelta(days=1)
NEW = identity_number(900)


@pytest.fixture
def world(transactional_db: None, live_server, settings, tmp_path) -> World:
    """P has room for ten hours. Märta is first; Nils has the same wish and will wait."""
    settings.CLOCK_TODAY, settings.MEDIA_ROOT = TODAY, tmp_path
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    load_texts(actor=SYSTEM)
    for _ in range(5):
        world.person(minutes=20 * HOURS)
    first = world.person(given_name="Märta", family_name="Öberg")
    world.choose(first, world.p, received_on=datetime.date(2020, 9, 1), round=None)
    world.person(given_name="Nils", family_name="Karlsson", phone="08-465 004 10")
    close_round(round=world.round, actor=SYSTEM)
    return world


@pytest.fixture
def desk(world: World, live_server, browser: Browser):
    """A page signed in with this role, in a browser context of its own."""
    contexts = []

    def sit_down(role: Role) -> Page:
        actor = staff(role.value, role)
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(live_server.url + reverse("casework:home"))
        return page

    yield sit_down
    for context in contexts:
        context.close()


def _file(folder: Path, name: str, row: dict[str, str]) -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row, delimiter=";")
        writer.writeheader()
        writer.writerow(row)
    return path


def _heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_whole_day(desk, world: World, tmp_path):
    officer, admin, senior = desk(Role.CASE_OFFICER), desk(Role.ADMIN), desk(Role.SENIOR_OFFICER)

    # Morning. The care system's file: Åsa is new, with care from tomorrow.
    person = PERSON | {"personnummer": NEW, "förnamn": "Åsa", "efternamn": "Nylund"}
    decision = DECISION | {"personnummer": NEW, "beslut": "B-NY", "beslutsdatum": "2020-09-28", "från": "2020-09-28"}
    call_command("import_file", "persons", str(_file(tmp_path, "personer.csv", person)))
    call_command("import_file", "decisions", str(_file(tmp_path, "beslut.csv", decision)))
    officer.reload()
    new = officer.get_by_role("row").filter(has_text="Har inte valt").filter(has_text="Nylund")
    expect(new).to_be_visible()

    # Åsa phoned yesterday, and so did Nils: both in time. They want P, where Märta precedes them.
    for name, given in (("nylund", "Åsa Nylund"), ("karlson", "Nils Karlsson")):
        officer.wait_for_load_state()
        officer.keyboard.press("/")
        officer.keyboard.type(name)
        officer.keyboard.press("Enter")
        _heading(officer, given)
        # The shortcuts come with a script that loads asynchronously.
        officer.wait_for_load_state()
        officer.keyboard.press("n")
        officer.wait_for_url("**/val/")
        officer.get_by_label("En annan dag").check()
        officer.locator("#id_day").fill(WINDOW_CLOSES.isoformat())
        officer.get_by_label("Val 1").select_option("p")
        officer.get_by_role("button", name="Registrera valet").click()
        officer.wait_for_url("**/personer/*/")
    assert set(Choice.objects.filter(channel="phone").values_list("received_on", "round__code")) == {
        (WINDOW_CLOSES, "2020")
    }
    officer.goto(officer.url.split("/handlaggare/")[0] + reverse("casework:home"))
    # She has chosen. Until the night she has no provider: that is another kind of work.
    nylund = officer.get_by_role("row").filter(has_text="Nylund")
    expect(nylund.filter(has_text="Har inte valt")).to_have_count(0)
    expect(nylund.filter(has_text="Ingen utförare i dag")).to_have_count(1)

    # The admin dry-runs the round, checks the result, and proposes it.
    admin.get_by_role("link", name="Fördelningar", exact=True).click()
    admin.get_by_role("link", name="Räkna ut en fördelning").click()
    admin.get_by_label("Vad ska räknas ut?").select_option("2020")
    admin.get_by_role("button", name="Räkna på prov").click()
    _heading(admin, "På prov: Hösten 2020")
    assert not AllocationRun.objects.exists()
    admin.go_back()
    admin.get_by_label("Vad ska räknas ut?").select_option("2020")
    admin.get_by_role("button", name="Gör ett förslag").click()
    expect(admin.get_by_text("Förslaget är klart.")).to_be_visible()
    expect(admin.get_by_role("button", name="Godkänn förslaget")).to_have_count(0)

    # Another person approves and applies it from the work list.
    senior.reload()
    senior.get_by_role("row").filter(has_text="Fördelning som väntar").get_by_role("link").first.click()
    senior.get_by_role("button", name="Godkänn förslaget").click()
    senior.get_by_role("button", name="Genomför fördelningen").click()
    expect(senior.get_by_text("Fördelningen är genomförd.")).to_be_visible()
    run = AllocationRun.objects.get()
    assert (run.proposed_by.username, run.approved_by.username) == ("admin", "senior_officer")
    asa, nils = Person.objects.get(identity_number=NEW), Person.objects.get(family_name="Karlsson")
    assert run.rows.get(person=asa).how == OutcomeRow.How.FALLBACK
    assert run.rows.get(person__family_name="Öberg").provider == world.p

    # None of Åsa's wishes was met: she is phoned before the letter arrives.
    officer.reload()
    officer.get_by_role("row").filter(has_text="Nylund").get_by_role("link", name="Ring").first.click()
    _heading(officer, "Ring Åsa Nylund")
    expect(officer.get_by_role("heading", name="Säg så här")).to_be_visible()
    officer.get_by_label("Fick svar").check()
    officer.get_by_label("Anteckning").fill("Hon väntar gärna.")
    officer.get_by_role("button", name="Spara samtalet").click()
    expect(officer.get_by_text("Samtalet är sparat.")).to_be_visible()
    assert ContactTask.objects.get(person=asa).status == ContactTask.Status.DONE

    # P has more staff. The first unit in the queue that fits gets an offer.
    world.contracts["p"].ceilings.update(minutes=20 * HOURS)
    officer.get_by_role("link", name="Köer", exact=True).click()
    officer.get_by_role("link", name="Utförare p").click()
    officer.get_by_role("button", name="Lämna erbjudanden").click()
    expect(officer.get_by_text("1 erbjudande är lämnat.")).to_be_visible()
    assert Offer.objects.get().person in (asa, nils)

    # Afternoon: all letters are rendered and wait for the printer.
    senior.get_by_role("button", name="Skriv breven").click()
    _heading(senior, "Post")
    waiting = senior.get_by_role("table", name="Brev som väntar")
    for kind in (LetterKind.DECISION, LetterKind.OFFER, LetterKind.RECEIPT):
        letters = Letter.objects.filter(kind=kind, batch=None)
        assert letters.exists()
        row = waiting.get_by_role("row").filter(has=senior.get_by_role("rowheader", name=str(kind.label), exact=True))
        expect(row.first).to_contain_text(str(letters.count()))
    assert set(Letter.objects.filter(kind=LetterKind.DECISION).values_list("person", flat=True)) == set(
        run.rows.values_list("person", flat=True)
    )
