"""Round pages in a real browser: axe at wide, narrow and dark; created, proofread and frozen by keyboard."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from choices.models import ChoiceRound
from choices.services import freeze_round
from letters.models import RoundProof
from letters.services import invite, load_texts, propose_proof
from tests.administration.rounds.conftest import draft_of
from tests.administration.runs.test_runs_browser import check
from tests.world import SYSTEM, World, make_world, staff


@pytest.fixture
def world(transactional_db: None, live_server) -> World:
    load_texts(actor=SYSTEM)
    return make_world(no_answer_rule="keep")


@pytest.fixture
def sign_in(world: World, live_server, context):
    def as_one(actor: Actor) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    return as_one


def test_every_page_is_accessible(page: Page, live_server, world: World, sign_in):
    draft, going = draft_of(world), draft_of(world, code="pagar", name="Pågår")
    admin, senior = staff("petra", Role.ADMIN), staff("karin", Role.SENIOR_OFFICER)
    propose_proof(round=draft, reason="Nya datum", actor=admin)
    freeze_round(round=going, actor=SYSTEM)
    people = [world.person() for _ in range(12)]
    invite(round=going, actor=senior)
    for number, person in enumerate(people[:8]):
        day, channel = datetime.date(2020, 11, 9 + number), ("web", "paper", "phone")[number % 3]
        world.choose(person, world.p, round=going, received_on=day, channel=channel)
    sign_in(senior)
    pages = {
        "rounds": reverse("casework:rounds"),
        "round-draft": reverse("casework:round", args=[draft.code]),
        "round-going": reverse("casework:round", args=[going.code]),
        "round-unanswered": reverse("casework:round_unanswered", args=[going.code]),
        "round-proof": reverse("casework:round_proof", args=[draft.code]),
    }
    faults = []
    for name, address in pages.items():
        page.goto(live_server.url + address)
        faults += check(page, name)

    assert faults == []


def test_round_is_created_proofread_and_frozen_by_keyboard(page: Page, live_server, world: World, sign_in):
    admin, senior = staff("petra", Role.ADMIN), staff("karin", Role.SENIOR_OFFICER)
    sign_in(admin)

    def press(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"{name} is not reached")

    page.goto(live_server.url + reverse("casework:rounds"))
    press("Skapa en valomgång")
    page.wait_for_url("**/ny/")
    faults = check(page, "round-new")
    press("Spara")
    expect(page.get_by_text("Valomgången är skapad.")).to_be_visible()
    round = ChoiceRound.objects.get(code="2021")
    press("Läs korrekturet")
    page.wait_for_url("**/korrektur/")
    press("Lämna korrekturet")
    expect(page.get_by_text("Du har själv lämnat det.")).to_be_visible()
    sign_in(senior)
    page.goto(live_server.url + reverse("casework:round_proof", args=[round.code]))
    press("Godkänn korrekturet")
    expect(page.get_by_text("Korrekturet är godkänt.")).to_be_visible()
    assert RoundProof.objects.get().decided_by_id == senior.user_id
    sign_in(admin)
    page.goto(live_server.url + reverse("casework:round", args=[round.code]))
    press("Lås reglerna")
    expect(page.get_by_text("Reglerna är låsta. Nu kan")).to_be_visible()
    round.refresh_from_db()
    assert round.frozen_at

    other = draft_of(world)
    page.goto(live_server.url + reverse("casework:round_change", args=[other.code]))
    page.get_by_label("Diarienummer").fill("von/2020:9")
    ChoiceRound.objects.filter(pk=other.pk).update(name="Vintern och våren")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon annan hann före")
    faults += check(page, "round-changed")
    page.get_by_role("button", name="Spara mina uppgifter").click()
    expect(page.get_by_text("Ändringen är sparad.")).to_be_visible()
    assert faults == []
