"""A joint choice stays joint: one member's no is not the other's, and nobody moves alone without explicit consent."""

import datetime

import pytest

from allocation.facts.people import placement_on
from allocation.models import ContactTask, Offer
from allocation.nightly import run_night
from allocation.services import (
    ApartError,
    accept_offer,
    apart_of,
    decline_offer,
    end_wish,
    move_alone,
    offer_places,
    undo_answer,
)
from choices.models import Household, HouseholdMember
from choices.registers.death_listeners import tell_deaths
from common import clock
from providers.models import Municipality
from providers.services import add_area, add_contract
from tests.world import HOURS, LONG_AGO, SYSTEM, make_world

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
CHOSEN = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TONIGHT
    world = make_world(no_answer_rule="keep", share_bp=5000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    Municipality.objects.update(night_mode="offer")
    for _ in range(10):
        world.person()
    return world


@pytest.fixture
def pair(world):
    home = Household.objects.create()
    people = [world.person(minutes=10 * HOURS) for _ in range(2)]
    for person in people:
        HouseholdMember.objects.create(household=home, person=person, valid_from=LONG_AGO)
        world.choose(person, world.p, world.q, round=None, received_on=CHOSEN, together=True)
    return people


def offered(pair, night=TONIGHT):
    run_night(business_date=night, actor=SYSTEM)
    return [Offer.objects.get(person=person, status="open") for person in pair]


def provider_of(person, day):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def calls(kind="split"):
    return {task.person for task in ContactTask.objects.filter(kind=kind, status="to_do")}


def nights(settings, count):
    for _ in range(count):
        settings.CLOCK_TODAY += DAY
        run_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM)


def test_household_moves_when_all_have_accepted(pair):
    first, second = offered(pair)
    assert first.unit == second.unit
    accept_offer(offer=first, actor=SYSTEM)
    assert provider_of(pair[0], first.starts_on) == "kommunen"
    # The room stays reserved meanwhile.
    done = run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert done.report["areas"][0]["external_minutes"] == 20 * HOURS
    accept_offer(offer=second, actor=SYSTEM)
    assert {provider_of(person, first.starts_on) for person in pair} == {"p"}


@pytest.mark.parametrize("answered_first", [True, False])
def test_one_no_leaves_the_other_offer_open_and_calls_both(pair, settings, answered_first):
    asked, other = offered(pair)
    if answered_first:
        accept_offer(offer=asked, actor=SYSTEM)
    decline_offer(offer=other, channel="phone", actor=SYSTEM)
    asked.refresh_from_db()
    assert asked.status == "open"
    assert calls() == set(pair)
    with pytest.raises(ApartError):
        accept_offer(offer=asked, actor=SYSTEM)
    # On the following nights nobody is placed or offered a place alone.
    nights(settings, 3)
    assert {provider_of(person, asked.starts_on + DAY) for person in pair} == {"kommunen"}
    assert set(Offer.objects.filter(person=pair[0])) == {asked}


def test_consent_to_move_alone_takes_the_place(pair, settings):
    mine, other = offered(pair)
    decline_offer(offer=other, channel="phone", actor=SYSTEM)
    mine = accept_offer(offer=mine, alone=True, actor=SYSTEM)
    assert provider_of(pair[0], mine.starts_on) == "p"
    assert provider_of(pair[1], mine.starts_on) == "kommunen"
    assert pair[0] not in calls()
    # From now on each waits alone.
    nights(settings, 1)
    assert Offer.objects.get(person=pair[1], status="open").contract.provider.code == "q"


def test_household_still_waits_together_after_two_refusals(pair):
    for offer in offered(pair):
        decline_offer(offer=offer, channel="phone", actor=SYSTEM)
    first, second = offered(pair, TONIGHT + DAY)
    assert first.unit == second.unit
    assert {first.contract.provider.code, second.contract.provider.code} == {"q"}


def test_withdrawn_no_restores_the_joint_offer(pair):
    mine, other = offered(pair)
    accept_offer(offer=mine, actor=SYSTEM)
    undo_answer(offer=decline_offer(offer=other, channel="phone", actor=SYSTEM), reason="Fel", actor=SYSTEM)
    for offer in (mine, other):
        accept_offer(offer=offer, actor=SYSTEM)
    assert {provider_of(person, other.starts_on + 60 * DAY) for person in pair} == {"p"}


def test_silence_of_one_does_not_cancel_the_others_yes(pair, settings):
    mine, silent = offered(pair)
    accept_offer(offer=mine, actor=SYSTEM)
    settings.CLOCK_TODAY = silent.answer_by + 2 * DAY
    run_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM)
    mine.refresh_from_db()
    assert mine.status == "open"
    assert settings.CLOCK_TODAY < mine.answer_by < mine.starts_on
    assert pair[0] in calls()
    assert pair[1] in calls("silent")


def test_other_member_is_called_after_one_leaves_the_queue(pair, world, settings):
    for code in ("p", "q"):
        world.contracts[code].ceilings.update(minutes=20 * HOURS, valid_from=LONG_AGO)
    full = [world.person(minutes=20 * HOURS, current=provider) for provider in (world.p, world.q)]
    nights(settings, 1)
    assert not Offer.objects.exists()
    end_wish(person=pair[1], provider=world.p, channel="web", actor=SYSTEM)
    assert calls() == set(pair)
    assert apart_of(pair[0]) == [world.p]
    assert apart_of(pair[1]) == []
    full[0].care_decisions.update(minutes=0)
    nights(settings, 2)
    assert not Offer.objects.exists()
    move_alone(person=pair[0], channel="phone", actor=SYSTEM)
    assert calls() == {pair[1]}
    nights(settings, 1)
    offer = Offer.objects.get()
    assert (offer.person, offer.contract.provider) == (pair[0], world.p)


def test_survivor_is_called_after_a_death(pair):
    mine, dead = offered(pair)
    accept_offer(offer=mine, actor=SYSTEM)
    pair[1].deceased_on = TONIGHT
    pair[1].save()
    tell_deaths([pair[1].pk])
    mine.refresh_from_db()
    dead.refresh_from_db()
    assert (mine.status, dead.status) == ("open", "withdrawn")
    assert calls() == {pair[0]}
    accept_offer(offer=mine, actor=SYSTEM)
    assert provider_of(pair[0], mine.starts_on + 60 * DAY) == "p"


def test_remaining_member_is_called_after_a_move(pair, world, settings):
    south = add_area(code="south", name="Södra", actor=SYSTEM)
    add_contract(provider=world.municipal, area=south, valid_from=LONG_AGO, actor=SYSTEM)
    mine, _gone = offered(pair)
    accept_offer(offer=mine, actor=SYSTEM)
    pair[1].area = south
    pair[1].save()
    nights(settings, 1)
    mine.refresh_from_db()
    assert mine.status == "open"
    assert calls() == {pair[0]}


def test_manual_placement_follows_the_same_rules(pair, world, settings):
    run_night(business_date=TONIGHT, actor=SYSTEM)
    Offer.objects.all().delete()
    made = offer_places(contract=world.contracts["p"], most=1, actor=SYSTEM)
    assert {offer.person for offer in made} == set(pair)
    accept_offer(offer=made[0], actor=SYSTEM)
    decline_offer(offer=made[1], channel="phone", actor=SYSTEM)
    made[0].refresh_from_db()
    assert made[0].status == "open"
    assert calls() == set(pair)


def test_new_choice_of_one_does_not_place_the_other_alone(pair, world, settings):
    """One makes a new individual choice. The other is called before any change of theirs."""
    world.choose(pair[1], world.q, round=None, received_on=TONIGHT)
    nights(settings, 2)
    assert [offer.person for offer in Offer.objects.all()] == [pair[1]]
    assert calls() == {pair[0]}
    assert apart_of(pair[0]) == [world.p, world.q]
    # Asked once: a decision to continue as before ends the daily calls.
    ContactTask.objects.update(status="done", done_at=clock.now())
    nights(settings, 1)
    assert calls() == set()
    move_alone(person=pair[0], channel="phone", actor=SYSTEM)
    nights(settings, 1)
    assert Offer.objects.get(person=pair[0]).contract.provider == world.p


def test_members_with_new_individual_choices_wait_separately(pair, world, settings):
    world.choose(pair[0], world.q, round=None, received_on=TONIGHT, together=True)
    world.choose(pair[1], world.p, world.q, round=None, received_on=TONIGHT, together=True)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    assert {offer.person: offer.contract.provider for offer in Offer.objects.all()} == {
        pair[0]: world.q,
        pair[1]: world.p,
    }
