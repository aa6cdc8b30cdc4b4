"""The exit of 2024 in a browser: ended on Friday 17 May, phoned from Monday the 20th, all moved by Friday the 24th.

Registered by one person, approved by another; everybody has care every day.
"""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from administration.night import do_night
from allocation.facts.people import placement_on
from allocation.facts.served import served
from allocation.models import AllocationRun, ContactTask, ProviderExit
from allocation.services import start_exit
from letters.models import Letter
from letters.services import load_texts
from providers import services
from tests.administration.runs.test_runs_browser import check
from tests.world import HOURS, LONG_AGO, SYSTEM, World, make_world, staff

FRIDAY, SATURDAY, MONDAY, TUESDAY, LAST = (datetime.date(2024, 5, day) for day in (17, 18, 20, 21, 24))


@pytest.fixture
def world(transactional_db: None, live_server, settings) -> World:
    settings.CLOCK_TODAY = FRIDAY
    world = make_world(no_answer_rule="keep", share_bp=4000, p_minutes=80 * HOURS, q_minutes=40 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=LONG_AGO)
    r = services.add_provider(code="r", name="Utförare r", kind="private", actor=SYSTEM)
    world.contracts["r"] = services.add_contract(provider=r, area=world.north, valid_from=LONG_AGO, actor=SYSTEM)
    services.add_ceiling(contract=world.contracts["r"], valid_from=LONG_AGO, minutes=60 * HOURS, actor=SYSTEM)
    for _ in range(9):
        world.person()
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def sign_in(world: World, live_server, context):
    def as_one(name: str, role: str) -> None:
        user = User.objects.filter(username=name).first() or User.objects.get(pk=staff(name, role).user_id)
        client = Client()
        client.force_login(user)
        context.clear_cookies()
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    return as_one


def providers(people, day):
    found = [placement_on(person=person, day=day) for person in people]
    return [placement.contract.provider.code if placement else None for placement in found]


def test_exit_of_2024(page: Page, live_server, world: World, sign_in, settings):
    clients = [world.person(current=world.p) for _ in range(6)] + [world.person(current=world.p, minutes=0)]
    world.choose(clients[0], world.p, world.q, round=None, received_on=datetime.date(2024, 3, 1))

    # Friday: registered; no contract has ended yet.
    sign_in("petra", "admin")
    page.goto(live_server.url + reverse("casework:provider_exit", args=["p"]))
    page.get_by_label("Varför?").select_option("permit")
    page.get_by_label("Första dagen utan avtal").fill(str(SATURDAY))
    page.get_by_label("Alla ska ha flyttat senast").fill(str(LAST))
    page.get_by_label("Vem hjälper klienterna").select_option("municipal")
    page.get_by_role("button", name="Visa vilka det gäller").click()
    # Admins see no people: numbers to the nearest five.
    expect(page.get_by_text("ungefär 5 personer med")).to_be_visible()
    page.get_by_role("button", name="Registrera avslutet").click()
    exit = ProviderExit.objects.get()
    address = live_server.url + reverse("casework:exit", args=[exit.reference])
    page.goto(address)
    expect(page.get_by_text("Du har registrerat det. En annan person beslutar.")).to_be_visible()
    assert not ContactTask.objects.exists()

    # Approved by another person, from the work list.
    sign_in("omar", "admin")
    page.goto(live_server.url + reverse("casework:home"))
    page.get_by_role("link", name="Avslut av en utförares avtal").first.click()
    page.goto(address)
    faults = check(page, "exit-to-decide")
    page.get_by_role("button", name="Ja, avsluta avtalet").click()
    expect(page.get_by_text("ungefär 5 kvar, 0 klara")).to_be_visible()
    assert ContactTask.objects.filter(exit=exit).count() == 7

    # The weekend and Monday: everybody has a provider, and letters name it.
    for day in (SATURDAY, MONDAY):
        settings.CLOCK_TODAY = day
        do_night(business_date=day, actor=SYSTEM)
        assert providers(clients, day) == ["kommunen"] * 7
        now = served(day=day)
        assert (now.nobody, now.unexplained) == (0, 0)
    letters = Letter.objects.filter(exit=exit)
    assert letters.count() == 7
    assert {letter.facts["meanwhile"] for letter in letters} == {"municipal"}

    # Monday: phone calls. One client states a wish.
    sign_in("anna", "case_officer")
    task = ContactTask.objects.get(exit=exit, person=clients[1])
    page.goto(live_server.url + reverse("casework:call", args=[task.reference]))
    expect(page.get_by_text("Utförare kommunen hjälper dig så länge.")).to_be_visible()
    faults += check(page, "exit-call")
    world.choose(clients[1], world.contracts["r"].provider, round=None, received_on=MONDAY, channel="phone")
    page.get_by_label("Fick svar").check()
    page.get_by_role("button", name="Spara samtalet").click()
    task.refresh_from_db()
    assert task.status == "done"

    # Proposed by one person, approved and applied by another.
    sign_in("petra", "admin")
    page.goto(address)
    page.get_by_label("Klienterna byter den").fill(str(TUESDAY))
    page.get_by_role("button", name="Gör ett förslag").click()
    run = AllocationRun.objects.get(kind="exit")
    page.goto(address)
    expect(page.get_by_role("heading", name="Vart klienterna flyttar")).to_be_visible()
    faults += check(page, "exit-proposed")
    sign_in("karin", "senior_officer")
    for button in ("Godkänn förslaget", "Genomför fördelningen"):
        page.goto(live_server.url + reverse("casework:run", args=[run.reference]))
        page.get_by_role("button", name=button).click()
    page.goto(address)
    expect(page.get_by_text("Alla har en ny utförare.")).to_be_visible()

    # All have moved by Friday, the alarm-only client too, and nobody has an interim provider.
    got = providers(clients, TUESDAY)
    assert (got[0], got[1], set(got)) == ("q", "r", {"q", "r"})
    settings.CLOCK_TODAY = LAST
    now = served(day=LAST)
    assert (now.nobody, now.interim) == (0, 0)
    sign_in("petra", "admin")
    page.goto(address)
    page.get_by_role("button", name="Avsluta: alla har flyttat").click()
    exit.refresh_from_db()
    assert exit.status == "done"
    assert not faults, "\n".join(faults)


def test_exit_that_a_court_stays_is_undone_from_its_page(page: Page, live_server, world: World, sign_in, settings):
    """Decided for June; one client is reached by phone and one has a letter. In May the court decides otherwise."""
    clients = [world.person(current=world.p) for _ in range(3)]
    ends, moved = datetime.date(2024, 6, 14), datetime.date(2024, 6, 21)
    exit = start_exit(
        provider=world.p, ends_on=ends, moved_by=moved, reason="permit", meanwhile="municipal", actor=SYSTEM
    )

    sign_in("omar", "admin")
    address = live_server.url + reverse("casework:exit", args=[exit.reference])
    page.goto(address)
    page.get_by_role("button", name="Ja, avsluta avtalet").click()
    assert providers(clients, ends) == ["kommunen"] * 3
    settings.CLOCK_TODAY = MONDAY
    do_night(business_date=MONDAY, actor=SYSTEM)
    Letter.objects.filter(person=clients[0]).update(posted_on=MONDAY)
    sign_in("anna", "case_officer")
    task = ContactTask.objects.get(exit=exit, person=clients[1])
    call = live_server.url + reverse("casework:call", args=[task.reference])
    page.goto(call)
    expect(page.get_by_text("Utförare p slutar hjälpa dig.")).to_be_visible()
    expect(page.get_by_text("Utförare kommunen hjälper dig så länge, från den 14 juni 2024.")).to_be_visible()
    expect(page.get_by_text("Du får en ny utförare senast 21 juni 2024.")).to_be_visible()
    page.get_by_label("Fick svar").check()
    page.get_by_role("button", name="Spara samtalet").click()

    sign_in("karin", "senior_officer")
    page.goto(address)
    page.locator("summary", has_text="Ångra avslutet").click()
    page.get_by_label("Varför ångras det?").fill("Kammarrätten har beslutat om inhibition")
    page.get_by_role("button", name="Ångra avslutet").click()
    expect(page.get_by_role("heading", name="Utförare p slutar inte")).to_be_visible()
    expect(page.get_by_text("Kammarrätten har beslutat om inhibition")).to_be_visible()
    assert not check(page, "exit-undone")

    # Everybody is where they were; those who were informed are informed again, and nobody else.
    assert providers(clients, moved) == ["p"] * 3
    assert [letter.person for letter in Letter.objects.filter(kind="correction")] == [clients[0]]
    assert [each.person for each in ContactTask.objects.filter(status="to_do")] == [clients[1]]
    sign_in("anna", "case_officer")
    page.goto(call)
    expect(page.get_by_text("Vi har sagt att Utförare p slutar. Det gäller inte längre.")).to_be_visible()
