"""Origin of a place in a queue: lottery or day, moved by the household, kept by a changed choice."""

import datetime

import pytest

from allocation.engine.lottery import lottery_number
from allocation.facts.days import day_of, next_start
from allocation.facts.origins import origins
from allocation.facts.queues import queue, waits_of
from allocation.models import AreaDate
from allocation.nightly import run_night
from allocation.services import apply_run, approve_run, propose_round
from allocation.wording import origin_words
from choices.models import Household, HouseholdMember, Person
from choices.services import close_round
from common import clock
from tests.world import HOURS, SYSTEM, WINDOW_CLOSES, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """p is full; the share leaves room."""
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.person(minutes=10 * HOURS, current=world.p)
    return world


@pytest.fixture
def no_round(world):
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    return world


def origin_at_p(world, person):
    """As the person's own pages, the desk's queue and a letter have it."""
    own = next(wait.origin for wait in waits_of(person, today=TODAY) if wait.contract == world.contracts["p"])
    at_desk = queue(world.contracts["p"], day=day_of(world.contracts["p"], TODAY))
    assert [waiter.origin for waiter in at_desk if waiter.person_id == person.pk] == [own]
    assert origins([person.pk], day=next_start(TODAY), known=clock.now())[person.pk, "p"] == own
    return own


def wishing(world, *, on, person=None, **more):
    person = person or world.person(minutes=10 * HOURS)
    world.choose(person, world.p, round=None, received_on=on, **more)
    return person


def apply_round(world):
    proposer, approver = staff("forslag", "admin"), staff("godkann", "senior_officer")
    close_round(round=world.round, actor=proposer)
    run = propose_round(round=world.round, actor=proposer)
    return apply_run(run=approve_run(run=run, actor=approver), actor=approver)


def test_in_a_round_the_lottery_decides_and_its_number_can_be_checked(world):
    """Letters said that the day decides."""
    early, late = (world.person(minutes=10 * HOURS) for _ in range(2))
    world.choose(early, world.p, received_on=WINDOW_CLOSES - 20 * DAY)
    world.choose(late, world.p, received_on=WINDOW_CLOSES)
    apply_round(world)

    for person in (early, late):
        origin = origin_at_p(world, person)
        assert origin.sentences == ["round", "lot"]
        seed, label = world.round.seed, world.round.code
        assert origin.open_lot.text == f"{seed}|{label}|{person.reference}"
        assert origin.open_lot.number == lottery_number(seed, label, person.reference) >> 224
    places = {waiter.person_id: waiter.place for waiter in queue(world.contracts["p"], day=world.round.starts_on)}
    first = min(early, late, key=lambda person: origin_at_p(world, person).open_lot.number)
    assert places[first.pk] == 1


def test_no_page_mentions_the_lottery_before_the_round_has_closed(world):
    person = world.person(minutes=10 * HOURS)
    world.choose(person, world.p)
    assert origin_at_p(world, person).sentences == ["round_open"]


def test_a_choice_changed_after_the_round_keeps_the_place_by_lottery(world):
    person = world.person(minutes=10 * HOURS)
    world.choose(person, world.p)
    apply_round(world)
    world.choose(person, world.q, world.p, round=None, received_on=WINDOW_CLOSES + 40 * DAY)

    origin = origin_at_p(world, person)
    assert (origin.since, origin.sentences) == (WINDOW_CLOSES, ["round", "kept", "lot"])
    assert origins([person.pk], day=next_start(TODAY), known=clock.now())[person.pk, "q"].sentences == ["day"]


def test_outside_a_round_the_day_decides(no_round):
    person = wishing(no_round, on=TODAY - 9 * DAY)
    run_night(business_date=TODAY, actor=SYSTEM)

    origin = origin_at_p(no_round, person)
    assert (origin.since, origin.sentences) == (TODAY - 9 * DAY, ["day"])
    # The seed of a night was not announced beforehand: there is nothing to check.
    assert origin.lot is not None
    assert origin.open_lot is None
    assert origin_words(origin)[0].startswith("Din plats räknas från den 14 november 2020.")


def test_kept_queue_date_has_the_origin_kept(no_round):
    person = wishing(no_round, on=TODAY - 9 * DAY)
    no_round.choose(person, no_round.q, no_round.p, round=None, received_on=TODAY - 2 * DAY)
    assert origin_at_p(no_round, person).sentences == ["day", "kept"]


def test_a_household_has_the_date_of_the_member_who_chose_last(no_round):
    couple = [wishing(no_round, on=TODAY - days * DAY, together=True) for days in (9, 3)]
    home = Household.objects.create()
    for person in couple:
        HouseholdMember.objects.create(household=home, person=person, valid_from=TODAY - 90 * DAY)
    for person in couple:
        origin = origin_at_p(no_round, person)
        assert (origin.since, origin.sentences) == (TODAY - 3 * DAY, ["together", "day_together"])
    # Nobody is told that the other, who is protected, still chooses alike.
    Person.objects.filter(pk=couple[0].pk).update(confidential=True)
    for person in couple:
        origin = origin_at_p(no_round, person)
        assert (origin.since, origin.sentences) == (TODAY - 3 * DAY, ["day"])


def test_older_queue_date_of_a_merged_record_is_shown(no_round):
    person = wishing(no_round, on=TODAY - 2 * DAY)
    other = wishing(no_round, on=TODAY - 9 * DAY)
    other.merged_into = person
    other.save()
    assert origin_at_p(no_round, person).since == TODAY - 9 * DAY


def test_a_run_that_adds_a_member_of_the_household_draws_no_new_number(no_round):
    """The number of the household stood: the letter told a place that the page of the next day did not."""
    added, first = no_round.person(), no_round.person()
    wishing(no_round, person=first, on=TODAY - 9 * DAY)
    run_night(business_date=TODAY, actor=SYSTEM)
    drawn = origin_at_p(no_round, first).lot
    home = Household.objects.create()
    for person in (added, first):
        HouseholdMember.objects.create(household=home, person=person, valid_from=TODAY - 90 * DAY)
        wishing(no_round, person=person, on=TODAY - DAY, together=True)
    run_night(business_date=TODAY + DAY, actor=SYSTEM)
    dates = AreaDate.objects.filter(cleared_by=None, person__in=[added, first])
    assert dates.values_list("since").distinct().count() == 1
    assert dates.count() == 2
    lots = {origin_at_p(no_round, person).lot.label for person in (added, first)}
    assert lots == {drawn.label}
