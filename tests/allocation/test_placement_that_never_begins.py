"""A provider leaves before a decided placement there has begun: the placement before it goes on."""

import datetime

import pytest
from django.db.models import F

from administration.exits.deciding import decide, undo
from allocation.facts.exit_preview import exit_preview
from allocation.facts.people import placement_on
from allocation.facts.room import Amount
from allocation.models import ContactTask, Placement
from allocation.nightly import run_night
from allocation.services import clients_of, place_manually, record_attempt, start_exit
from choices.models import Person
from desk.calls import call
from letters.content_check import faults_of
from letters.models import Letter
from letters.services import correct_void_decisions, create_manual_placement_letter, load_texts
from providers.services import add_area, add_contract, end_contract
from tests.world import HOURS, LONG_AGO, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)
ENDS = TODAY + DAY
STARTS = TODAY + 14 * DAY
MOVED_BY = TODAY + 10 * DAY


@pytest.fixture
def world():
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=100 * HOURS, q_minutes=100 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=LONG_AGO)
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def person(world):
    """A client of q with a placement at p from ``STARTS``."""
    person = world.person(current=world.q)
    place(person, world.p, STARTS)
    return person


def place(person, provider, day):
    return place_manually(person=person, provider=provider, starts_on=day, reason="Önskar byta", actor=SYSTEM)


def leave(world, **more):
    given = {"provider": world.p, "ends_on": ENDS, "moved_by": MOVED_BY, "reason": "permit"}
    exit = start_exit(**given | more, actor=SYSTEM)
    return decide(exit=exit, approve=True, actor=SYSTEM)


def periods(person):
    """Provider, first day and end of each placement that covers some day."""
    placements = Placement.objects.covering_some_day().filter(person=person).order_by("valid_from")
    return [(each.contract.provider.code, each.valid_from, each.valid_until) for each in placements]


@pytest.mark.parametrize("meanwhile", ["leaving", "municipal"])
def test_the_provider_before_goes_on_when_the_exit_is_decided(world, person, meanwhile):
    exit = leave(world, meanwhile=meanwhile)
    assert periods(person) == [("q", LONG_AGO, None)]
    assert person not in clients_of(exit)
    # The person is told by phone, and no gap follows in the nights.
    task = ContactTask.objects.get(person=person)
    assert (task.exit, task.kind) == (exit, "exit")
    said = call(reference=task.reference, actor=staff("anna", "case_officer")).say
    assert said[:2] == ["Utförare p slutar.", "Utförare q hjälper dig nu."]
    run_night(business_date=MOVED_BY, actor=SYSTEM)
    assert periods(person) == [("q", LONG_AGO, None)]
    assert not ContactTask.objects.filter(kind="gap").exists()


def test_person_is_phoned_where_the_clients_are_not(world, person):
    """The letter may say that we phone."""
    world.person(current=world.p)
    leave(world, phone_first=False)
    assert ContactTask.objects.get().person == person


def test_preview_of_the_exit_tells_who_keep_their_provider(world, person):
    clients = [world.person(current=world.p) for _ in range(2)]
    preview = exit_preview(provider=world.p, areas=[world.north], day=ENDS)
    assert (preview.clients, preview.keep) == (Amount(20 * HOURS, 2), Amount(10 * HOURS, 1))
    assert set(clients_of(leave(world))) == set(clients)


def test_client_who_would_begin_anew_at_the_same_provider_is_no_exception_in_the_preview(world):
    client = world.person(current=world.p)
    Placement.objects.filter(person=client).update(valid_until=STARTS)
    Placement.objects.create(person=client, contract=world.contracts["p"], valid_from=STARTS)
    assert exit_preview(provider=world.p, areas=[world.north], day=ENDS).keep == Amount()
    assert client in clients_of(leave(world))


def test_placement_that_begins_before_the_contract_ends_begins(world, person):
    exit = leave(world, ends_on=STARTS + DAY, moved_by=STARTS + 5 * DAY)
    assert periods(person) == [("q", LONG_AGO, STARTS), ("p", STARTS, None)]
    assert person in clients_of(exit)


@pytest.mark.parametrize("hindrance", ["contract", "nobody", "area"])
def test_client_stays_with_the_exit_where_nothing_can_go_on(world, person, hindrance):
    if hindrance == "contract":
        end_contract(contract=world.contracts["q"], ends_on=STARTS, reason="Slut", actor=SYSTEM)
    if hindrance == "nobody":
        Placement.objects.filter(person=person, contract__provider=world.q).update(valid_until=F("valid_from"))
    if hindrance == "area":
        south = add_area(code="south", name="Södra", actor=SYSTEM)
        add_contract(provider=world.municipal, area=south, valid_from=LONG_AGO, actor=SYSTEM)
        Person.objects.filter(pk=person.pk).update(area=south)
    exit = leave(world)
    assert person in clients_of(exit)
    run_night(business_date=MOVED_BY, actor=SYSTEM)
    kinds = set(ContactTask.objects.filter(person=person).values_list("kind", flat=True))
    assert kinds == {"exit", "new_area" if hindrance == "area" else "gap"}


def test_placement_decided_for_a_later_day_still_begins(world, person):
    never = Placement.objects.get(person=person, contract__provider=world.p)
    later = STARTS + 20 * DAY
    never.valid_until = later
    never.save()
    Placement.objects.create(person=person, contract=world.contracts["kommunen"], valid_from=later)
    leave(world)
    assert periods(person) == [("q", LONG_AGO, later), ("kommunen", later, None)]


@pytest.mark.parametrize("starts", [TODAY + 2 * DAY, STARTS])
def test_the_night_does_the_same_for_a_contract_that_ended_without_an_exit(world, starts):
    person = world.person(current=world.q)
    place(person, world.p, starts)
    end_contract(contract=world.contracts["p"], ends_on=ENDS, reason="Slut", actor=SYSTEM)
    report = run_night(business_date=TODAY + 2 * DAY, actor=SYSTEM).report
    assert (report["contract_ended"], report["interim"]) == (0, 0)
    assert periods(person) == [("q", LONG_AGO, None)]
    assert ContactTask.objects.get().kind == "exit"


def test_undo_of_the_exit_leaves_the_person_with_the_provider_before(world, person):
    exit = leave(world, ends_on=TODAY + 5 * DAY)
    task = ContactTask.objects.get(person=person)
    record_attempt(task=task, tried=0, result="reached", actor=staff("anna", "case_officer"))
    undo(exit=exit, reason="Rätten har ändrat beslutet", actor=staff("karin", "senior_officer"))
    assert periods(person) == [("q", LONG_AGO, None)]
    assert placement_on(person=person, day=STARTS).contract.provider == world.q
    task.refresh_from_db()
    assert task.status == "to_do"


def test_letter_about_the_placement_is_held_or_corrected(world):
    told, waits = world.person(current=world.q), world.person(current=world.q)
    for person in (told, waits):
        create_manual_placement_letter(placement=place(person, world.p, STARTS), actor=SYSTEM)
    sent, unsent = Letter.objects.get(person=told), Letter.objects.get(person=waits)
    Letter.objects.filter(pk=sent.pk).update(posted_on=TODAY)
    leave(world)
    unsent.refresh_from_db()
    assert (unsent.route, unsent.hold_reason) == ("hold", "Utförarens avtal slutar innan placeringen börjar.")
    correction = Letter.objects.get(corrects=sent)
    assert correction.facts["takes_back"]["why"] == (
        "Utförare p kan inte börja hos dig den 7 december 2020. Utförare q fortsätter att komma till dig."
    )
    # The night finds nothing more to correct.
    assert correct_void_decisions(actor=SYSTEM) == 0
    assert Letter.objects.filter(person__in=(told, waits)).count() == 3


def test_letter_about_a_placement_replaced_earlier_is_not_corrected(world, person, settings):
    never = Placement.objects.get(person=person, contract__provider=world.p)
    create_manual_placement_letter(placement=never, actor=SYSTEM)
    Letter.objects.update(posted_on=TODAY)
    place(person, world.municipal, STARTS + DAY)
    settings.CLOCK_TODAY = TODAY + DAY
    leave(world, ends_on=TODAY + 2 * DAY)
    assert not Letter.objects.filter(kind="correction").exists()


def test_letter_says_that_we_phone_where_nobody_is_decided(world):
    person = world.person(current=world.q)
    placement = place(person, world.p, STARTS)
    create_manual_placement_letter(placement=placement, actor=SYSTEM)
    Letter.objects.update(posted_on=TODAY)
    for contract in (world.contracts["q"], world.contracts["p"]):
        end_contract(contract=contract, ends_on=ENDS, reason="Slut", actor=SYSTEM)
    run_night(business_date=TODAY + 2 * DAY, actor=SYSTEM)
    assert correct_void_decisions(actor=SYSTEM) == 1
    why = Letter.objects.get(kind="correction").facts["takes_back"]["why"]
    assert why.endswith("Vi ringer dig och berättar vem som kommer till dig.")


def test_letter_about_a_void_placement_of_a_run_does_not_pass_the_content_check(world, person):
    placement = Placement.objects.get(person=person, contract__provider=world.p)
    create_manual_placement_letter(placement=placement, actor=SYSTEM)
    Placement.objects.filter(pk=placement.pk).update(valid_until=F("valid_from"))
    faults = faults_of(Letter.objects.select_related("person", "run", "placement", "round", "exit", "offer", "choice"))
    assert "Placeringen gäller inte längre." in [fault for _reference, fault in faults]
