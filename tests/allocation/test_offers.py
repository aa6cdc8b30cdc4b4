"""Answers to offers: yes takes the place within the limits, no ends one wish, silence is neither."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allocation.facts.people import placement_on
from allocation.models import AllocationRun, Offer
from allocation.models.run import MOVES
from allocation.nightly import run_night
from allocation.services import (
    accept_offer,
    break_silence,
    decline_offer,
    expire_offers,
    offer_places,
    undo_answer,
    withdraw_offer,
)
from allocation.services.room_check import start_placement
from choices.selectors import current_choice_of, wishes_left
from common import clock
from providers.models import Area, Contract, Municipality
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


def test_yes_takes_the_place_from_its_first_day(world):
    person = wishing(world, world.p)
    offer = offered(person)
    # Until then the person has not got another provider.
    assert (offer.run.figures["moved"], offer.run.rows.filter(MOVES).count()) == (0, 0)
    offer = accept_offer(offer=offer, actor=SYSTEM)
    assert offer.status == "accepted"
    assert provider_of(person, offer.starts_on - DAY) == "kommunen"
    assert provider_of(person, offer.starts_on) == "p"
    # A second yes (double click, two officers) has no effect.
    assert accept_offer(offer=offer, actor=SYSTEM).placement_id == offer.placement_id


def test_no_ends_only_that_wish(world):
    person = wishing(world, world.p, world.q)
    offer = decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    assert offer.status == "declined"
    # No new choice: reference and dates are unchanged.
    choice = person.choices.get()
    assert current_choice_of(person=person) == choice
    assert [(wish.provider, wish.queue_date) for wish in wishes_left(choice)] == [(world.q, CHOSEN)]
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert Offer.objects.get(person=person, status="open").contract == world.contracts["q"]


def test_no_to_the_only_wish_means_staying(world):
    person = wishing(world, world.p)
    decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    assert wishes_left(person.choices.get()) == []
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert Offer.objects.count() == 1


def test_answer_after_the_last_day_is_refused(world, settings):
    offer = offered(wishing(world, world.p))
    assert expire_offers(day=offer.answer_by, actor=SYSTEM) == 0
    # Mail of the last day, a Thursday, is registered on the Friday.
    assert expire_offers(day=offer.answer_by + DAY, actor=SYSTEM) == 0
    assert expire_offers(day=offer.answer_by + 2 * DAY, actor=SYSTEM) == 1
    settings.CLOCK_TODAY = offer.answer_by + 2 * DAY
    with pytest.raises(ValidationError, match="inte längre öppet"):
        accept_offer(offer=offer, actor=SYSTEM)


def test_answer_after_silence_restores_the_queue_place(world):
    person = wishing(world, world.p)
    offer = offered(person)
    late = offer.answer_by + 2 * DAY
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
def test_yes_never_exceeds_a_lowered_limit(world, what):
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


def test_withdrawn_offer_frees_its_room(world):
    offer = offered(wishing(world, world.p))
    withdraw_offer(offer=offer, reason="Fel uppgift", actor=SYSTEM)
    with pytest.raises(ValidationError, match="inte längre öppet"):
        accept_offer(offer=offer, actor=SYSTEM)


def test_person_has_one_open_offer(world):
    offer = offered(wishing(world, world.p))
    with pytest.raises(IntegrityError, match="allocation_offer_one_open"), transaction.atomic():
        Offer.objects.create(
            person=offer.person, contract=world.contracts["q"], minutes=1, unit="x",
            answer_by=TONIGHT, starts_on=TONIGHT + DAY,
        )  # fmt: skip


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_answer_counts_from_the_day_it_was_received(world, settings, answer):
    """Received on the last day, and registered after a night has closed the offer."""
    settings.CLOCK_TODAY = TONIGHT
    person = wishing(world, world.p)
    offer = offered(person)
    in_time, night = offer.answer_by, offer.answer_by + 2 * DAY
    settings.CLOCK_TODAY = night
    run_night(business_date=night, actor=SYSTEM)
    for wrong in (None, in_time + DAY, night + DAY, TONIGHT - DAY):
        with pytest.raises(ValidationError):
            accept_offer(offer=offer, received_on=wrong, actor=SYSTEM)
    if answer == "yes":
        assert accept_offer(offer=offer, received_on=in_time, actor=SYSTEM).placement_id
        assert provider_of(person, offer.starts_on) == "p"
    else:
        decline_offer(offer=offer, channel="paper", received_on=in_time, actor=SYSTEM)
        assert person.amendments.get().said_on == in_time
        run_night(business_date=night + DAY, actor=SYSTEM)
        assert Offer.objects.filter(person=person).count() == 1


def test_restored_wish_is_last_and_the_others_keep_their_dates(world):
    person = wishing(world, world.p, world.q)
    decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    today = clock.today()
    again = world.choose(person, world.p, world.q, round=None, received_on=today)
    assert {wish.provider: wish.queue_date for wish in wishes_left(again)} == {world.p: today, world.q: CHOSEN}


def test_mistaken_no_is_withdrawn_the_same_day(world):
    person = wishing(world, world.p, world.q)
    offer = decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    offer = undo_answer(offer=offer, reason="Fel person", actor=SYSTEM)
    assert (offer.status, offer.answered_at) == ("open", None)
    assert [wish.provider for wish in wishes_left(person.choices.get())] == [world.p, world.q]
    assert accept_offer(offer=offer, actor=SYSTEM).placement_id


def test_mistaken_yes_is_withdrawn_the_same_day(world):
    person = wishing(world, world.p)
    offer = accept_offer(offer=offered(person), actor=SYSTEM)
    with pytest.raises(ValidationError, match="varför"):
        undo_answer(offer=offer, reason=" ", actor=SYSTEM)
    undo_answer(offer=offer, reason="Fel person", actor=SYSTEM)
    assert provider_of(person, offer.starts_on + DAY) == "kommunen"
    assert not person.placements.covering_some_day().exclude(valid_until=None).exists()
    # Answered again.
    assert accept_offer(offer=offer, actor=SYSTEM).placement.valid_from == offer.starts_on


def test_mistaken_yes_restores_the_placement_it_replaced_before_it_began(world):
    """A placement is decided that begins before the offered one, and the yes replaces it."""
    person = wishing(world, world.p)
    offer = offered(person)
    soon = TONIGHT + 5 * DAY
    start_placement(person=person, contract=world.contracts["q"], day=soon, end_reason="Beslut")
    accept_offer(offer=offer, actor=SYSTEM)
    assert [provider_of(person, day) for day in (soon, offer.starts_on)] == ["kommunen", "p"]
    undo_answer(offer=offer, reason="Fel person", actor=SYSTEM)
    assert [provider_of(person, day) for day in (TONIGHT, soon, offer.starts_on)] == ["kommunen", "q", "q"]


def test_answer_of_an_earlier_day_is_final(world, settings):
    settings.CLOCK_TODAY = TONIGHT
    offer = decline_offer(offer=offered(wishing(world, world.p)), channel="phone", actor=SYSTEM)
    settings.CLOCK_TODAY = TONIGHT + DAY
    with pytest.raises(ValidationError, match="samma dag"):
        undo_answer(offer=offer, reason="Fel person", actor=SYSTEM)


def test_no_cannot_be_withdrawn_when_the_place_is_taken(world):
    person = wishing(world, world.p)
    offer = decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    change_ceiling(contract=world.contracts["p"], valid_from=offer.starts_on, minutes=60, actor=SYSTEM)
    with pytest.raises(ValidationError, match="tak"):
        undo_answer(offer=offer, reason="Fel person", actor=SYSTEM)
    assert Offer.objects.get().status == "declined"


def test_a_second_wish_stays_the_second_when_the_first_has_ended(world):
    person = wishing(world, world.p, world.q)
    decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)

    row = person.outcome_rows.latest("pk")
    assert (row.provider, row.act, row.wish_rank) == (world.q, "offer", 2)


def test_night_makes_the_interim_municipal_placement_permanent_when_no_wish_is_left(world):
    """The night failed for everybody: the person was stored as having got a wish that is none of theirs."""
    person = wishing(world, world.p)
    person.placements.update(interim=True)
    decline_offer(offer=offered(person), channel="phone", actor=SYSTEM)
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)

    row = person.outcome_rows.latest("pk")
    assert (row.provider, row.how, row.act, row.wish_rank) == (world.municipal, "kept", "place", None)
    assert not placement_on(person=person, day=row.run.effective_date).interim


def test_offer_for_a_future_contract_begins_with_it_and_can_be_accepted(world, settings):
    """Regression: the offered start was before the first day of the contract, so that a yes failed."""
    settings.CLOCK_TODAY = TONIGHT
    begins = TONIGHT + 60 * DAY
    Contract.objects.filter(pk=world.contracts["p"].pk).update(valid_from=begins)
    person = wishing(world, world.p)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    contract = Contract.objects.get(pk=world.contracts["p"].pk)
    with pytest.raises(ValidationError):
        offer_places(contract=contract, most=1, actor=SYSTEM)
    settings.CLOCK_TODAY = begins - 10 * DAY
    run_night(business_date=settings.CLOCK_TODAY, actor=SYSTEM)
    offer = accept_offer(offer=Offer.objects.get(person=person), actor=SYSTEM)
    assert offer.starts_on >= begins
    assert provider_of(person, offer.starts_on) == "p"


def test_yes_after_a_move_out_of_the_area_is_refused_with_that_reason(world):
    person = wishing(world, world.p)
    offer = offered(person)
    person.area = Area.objects.create(code="south", name="Södra")
    person.save()
    with pytest.raises(ValidationError, match="bor inte kvar i området"):
        accept_offer(offer=Offer.objects.get(pk=offer.pk), actor=SYSTEM)


def test_no_room_is_reserved_for_a_person_without_an_offer():
    """Two clients would like to change places, and neither can be asked before the other has gone. The room that is
    free all the same is offered to the first in the queue.
    """
    world = make_world(no_answer_rule="keep", share_bp=7000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    Municipality.objects.update(night_mode="offer")
    for _ in range(10):
        world.person()
    world.person(minutes=18 * HOURS, current=world.p)
    world.person(minutes=30 * HOURS, current=world.q)
    at_p, at_q = world.person(minutes=16 * HOURS, current=world.p), world.person(minutes=20 * HOURS, current=world.q)
    first = world.person()
    world.choose(first, world.p, round=None, received_on=CHOSEN - DAY)
    world.choose(at_p, world.q, world.p, round=None, received_on=CHOSEN)
    world.choose(at_q, world.p, world.q, round=None, received_on=CHOSEN)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    assert [offer.person for offer in Offer.objects.all()] == [first]
