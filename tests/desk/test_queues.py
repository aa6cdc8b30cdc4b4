"""The current queue, places offered in its order, more hours by the engine, and named manual decisions."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from allocation.facts.people import placement_on
from allocation.models import AllocationRun, ContactTask, Offer
from allocation.nightly import run_night
from allocation.services import accept_offer, expire_offers, offer_places
from allocation.services.manual_offers import next_in_queue
from choices.models import Household, HouseholdMember, Person
from desk.more_room import more_room
from desk.queues import queue_lines, queue_page
from letters.models import Letter
from letters.services import load_texts
from providers.models import Guarantee
from tests.world import HOURS, LONG_AGO, SYSTEM, World, make_world, staff

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
FIRST = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world() -> World:
    """p is full from the start; the share is not."""
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    world.person(minutes=10 * HOURS, current=world.p)
    for _ in range(5):
        world.person(minutes=20 * HOURS)
    load_texts(actor=SYSTEM)
    return world


def _wishing(world: World, *ranking: object, on: datetime.date = FIRST, minutes: int = 10 * HOURS, **more) -> Person:
    person = world.person(minutes=minutes)
    world.choose(person, *ranking, round=None, received_on=on, **more)
    return person


def _night() -> AllocationRun:
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    assert run is not None
    return run


def _raise(world: World, hours: int) -> None:
    world.contracts["p"].ceilings.update(minutes=hours * HOURS)


def _order(world: World, provider: str = "p") -> list[Person]:
    page = queue_page(contract=world.contracts[provider], actor=SYSTEM)
    return [place.person for place in page.places if place.person]


def test_order_and_reasons_equal_those_of_the_night(world: World):
    persons = [_wishing(world, world.p, on=FIRST + DAY * (n % 3)) for n in range(9)]
    run = _night()

    by_night = {}
    for row in run.rows.filter(person__in=persons):
        by_night[row.person] = next(line["place_in_queue"] for line in row.unmet if line["provider"] == "p")
    page = queue_page(contract=world.contracts["p"], actor=SYSTEM)
    assert {place.person: place.waiter.place for place in page.places} == by_night
    assert {place.waiter.why for place in page.places} == {"ceiling"}
    assert all(place.waiter.same_day and place.waiter.drawn for place in page.places)


def test_met_and_withdrawn_wishes_are_not_in_the_queue(world: World):
    waits = _wishing(world, world.p)
    second = _wishing(world, world.q, world.p)
    at_q = world.person(current=world.q)
    world.choose(at_q, world.q, world.p, round=None, received_on=FIRST)
    changed = _wishing(world, world.p)
    world.choose(changed, world.municipal, round=None, received_on=FIRST + DAY)
    dead = _wishing(world, world.p)
    Person.objects.filter(pk=dead.pk).update(deceased_on=TONIGHT)

    assert set(_order(world)) == {waits, second}
    sizes = {line.room.contract: line.size.persons for line in queue_lines(actor=SYSTEM)}
    assert sizes == {world.contracts["p"]: 2, world.contracts["q"]: len(_order(world, "q"))}


def test_protected_people_change_nothing_for_readers_without_access(world: World):
    hidden = _wishing(world, world.p)
    hidden.confidential = True
    hidden.save()
    seen = _wishing(world, world.p, on=FIRST + DAY)
    officer = staff("anna", Role.CASE_OFFICER)

    page = queue_page(contract=world.contracts["p"], actor=officer)
    assert [(place.person, place.number) for place in page.places] == [(seen, None)]
    # One number on all pages, and used room on none: the difference would reveal a person.
    assert page.size.persons == 1
    assert not page.is_whole
    assert {line.room.contract: line.size.persons for line in queue_lines(actor=officer)}[page.room.contract] == 1
    # Free room is true for everybody, and so is a person's own place.
    senior = staff("lena", Role.SENIOR_OFFICER)
    whole = queue_page(contract=world.contracts["p"], actor=senior)
    assert [place.number for place in whole.places] == [1, 2]
    assert whole.size.persons == 2
    assert whole.room.minutes.free == page.room.minutes.free


def test_offers_go_to_the_first_who_fit_and_pass_nobody(world: World):
    big = _wishing(world, world.p, minutes=30 * HOURS)
    small = _wishing(world, world.p, on=FIRST + DAY, minutes=5 * HOURS)
    _night()

    # There is room for the small unit, but not for the head.
    _raise(world, 35)
    with pytest.raises(ValidationError, match="ingen som väntar"):
        offer_places(contract=world.contracts["p"], most=5, actor=SYSTEM)
    _raise(world, 45)
    offers = offer_places(contract=world.contracts["p"], most=1, actor=SYSTEM)
    assert [offer.person for offer in offers] == [big]
    offers = offer_places(contract=world.contracts["p"], most=5, actor=SYSTEM)
    assert [offer.person for offer in offers] == [small]


@pytest.mark.parametrize("hours", [35, 40, 44, 45, 80])
def test_page_says_who_fits_now_as_the_engine_does(world: World, hours: int):
    _wishing(world, world.p, minutes=30 * HOURS)
    _wishing(world, world.p, on=FIRST + DAY, minutes=5 * HOURS)
    _night()
    _raise(world, hours)
    contract = world.contracts["p"]
    head = queue_page(contract=contract, actor=SYSTEM).head

    assert head.fitting == len(next_in_queue(contract=contract)) == sum(hours >= needed for needed in (40, 45))
    # 10 of the hours are in use.
    met = {check.name: check.is_met for check in head.checks}
    assert met.pop("Tak") == (hours >= 40)
    assert all(met.values())
    assert head.missing_minutes == max(40 - hours, 0) * HOURS
    if hours < 40:
        assert "behöver 30 tim" in head.summary.replace("\N{NO-BREAK SPACE}", " ")
        assert "25 tim" in head.summary.replace("\N{NO-BREAK SPACE}", " ")


def test_page_says_when_the_share_or_a_guarantee_stops_the_first(world: World):
    """145 hours in the area. P has 10 of them, and the first needs 30 more."""
    _wishing(world, world.p, minutes=30 * HOURS)
    world.person(minutes=5 * HOURS)
    _night()
    _raise(world, 100)
    contract = world.contracts["p"]
    for share_bp, guaranteed, obstacle in ((2700, 0, "Andel"), (3200, 10, "Garanti"), (3200, 0, None)):
        world.north.share_steps.update(share_bp=share_bp)
        if guaranteed:
            Guarantee.objects.create(contract=world.contracts["q"], valid_from=LONG_AGO, minutes=guaranteed * HOURS)
        head = queue_page(contract=contract, actor=SYSTEM).head
        world.contracts["q"].guarantees.all().delete()

        stopped = [check.name for check in head.checks if not check.is_met]
        assert obstacle in (*stopped, None)
        assert bool(head.fitting) == (not stopped) == (obstacle is None)
        # More room under the ceiling would not help.
        assert head.missing_minutes == 0


def test_household_needs_room_for_all_of_it(world: World):
    pair = [_wishing(world, world.p, together=True) for _ in range(2)]
    home = Household.objects.create()
    for person in pair:
        HouseholdMember.objects.create(household=home, person=person, valid_from=FIRST)
    _night()
    _raise(world, 25)
    head = queue_page(contract=world.contracts["p"], actor=SYSTEM).head

    assert (head.persons, head.minutes, head.fitting) == (2, 20 * HOURS, 0)
    assert "2 personer" in head.summary


def test_main_action_is_the_possible_one(world: World, client: Client):
    _wishing(world, world.p, minutes=30 * HOURS)
    _night()
    client.force_login(User.objects.get(pk=staff("lena", Role.SENIOR_OFFICER).user_id))
    address = reverse("casework:queue", args=[world.north.code, "p"])
    for hours, main, value in ((35, "Räkna", 5), (60, "Lämna erbjudanden", 1)):
        _raise(world, hours)
        page = client.get(address).text
        (label,) = re.findall(r'button--primary[^"]*">([^<]+)<', page)
        assert (label, f'value="{value}"' in page) == (main, True)
        assert "är kvar." in page


def test_person_before_their_first_night_waits_for_one(world: World):
    _wishing(world, world.p)
    _raise(world, 100)

    with pytest.raises(ValidationError, match="nattkörning"):
        offer_places(contract=world.contracts["p"], most=1, actor=SYSTEM)


def test_household_is_offered_jointly_and_again_after_silence(world: World):
    pair = [_wishing(world, world.p, together=True) for _ in range(2)]
    home = Household.objects.create()
    for person in pair:
        HouseholdMember.objects.create(household=home, person=person, valid_from=FIRST)
    _night()
    _raise(world, 100)

    offers = offer_places(contract=world.contracts["p"], most=1, actor=SYSTEM)
    assert {offer.person for offer in offers} == set(pair)
    assert len({offer.unit for offer in offers}) == 1
    # Silent twice: a call each time.
    for _ in range(2):
        assert expire_offers(day=offers[0].answer_by + 2 * DAY, actor=SYSTEM) > 0
        Offer.objects.filter(status="expired").update(silence_broken_at=datetime.datetime.now(tz=datetime.UTC))
        ContactTask.objects.filter(status="to_do").update(status="done", done_at=datetime.datetime.now(tz=datetime.UTC))
        offers = offer_places(contract=world.contracts["p"], most=1, actor=SYSTEM)
    assert ContactTask.objects.filter(kind="silent").count() >= 2
    for offer in offers:
        accept_offer(offer=offer, actor=SYSTEM)
    assert {placement_on(person=person, day=offers[0].starts_on).contract for person in pair} == {world.contracts["p"]}


def test_more_hours_preview_equals_the_night(world: World):
    persons = [_wishing(world, world.p, on=FIRST + DAY * n) for n in range(6)]
    _night()

    what_if = more_room(contract=world.contracts["p"], minutes=35 * HOURS, actor=SYSTEM)
    assert set(what_if.persons) == set(persons[:3])
    assert what_if.taken_minutes == 30 * HOURS
    assert not Offer.objects.exists()
    _raise(world, 45)
    offers = offer_places(contract=world.contracts["p"], most=20, actor=SYSTEM)
    assert {offer.person for offer in offers} == set(what_if.persons)


def test_too_few_hours_place_nobody_with_an_explanation(world: World):
    _wishing(world, world.p, minutes=30 * HOURS)
    _raise(world, 35)
    _night()

    what_if = more_room(contract=world.contracts["p"], minutes=2 * HOURS, actor=SYSTEM)
    assert (what_if.persons, what_if.why_none) == ([], "Utförare p har inte plats för all din hjälp just nu.")


# --- Pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def client_of(world: World):
    def client_for(role: Role) -> tuple[Client, Actor]:
        actor = staff(role.value, role)
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        return client, actor

    return client_for


def test_offers_are_made_from_the_page_with_letters(world: World, client_of):
    person = _wishing(world, world.p)
    _night()
    _raise(world, 100)
    client, _ = client_of(Role.CASE_OFFICER)
    address = reverse("casework:queue", args=["north", "p"])

    page = client.post(address, {"most": "3"}, follow=True).content.decode()
    assert "1 erbjudande är lämnat" in page
    assert "Har ett erbjudande" in page
    assert Letter.objects.filter(kind="offer", person=person, offer__isnull=False).count() == 1
    assert "Med 40" in client.get(address, {"timmar": "40"}).content.decode()
    assert "Utförare p" in client.get(reverse("casework:queues")).content.decode()


def test_number_of_offers_made_is_that_of_the_list_beside_it(world: World, client_of):
    """Of three, one is to a protected person; then one more, to another."""
    address = reverse("casework:queue", args=["north", "p"])
    seen = [_wishing(world, world.p) for _ in range(2)]
    hidden = [_wishing(world, world.p, on=FIRST + days * DAY) for days in (1, 2)]
    Person.objects.filter(pk__in=[person.pk for person in hidden]).update(confidential=True)
    _night()
    _raise(world, 100)
    client, _ = client_of(Role.CASE_OFFICER)

    page = client.post(address, {"most": "3"}, follow=True)
    assert Offer.objects.filter(person__in=[*seen, hidden[0]]).count() == 3
    assert "2 erbjudanden är lämnade." in page.text
    assert len(page.context["offers"]) == 2
    page = client.post(address, {"most": "1"}, follow=True)
    assert Offer.objects.filter(person=hidden[1]).count() == 1
    assert "Erbjudandena är lämnade." in page.text


def test_manual_placement_with_a_reason_within_the_limits(world: World, client_of):
    person = world.person(minutes=10 * HOURS)
    client, actor = client_of(Role.SENIOR_OFFICER)
    address = reverse("casework:manual_placement", args=[person.reference])

    def send(provider: str, **fields: str):
        seen = client.get(address).context["form"]["seen"].value()
        data = {"provider": provider, "first_day": "2020-12-10", "reason": "Särskilda skäl: demens.", "seen": seen}
        return client.post(address, {**data, **fields})

    assert "Det finns inte plats under utförarens tak." in send("p").content.decode()
    assert "Skriv varför." in send("q", reason="").content.decode()
    assert send("q").status_code == 302
    placement = placement_on(person=person, day=datetime.date(2020, 12, 10))
    assert (placement.contract, placement.reason) == (world.contracts["q"], "Särskilda skäl: demens.")
    assert placement.decided_by_id == actor.user_id
    assert Letter.objects.filter(placement=placement, kind="decision").exists()


def test_second_officer_reads_the_first_ones_manual_decision(world: World, client_of):
    person = world.person(minutes=10 * HOURS)
    client, _ = client_of(Role.SENIOR_OFFICER)
    address = reverse("casework:manual_placement", args=[person.reference])
    seen = client.get(address).context["form"]["seen"].value()
    data = {"provider": "q", "first_day": "2020-12-10", "reason": "Särskilda skäl.", "seen": seen}
    client.post(address, data)

    response = client.post(address, data)

    assert response.status_code == 409
    assert "Utförare q från 10 december 2020" in response.content.decode().replace("\n", " ")
    assert person.placements.count() == 2
