"""Agreement of all pages: queue, overview, citizen's page, public page, quotas, exit, night."""

import datetime

import pytest

from allocation.effects import effect_of
from allocation.facts.days import day_of
from allocation.facts.exit_preview import exit_preview
from allocation.facts.queues import QueuePosition, positions_of, queue, queue_size, waits_of
from allocation.facts.room import area_rooms, reserved
from allocation.models import Placement
from allocation.nightly import run_night
from allocation.public_availability import bands
from choices.models import Household, HouseholdMember
from desk.queues import queue_lines, queue_page, rooms_of
from providers.models import Contract, QuotaChange
from tests.factories import make_household
from tests.world import HOURS, SYSTEM, make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
FIRST = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """p is full, q is not; no round is open; the share has room."""
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    world.person(minutes=10 * HOURS, current=world.p)
    for _ in range(5):
        world.person(minutes=20 * HOURS)
    return world


def wishing(world, *ranking, on=FIRST, minutes=10 * HOURS, **more):
    person = world.person(minutes=minutes)
    world.choose(person, *ranking, round=None, received_on=on, **more)
    return person


def night(world, day=TODAY):
    return run_night(business_date=day, actor=SYSTEM)


def persons_in_queue(world):
    return {waiter.person_id for waiter in queue(world.contracts["p"], day=day_of(world.contracts["p"], TODAY))}


def test_person_who_leaves_the_queue_stays_out_after_each_night(world, settings):
    """Regression: the next night restored them on every page, and the public page reported q as full."""
    person = wishing(world, world.p, queue_if_full=False)
    for nights in range(3):
        settings.CLOCK_TODAY = TODAY + nights * DAY
        night(world, settings.CLOCK_TODAY)
        assert queue(world.contracts["p"], day=day_of(world.contracts["p"], settings.CLOCK_TODAY)) == []
        assert waits_of(person, today=settings.CLOCK_TODAY) == []
        assert [line.size.persons for line in queue_lines(actor=SYSTEM)] == [0, 0]
    settings.CLOCK_TODAY = TODAY
    Contract.objects.get(pk=world.contracts["p"].pk).ceilings.update(minutes=100 * HOURS)
    assert bands(area=world.north, day=TODAY)[world.p.pk].room == "yes"


def test_new_choice_is_in_the_queue_before_any_run(world):
    wishing(world, world.p)
    night(world)
    new = wishing(world, world.p, queue_if_full=False, on=TODAY - DAY)

    assert new.pk in persons_in_queue(world)
    assert [wait.why for wait in waits_of(new, today=TODAY)] == [""]


def test_start_with_the_provider_one_has_takes_no_further_room(world):
    """A run that replaces a decided move begins a placement where the person still is."""
    person = world.person(minutes=40 * HOURS)
    starts = TODAY + 14 * DAY
    before = {"person": person, "contract": world.contracts["q"]}
    Placement.objects.filter(person=person).update(**before, valid_until=starts)
    Placement.objects.create(**before, valid_from=starts)

    (room,) = rooms_of([world.contracts["q"]])
    assert (room.load.used.minutes, room.load.starting.minutes, room.minutes.free) == (40 * HOURS, 0, 10 * HOURS)
    assert reserved([world.north], day=TODAY) == {}


def test_future_start_takes_room_everywhere(world):
    """Regression: 154 hours were shown, 90 were free."""
    person = world.person(minutes=40 * HOURS)
    starts = TODAY + 60 * DAY
    Placement.objects.filter(person=person).update(valid_until=starts)
    Placement.objects.create(person=person, contract=world.contracts["q"], valid_from=starts)

    by_desk = next(room for room in rooms_of([world.contracts["q"]]))
    by_queue = queue_page(contract=world.contracts["q"], actor=SYSTEM).room
    by_quota = effect_of(
        QuotaChange(contract=world.contracts["q"], valid_from=TODAY, minutes=50 * HOURS, reason="Prov")
    ).changed.room
    assert {by_desk.minutes.free, by_queue.minutes.free, by_quota.minutes.free} == {10 * HOURS}
    assert exit_preview(provider=world.p, areas=[world.north], day=TODAY).free_minutes == 10 * HOURS
    # 10 of 50 hours are free: another 46 would be few.
    Contract.objects.get(pk=world.contracts["q"].pk).ceilings.update(minutes=41 * HOURS)
    assert bands(area=world.north, day=TODAY)[world.q.pk].room == "few"


def test_future_contract_changes_no_other_queue(world):
    """Regression: a contract of 2023 made the overview show 22 and the queue page 30."""
    person = wishing(world, world.p)
    person.care_decisions.update(valid_until=datetime.date(2022, 12, 31))
    Contract.objects.filter(pk=world.contracts["q"].pk).update(valid_from=datetime.date(2023, 1, 1))

    lines = {line.room.contract.provider.code: line for line in queue_lines(actor=SYSTEM)}
    assert lines["p"].size == queue_page(contract=world.contracts["p"], actor=SYSTEM).size
    assert lines["p"].size.persons == 1
    assert lines["q"].room.day == datetime.date(2023, 1, 1)


def test_household_has_one_place_on_every_page(world):
    """Regression: place 3 on the citizen's page was 4 on the desk (households against persons)."""
    couple = [wishing(world, world.p, together=True, minutes=5 * HOURS) for _ in range(2)]
    home = Household.objects.create()
    for person in couple:
        HouseholdMember.objects.create(household=home, person=person, valid_from=FIRST)
    behind = wishing(world, world.p, on=FIRST + DAY)
    night(world)

    page = queue_page(contract=world.contracts["p"], actor=SYSTEM)
    assert {place.person: place.waiter.place for place in page.places} == {couple[0]: 1, couple[1]: 1, behind: 2}
    assert (page.size.households, page.size.persons) == (2, 3)
    for person, place in ((couple[0], 1), (couple[1], 1), (behind, 2)):
        positions = {wait.contract.pk: position for wait, position in positions_of(person, today=TODAY)}
        assert positions[world.contracts["p"].pk] == QueuePosition(place, page.size)


def test_exit_preview_counts_remaining_clients(world):
    leaving = world.person(minutes=10 * HOURS, current=world.p)
    Placement.objects.filter(person=leaving).update(valid_until=TODAY + 10 * DAY)
    dead = world.person(minutes=10 * HOURS, current=world.p)
    dead.deceased_on = TODAY
    dead.save()

    clients = exit_preview(provider=world.p, areas=[world.north], day=TODAY + 30 * DAY).clients
    assert (clients.persons, clients.minutes) == (1, 10 * HOURS)


def test_leaving_provider_counts_while_it_has_clients(world):
    Contract.objects.filter(pk=world.contracts["p"].pk).update(valid_until=TODAY - DAY)
    exit = world.p.exits.create(status="open", reason="contract", ends_on=TODAY - DAY, moved_by=TODAY + 30 * DAY)
    exit.contracts.set([world.contracts["p"]])

    here = area_rooms([world.north], day=TODAY)[0]
    assert {room.contract.provider.code: room.load.used.persons for room in here.external} == {"p": 1, "q": 0}
    assert here.external_minutes == 10 * HOURS


def test_unit_that_can_never_fit_is_outside_the_queue_and_informed(world):
    large = wishing(world, world.p, minutes=20 * HOURS)
    small = wishing(world, world.p, on=FIRST + DAY)

    waiters = {
        waiter.person_id: waiter for waiter in queue(world.contracts["p"], day=day_of(world.contracts["p"], TODAY))
    }
    assert (waiters[large.pk].place, waiters[large.pk].why) == (None, "never_fits")
    assert waiters[small.pk].place == 1
    assert queue_size(world.contracts["p"], day=day_of(world.contracts["p"], TODAY)).persons == 1


def test_two_who_would_choose_together_with_a_third_wait_each_on_their_own_on_the_queue_s_page(world):
    """They were in its size and in the next night, and its page showed nobody."""
    pair = [wishing(world, world.p, together=True) for _ in range(2)]
    make_household(*pair, world.person())

    page = queue_page(contract=world.contracts["p"], actor=SYSTEM)
    assert page.size.households == 2
    assert {place.waiter.person_id for place in page.places} == {person.pk for person in pair}
    assert sorted(place.number for place in page.places) == [1, 2]
