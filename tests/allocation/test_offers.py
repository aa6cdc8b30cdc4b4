"""Answers to offers: yes takes the place within the limits, no ends one wish, silence is neither."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allocation.facts.people import placement_on
from allocation.models import AllocationRun, Offer
from allocation.nightly import run_night
from allocation.services import accept_offer, break_silence, decline_offer, expire_offers, withdraw_offer
from choices.models import Household, HouseholdMember
from choices.selectors import current_choice_of
from providers.models import Municipality
from providers.services import change_ceiling
from tests.world import HOURS, SYSTEM, make_world

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
CHOSEN = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    world = make_world(no_answer_rule="keep", share_bp=5000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    Municipality.objects.update(night_mode="offer")
    for _ in range(10):
        world.person()
    return world


def wishing(world, *ranking, minutes=10 * HOURS, **more):
    person = world.person(minutes=minutes)
    world.choose(person, *ranking, round=None, received_on=CHOSEN, **more)
    return person


def offered(person):
    run_night(business_date=TONIGHT, actor=SYSTEM)
    return Offer.objects.get(person=person)


def provider_of(person, day):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def test_a_yes_takes_the_place_from_the_day_it_begins(world):
    person = wishing(world, world.p)
    offer = accept_offer(offer=offered(person), actor=SYSTEM)
    assert offer.status == "accepted"
    assert provider_of(person, offer.starts_on - DAY) == "kommunen"
    assert provider_of(person, offer.starts_on) == "p"
    # Said twice, by two clicks or two officers: once.
    assert accept_offer(offer=offer, actor=SYSTEM).placement_id == offer.placement_id


def test_a_no_ends_that_wish_and_no_other(world):
    person = wishing(world, world.p, world.q)
    offer = decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    assert offer.status == "declined"
    wish = current_choice_of(person=person).wishes.get()
    assert (wish.provider, wish.queue_date) == (world.q, CHOSEN)
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert Offer.objects.get(person=person, status="open").contract == world.contracts["q"]


def test_a_no_to_the_only_wish_means_staying(world):
    person = wishing(world, world.p)
    decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    assert current_choice_of(person=person).wishes.get().provider == world.municipal
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert Offer.objects.count() == 1


def test_after_the_last_day_it_is_too_late(world):
    offer = offered(wishing(world, world.p))
    assert expire_offers(day=offer.answer_by, actor=SYSTEM) == 0
    assert expire_offers(day=offer.answer_by + DAY, actor=SYSTEM) == 1
    with pytest.raises(ValidationError, match="inte längre öppet"):
        accept_offer(offer=offer, actor=SYSTEM)


def test_breaking_the_silence_restores_the_queue_place(world):
    person = wishing(world, world.p)
    offer = offered(person)
    late = offer.answer_by + DAY
    run_night(business_date=late, actor=SYSTEM)
    assert not Offer.objects.filter(status="open").exists()
    with pytest.raises(ValidationError, match="har svarat"):
        break_silence(offer=Offer(pk=accepted_elsewhere(world).pk), actor=SYSTEM)
    break_silence(offer=offer, actor=SYSTEM)
    run_night(business_date=late + DAY, actor=SYSTEM)
    assert Offer.objects.filter(status="open", person=person).count() == 1


def accepted_elsewhere(world):
    person = wishing(world, world.q)
    run = AllocationRun.objects.order_by("pk").first()
    return Offer.objects.create(
        person=person, contract=world.contracts["q"], run=run, unit=person.reference, minutes=60,
        answer_by=TONIGHT, starts_on=TONIGHT + DAY, status="declined", answered_at="2020-11-23T10:00Z",
    )  # fmt: skip


@pytest.mark.parametrize("what", ["ceiling", "contract"])
def test_a_yes_never_passes_a_limit_that_has_sunk(world, what):
    person = wishing(world, world.p)
    offer = offered(person)
    if what == "ceiling":
        change_ceiling(contract=world.contracts["p"], valid_from=offer.starts_on, minutes=60, actor=SYSTEM)
    else:
        world.contracts["p"].valid_until = offer.starts_on
        world.contracts["p"].save()
    with pytest.raises(ValidationError, match="under utförarens tak" if what == "ceiling" else "inget avtal"):
        accept_offer(offer=offer, actor=SYSTEM)
    offer.refresh_from_db()
    assert offer.status == "open"
    assert provider_of(person, offer.starts_on) == "kommunen"


def test_a_household_moves_when_all_have_said_yes(world):
    home = Household.objects.create()
    pair = [wishing(world, world.p, together=True) for _ in range(2)]
    for person in pair:
        HouseholdMember.objects.create(household=home, person=person, valid_from=datetime.date(2016, 1, 1))
    run_night(business_date=TONIGHT, actor=SYSTEM)
    first, second = Offer.objects.order_by("pk")
    assert first.unit == second.unit == home.reference
    first = accept_offer(offer=first, actor=SYSTEM)
    assert provider_of(first.person, first.starts_on) == "kommunen"
    # The room stays promised meanwhile.
    done = run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert done.report["areas"][0]["external_minutes"] == 20 * HOURS
    accept_offer(offer=second, actor=SYSTEM)
    assert {provider_of(person, first.starts_on) for person in pair} == {"p"}


def test_a_household_where_one_says_no_stays(world):
    home = Household.objects.create()
    pair = [wishing(world, world.p, together=True) for _ in range(2)]
    for person in pair:
        HouseholdMember.objects.create(household=home, person=person, valid_from=datetime.date(2016, 1, 1))
    run_night(business_date=TONIGHT, actor=SYSTEM)
    first, second = Offer.objects.order_by("pk")
    accept_offer(offer=first, actor=SYSTEM)
    decline_offer(offer=second, channel="phone", actor=SYSTEM)
    first.refresh_from_db()
    assert first.status == "withdrawn"
    assert {provider_of(person, first.starts_on) for person in pair} == {"kommunen"}


def test_an_offer_taken_back_frees_its_room(world):
    offer = offered(wishing(world, world.p))
    withdraw_offer(offer=offer, reason="Fel uppgift", actor=SYSTEM)
    with pytest.raises(ValidationError, match="inte längre öppet"):
        accept_offer(offer=offer, actor=SYSTEM)


def test_a_person_has_one_unfinished_offer(world):
    offer = offered(wishing(world, world.p))
    with pytest.raises(IntegrityError, match="allocation_offer_one_open"), transaction.atomic():
        Offer.objects.create(
            person=offer.person, contract=world.contracts["q"], minutes=1, unit="x",
            answer_by=TONIGHT, starts_on=TONIGHT + DAY,
        )  # fmt: skip
