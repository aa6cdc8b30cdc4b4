"""A person's wishes as read by officers, and the two steps of a run, with the real engine."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun
from allocation.nightly import run_night
from allocation.services import apply_run, approve_run, propose_round
from choices.models import Person
from choices.services import close_round
from desk.people import mail_lines
from desk.person_page import person_page
from providers.models import Municipality
from tests import factories as make
from tests.world import HOURS, SYSTEM, World, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)


@pytest.fixture
def world() -> World:
    """The share is at least 20 of 100 hours. The head of p's queue takes it; the second waits."""
    world = make_world(no_answer_rule="keep", p_minutes=25 * HOURS)
    for _ in range(10):
        world.person()
    return world


def _two_who_want_p(world: World) -> list[Person]:
    persons = [world.person(minutes=20 * HOURS) for _ in range(2)]
    for person in persons:
        world.choose(person, world.p, world.municipal)
    return persons


def _propose(world: World) -> AllocationRun:
    close_round(round=world.round, actor=SYSTEM)
    return propose_round(round=world.round, actor=SYSTEM)


def _statuses(person: Person) -> list[str]:
    page = person_page(person=person, actor=SYSTEM, day=TODAY)
    return [line.status for line in page.wishes]


def _winner_and_waiter(run: AllocationRun, persons: list[Person]) -> tuple[Person, Person]:
    winner = run.rows.get(person__in=persons, provider__code="p").person
    waiter = next(person for person in persons if person != winner)
    return winner, waiter


def test_no_place_is_shown_before_any_run(world: World):
    person = _two_who_want_p(world)[0]

    assert _statuses(person) == ["Inte prövat än", "Har platsen"]


def test_proposal_is_labelled_as_proposal(world: World):
    persons = _two_who_want_p(world)
    winner, waiter = _winner_and_waiter(_propose(world), persons)

    assert _statuses(winner)[0] == "Får platsen om förslaget godkänns"
    assert _statuses(waiter) == ["Väntar", "Har platsen"]


def test_waiting_person_has_place_and_reason(world: World):
    persons = _two_who_want_p(world)
    _, waiter = _winner_and_waiter(_propose(world), persons)

    line = person_page(person=waiter, actor=SYSTEM, day=TODAY).wishes[0]

    assert line.place_in_queue == 1
    assert line.minutes_ahead == 0
    assert line.minutes_free == 5 * HOURS
    assert "Utförare p har inte plats" in line.why


def test_place_is_a_band_for_staff_who_may_not_know_of_everybody(world: World):
    """Numbers on the pages of several people would have a gap where somebody protected stands."""
    persons = _two_who_want_p(world)
    _, waiter = _winner_and_waiter(_propose(world), persons)
    line = person_page(person=waiter, actor=staff("vera", Role.CASE_OFFICER), day=TODAY).wishes[0]

    assert (line.in_queue, line.place_in_queue, line.minutes_ahead) == (True, None, None)
    assert line.why.endswith("Du står ungefär på plats 1–3 i kön till Utförare p.")


def test_next_provider_is_shown_after_the_run(world: World):
    persons = _two_who_want_p(world)
    run = _propose(world)
    winner, _ = _winner_and_waiter(run, persons)
    approve_run(run=run, actor=SYSTEM)
    apply_run(run=run, actor=SYSTEM)

    page = person_page(person=winner, actor=SYSTEM, day=TODAY)

    assert page.now.contract.provider == world.municipal
    assert page.next.contract.provider == world.p
    assert _statuses(winner)[0] == "Får platsen"


def test_choice_after_the_run_is_labelled_untried(world: World):
    persons = _two_who_want_p(world)
    _, waiter = _winner_and_waiter(_propose(world), persons)
    world.choose(waiter, world.q, world.p, round=None, received_on=datetime.date(2020, 11, 20))

    assert _statuses(waiter) == ["Inte prövat än", "Inte prövat än"]


def _client(role: Role) -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(role))
    return client


def test_second_person_approves_and_applies(world: World):
    run = _propose(world)
    client = _client(Role.SENIOR_OFFICER)

    approved = client.post(reverse("casework:approve", args=[run.reference]), {"seen": "proposed"}, follow=True)
    applied = client.post(reverse("casework:apply", args=[run.reference]), {"seen": "approved"}, follow=True)

    assert "Fördelningen är godkänd" in approved.text
    assert "Fördelningen är genomförd" in applied.text
    run.refresh_from_db()
    assert run.status == AllocationRun.Status.APPLIED


def test_own_proposal_is_refused_with_an_explanation(world: World):
    run = _propose(world)
    own: User = make.UserFactory.with_role(Role.SENIOR_OFFICER)
    AllocationRun.objects.filter(pk=run.pk).update(proposed_by=own)
    client = Client()
    client.force_login(own)

    page = client.get(reverse("casework:run", args=[run.reference]))
    refused = client.post(reverse("casework:approve", args=[run.reference]), {"seen": "proposed"}, follow=True)

    assert "Godkänn förslaget" not in page.text
    assert "En annan person måste godkänna det" in refused.text
    assert AllocationRun.objects.get().status == AllocationRun.Status.PROPOSED


def test_cancelling_a_run_needs_a_reason(world: World):
    run = _propose(world)
    client = _client(Role.ADMIN)
    address = reverse("casework:cancel", args=[run.reference])

    def cancel(reason: str) -> str:
        return client.post(address, {"reason": reason, "seen": "proposed"}, follow=True).text

    assert "Skriv varför" in cancel(" ")
    assert "Fördelningen är avbruten" in cancel("Fel datum")


def test_figures_of_a_run_sum_up(world: World):
    persons = _two_who_want_p(world)
    run = _propose(world)

    address = reverse("casework:run", args=[run.reference])
    page = _client(Role.SENIOR_OFFICER).get(address).text.replace("\xa0", " ")
    assert "2 av 12 personer valde" in page
    assert "10 personer valde inte" in page
    assert "<strong>14,3 %</strong>" in page  # 20 of 140 hours, rounded half up
    assert "20 tim av 140 tim" in page

    # Managers see no people, and numbers to the nearest five.
    page = _client(Role.MANAGER).get(address).text.replace("\xa0", " ")
    assert "Färre än 5 av ungefär 10 personer valde" in page
    assert "20 tim av 140 tim" in page
    assert all(person.family_name not in page for person in persons)


def _places(person: Person) -> list[tuple[str, int | None]]:
    page = person_page(person=person, actor=SYSTEM, day=TODAY)
    return [(line.status, line.place_in_queue) for line in page.wishes]


def test_place_is_the_current_one_not_that_of_the_last_night(world: World):
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    world.person(minutes=24 * HOURS, current=world.p)
    first, second, declines = (world.person(minutes=20 * HOURS) for _ in range(3))
    for number, person in enumerate((first, second, declines)):
        received = datetime.date(2020, 11, 2 + number)
        queues = person != declines
        world.choose(person, world.p, round=None, received_on=received, queue_if_full=queues)
    run_night(business_date=TODAY, actor=SYSTEM)
    assert _places(second) == [("Väntar", 2)]
    assert _places(declines) == [("Det var fullt, och personen vill inte stå i kö", None)]

    Person.objects.filter(pk=first.pk).update(deceased_on=TODAY)
    assert _places(second) == [("Väntar", 1)]


def test_offered_place_is_labelled_as_offer(world: World):
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    Municipality.objects.update(night_mode="offer")
    person = world.person(minutes=20 * HOURS)
    world.choose(person, world.p, round=None, received_on=datetime.date(2020, 11, 2))
    run_night(business_date=TODAY, actor=SYSTEM)
    assert _places(person) == [("Har ett erbjudande", None)]


def test_later_choice_of_a_merged_record_is_shown(world: World):
    person, other = world.person(), world.person()
    for each, provider, day in ((person, world.p, 2), (other, world.q, 5)):
        world.choose(each, provider, round=None, received_on=datetime.date(2020, 11, day))
    Person.objects.filter(pk=other.pk).update(merged_into=person)
    page = person_page(person=person, actor=SYSTEM, day=TODAY)
    assert [line.wish.provider for line in page.wishes] == [world.q]


def test_address_of_letters_is_shown_where_it_is_not_the_home(world: World):
    home = world.person(street="Munkhättevägen 7", postal_code="14755", town="TUMBA")
    mail = {"mail_care_of": "Karin Ek", "mail_street": "Box 12", "mail_postal_code": "14721", "mail_town": "TUMBA"}
    elsewhere, hidden = world.person(**mail), world.person(**mail, confidential=True)
    page = Client()
    page.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    shown = {person: page.get(reverse("casework:person", args=[person.reference])).text for person in (home, elsewhere)}

    assert "Postadress" not in shown[home]
    assert "c/o Karin Ek, Box 12, 147 21 TUMBA" in " ".join(shown[elsewhere].split())
    assert mail_lines(hidden) == []
