"""The morning list in a browser: read, one person held back, difference read, approved."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from administration.night import do_night
from allocation.facts.people import placement_on
from allocation.models import AllocationRun
from letters.services import load_texts
from providers.services import set_night_decides
from tests.administration.runs.test_runs_browser import check
from tests.world import HOURS, SYSTEM, World, make_world, staff

TODAY = datetime.date(2020, 11, 23)
CHOSEN = datetime.date(2020, 11, 2)


@pytest.fixture
def world(transactional_db: None, live_server, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    set_night_decides(decides="propose", basis="", actor=SYSTEM)
    load_texts(actor=SYSTEM)
    return world


def test_list_is_read_changed_and_approved(page: Page, live_server, world: World, context):
    queue = [world.person(family_name=name) for name in ("Almgren", "Björk")]
    for days, person in enumerate(queue):
        world.choose(person, world.p, round=None, received_on=CHOSEN + datetime.timedelta(days=days))
    other = world.person(family_name="Cederlund")
    world.choose(other, world.q, round=None, received_on=CHOSEN)
    do_night(business_date=TODAY, actor=SYSTEM)
    client = Client()
    client.force_login(User.objects.get(pk=staff("karin", "senior_officer").user_id))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    page.goto(live_server.url + reverse("casework:home"))
    page.get_by_role("link", name="Gå igenom morgonens lista").first.click()
    expect(page.get_by_role("link", name="Almgren, Asta")).to_be_visible()
    expect(page.get_by_role("link", name="Björk, Asta")).to_have_count(0)
    faults = check(page, "morning-list")
    page.get_by_label("Håll inne Almgren, Asta").check()
    page.get_by_text("Håll inne någon").click()
    page.get_by_label("Varför hålls de inne?").fill("Ligger på sjukhus")
    page.get_by_role("button", name="Håll inne de markerade och räkna om").click()
    expect(page.get_by_role("heading", name="Det här blev annorlunda")).to_be_visible()
    expect(page.get_by_role("link", name="Björk, Asta").first).to_be_visible()
    faults += check(page, "morning-again")
    page.get_by_role("button", name="Godkänn hela listan").click()
    expect(page.get_by_text("Listan är godkänd och genomförd.")).to_be_visible()
    run = AllocationRun.objects.get(status="applied")
    got = [placement_on(person=person, day=run.effective_date) for person in (*queue, other)]
    assert [placement.contract.provider.code for placement in got if placement] == ["kommunen", "p", "q"]

    admin = Client()
    admin.force_login(User.objects.get(pk=staff("petra", "admin").user_id))
    context.clear_cookies()
    context.add_cookies([{"name": "sessionid", "value": admin.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(live_server.url + reverse("casework:night_decides"))
    faults += check(page, "night-decides")
    page.goto(live_server.url + reverse("casework:provider_exit", args=["p"]))
    faults += check(page, "exit-form")
    assert not faults, "\n".join(faults)
