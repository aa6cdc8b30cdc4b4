"""The morning list: the night proposes, an officer approves it whole, and holding a person back is an input."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from administration.night import approve_list, do_night
from allocation.facts.people import placement_on
from allocation.models import AllocationRun, AreaDate
from allocation.services import StaleRun
from allocation.services.decide_night import compute_again
from choices.models import CareDecision
from desk.person_page import person_page
from letters.models import Letter
from letters.services import load_texts
from providers.models import Municipality
from providers.services import set_night_decides
from tests.world import HOURS, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
STARTS = TODAY + datetime.timedelta(days=14)
CHOSEN = datetime.date(2020, 11, 2)


@pytest.fixture
def world(settings):
    """Room at p for one of two waiting people with ten hours each."""
    settings.CLOCK_TODAY = TODAY
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    set_night_decides(decides="propose", basis="", actor=SYSTEM)
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def queue(world):
    people = [world.person() for _ in range(2)]
    for days, person in enumerate(people):
        world.choose(person, world.p, round=None, received_on=CHOSEN + datetime.timedelta(days=days))
    return people


def provider_of(person):
    return placement_on(person=person, day=STARTS).contract.provider.code


def browser(role="senior_officer", name="karin"):
    client = Client()
    client.force_login(User.objects.get(pk=staff(name, role).user_id))
    return client


def test_nothing_is_decided_before_approval(world, queue):
    night = do_night(business_date=TODAY, actor=SYSTEM)
    assert (night.run.status, night.report["proposed"], night.report["placements"]) == ("proposed", 1, 0)
    assert {provider_of(person) for person in queue} == {"kommunen"}
    assert not Letter.objects.exists()

    senior = browser()
    page = senior.get(reverse("casework:morning_list", args=[night.run.reference])).text
    assert queue[0].family_name in page
    assert queue[1].family_name not in page
    assert "Står på tur, val 1" in page
    senior.post(reverse("casework:approve_morning", args=[night.run.reference]))
    night.run.refresh_from_db()
    assert night.run.status == "applied"
    assert [provider_of(person) for person in queue] == ["p", "kommunen"]
    # The letter names the person who decided.
    letter = Letter.objects.get(kind="decision")
    assert letter.facts["decided_by"] == User.objects.get(username="karin").get_full_name()


def test_held_back_person_is_an_input_and_the_difference_is_shown(world, queue):
    run = do_night(business_date=TODAY, actor=SYSTEM).run
    senior = browser()
    address = reverse("casework:hold_back", args=[run.reference])
    assert senior.post(address, {"held": [queue[0].reference]}).status_code == 422
    assert senior.post(address, {"held": ["finns-inte"], "reason": "x"}).status_code == 422

    page = senior.post(address, {"held": [queue[0].reference], "reason": "Ligger på sjukhus"}, follow=True)
    again = AllocationRun.objects.exclude(pk=run.pk).get()
    run.refresh_from_db()
    assert (run.status, again.status, again.night.business_date) == ("superseded", "proposed", TODAY)
    # The room goes to the next in the queue, by the same lottery, with an outcome that passes the audit.
    assert (again.seed, again.label) == (run.seed, run.label)
    assert queue[1].family_name in page.text
    assert "Det här blev annorlunda" in page.text
    assert "Utförare kommunen i det förra förslaget, Utförare p i det här" in page.text
    approve_list(run=again, actor=staff("petra", "senior_officer"))
    assert [provider_of(person) for person in queue] == ["kommunen", "p"]
    # Queue dates are kept, and the list is new tomorrow.
    assert queue[0].choices.get().wishes.get().queue_date == CHOSEN


def test_outdated_list_is_not_applied(world, queue):
    run = do_night(business_date=TODAY, actor=SYSTEM).run
    CareDecision.objects.filter(person=queue[0]).update(minutes=60 * HOURS)
    with pytest.raises(StaleRun):
        approve_list(run=run, actor=staff("petra", "senior_officer"))
    assert {provider_of(person) for person in queue} == {"kommunen"}
    page = browser().post(reverse("casework:approve_morning", args=[run.reference]), follow=True).text
    assert "Något har ändrats sedan i natt." in page
    assert AllocationRun.objects.filter(status="applied").count() == 0
    assert AllocationRun.objects.get(status="proposed") != run


def test_next_night_replaces_an_unapproved_list(world, queue, settings):
    first = do_night(business_date=TODAY, actor=SYSTEM).run
    settings.CLOCK_TODAY = TODAY + datetime.timedelta(days=1)
    second = do_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM).run
    first.refresh_from_db()
    assert (first.status, second.status) == ("superseded", "proposed")
    assert browser().post(reverse("casework:approve_morning", args=[first.reference])).status_code == 302
    assert {provider_of(person) for person in queue} == {"kommunen"}


def test_list_is_overdue_the_day_after(world, queue):
    from accounts.actors import Actor
    from desk.work import Filters, work_page

    run = do_night(business_date=TODAY, actor=SYSTEM).run
    actor = Actor.staff(User.objects.get(pk=staff("karin", "senior_officer").user_id))
    for days, late in ((0, 0), (1, 1)):
        page = work_page(actor=actor, today=TODAY + datetime.timedelta(days=days), filters=Filters(kind="fordelning"))
        assert ([item.reference for item in page.items], page.late) == ([run.reference], late)


def test_night_applies_automatically_only_with_a_recorded_basis(world, queue):
    admin = browser("admin", "petra")
    address = reverse("casework:night_decides")
    assert "kommunallagen" in admin.get(address).text
    refused = admin.post(address, {"decides": "alone", "basis": ""})
    assert refused.status_code == 422
    assert Municipality.objects.get().night_decides == "propose"
    admin.post(address, {"decides": "alone", "basis": "VON 2024-05-02 § 31"})
    assert do_night(business_date=TODAY, actor=SYSTEM).run.status == "applied"
    assert provider_of(queue[0]) == "p"


def test_couple_is_held_back_together(world, queue):
    from choices.models import Household, HouseholdMember

    home = Household.objects.create()
    pair = [world.person(minutes=0) for _ in range(2)]
    for person in pair:
        HouseholdMember.objects.create(household=home, person=person, valid_from=datetime.date(2016, 1, 1))
        world.choose(person, world.q, round=None, received_on=CHOSEN, together=True)
    run = do_night(business_date=TODAY, actor=SYSTEM).run
    again = compute_again(run=run, hold_back=pair[:1], reason="Sjuk", actor=staff("petra", "senior_officer"))
    assert not again.rows.filter(person__in=pair, act="place").exists()


def test_held_back_person_keeps_the_date_and_lottery_number_of_the_wait(world, queue, settings):
    waits = queue[1]
    first = do_night(business_date=TODAY, actor=SYSTEM).run
    senior = staff("karin", "senior_officer")
    approve_list(run=first, actor=senior)
    settings.CLOCK_TODAY = TODAY + datetime.timedelta(days=1)
    run = do_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM).run
    again = compute_again(run=run, actor=SYSTEM, hold_back=[waits], reason="Ska ringas")
    approve_list(run=again, actor=senior)
    assert AreaDate.objects.get(person=waits, cleared_by=None).set_by == first


def test_persons_page_shows_the_queue_as_it_is_while_a_list_is_pending(world, queue, settings):
    """A list that nobody approved, and one that waits, change nothing: the page says what the queue's page says."""
    settings.CLOCK_TODAY = TODAY
    do_night(business_date=TODAY, actor=SYSTEM)
    pages = [person_page(person=person, actor=SYSTEM, day=TODAY) for person in queue]
    assert pages[0].proposal.provider == world.p
    assert pages[0].wishes[0].status == "Får platsen om förslaget godkänns"
    assert pages[1].proposal is None
    assert (pages[1].wishes[0].status, pages[1].wishes[0].place_in_queue) == ("Inte prövat än", None)
    settings.CLOCK_TODAY = TODAY + datetime.timedelta(days=1)
    world.choose(queue[0], world.municipal, round=None, received_on=settings.CLOCK_TODAY)
    do_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM)
    page = person_page(person=queue[0], actor=SYSTEM, day=settings.CLOCK_TODAY)
    assert page.proposal is None
    assert [line.status for line in page.wishes] == ["Har platsen"]
