"""Provider exit. The acceptance scenario is 2024: ended Friday 17 May, phoned from the 20th, all moved by the 24th."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allocation.facts.people import placement_on
from allocation.facts.served import served
from allocation.models import ContactAttempt, ContactTask, Offer, OutcomeRow, ProviderExit
from allocation.nightly import run_night
from allocation.services import (
    apply_run,
    approve_run,
    clients_of,
    decide_exit,
    finish_exit,
    place_manually,
    propose_exit,
    record_attempt,
    start_exit,
)
from allocation.snapshot.problem import take_snapshot
from allocation.summary import run_summary
from common import clock
from letters.models import Letter
from letters.services import create_exit_letters, create_letters, load_texts
from providers import services
from tests.world import HOURS, LONG_AGO, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

FRIDAY = datetime.date(2024, 5, 17)
MONDAY = datetime.date(2024, 5, 20)
TUESDAY = datetime.date(2024, 5, 21)
LAST = datetime.date(2024, 5, 24)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(settings):
    """p has lost its permit; q and r have room. The externals have all of their share, and one unit waits for more."""
    settings.CLOCK_TODAY = FRIDAY
    world = make_world(no_answer_rule="keep", share_bp=4000, p_minutes=80 * HOURS, q_minutes=40 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=LONG_AGO)
    r = services.add_provider(code="r", name="Utförare r", kind="private", actor=SYSTEM)
    world.contracts["r"] = services.add_contract(provider=r, area=world.north, valid_from=LONG_AGO, actor=SYSTEM)
    services.add_ceiling(contract=world.contracts["r"], valid_from=LONG_AGO, minutes=60 * HOURS, actor=SYSTEM)
    world.r = r
    for _ in range(9):
        world.person()
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def clients(world):
    """Six clients with ten hours and one with an alarm only."""
    return [world.person(current=world.p) for _ in range(6)] + [world.person(current=world.p, minutes=0)]


def leave(world, **more):
    given = {"provider": world.p, "ends_on": FRIDAY + DAY, "moved_by": LAST, "reason": "permit", "actor": SYSTEM}
    return decide_exit(exit=start_exit(**given | more), approve=True, actor=SYSTEM)


def provider_of(person, day):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def move(exit, starts_on=TUESDAY):
    run = propose_exit(exit=exit, starts_on=starts_on, actor=staff("forslag", "admin"))
    return apply_run(run=approve_run(run=run, actor=SYSTEM), actor=SYSTEM)


def test_exit_of_2024(world, clients, settings):
    waiting = world.person(minutes=30 * HOURS)
    world.choose(waiting, world.q, round=None, received_on=FRIDAY - 30 * DAY)
    world.choose(clients[0], world.p, world.q, round=None, received_on=FRIDAY - 60 * DAY)
    exit = leave(world)
    # Everybody is on the call list, the alarm-only client too.
    assert {task.person for task in ContactTask.objects.filter(exit=exit)} == set(clients)
    # The weekend: no placement changes.
    settings.CLOCK_TODAY = MONDAY
    run_night(business_date=MONDAY, actor=SYSTEM)
    assert {provider_of(person, MONDAY) for person in clients} == {"p"}
    # Monday: one client states a wish by phone, one does not answer.
    officer = staff("anna", "case_officer")
    tasks = {task.person_id: task for task in ContactTask.objects.filter(exit=exit)}
    world.choose(clients[1], world.r, round=None, received_on=MONDAY, channel="phone")
    record_attempt(task=tasks[clients[1].pk], tried=0, result="reached", note="Vill till r", actor=officer)
    record_attempt(task=tasks[clients[2].pk], tried=0, result="no_answer", actor=officer)
    assert ContactTask.objects.get(pk=tasks[clients[1].pk].pk).status == "done"
    assert ContactTask.objects.get(pk=tasks[clients[2].pk].pk).status == "to_do"
    assert ContactAttempt.objects.count() == 2
    # Dry run: no placement changes.
    admin = staff("forslag", "admin")
    run = propose_exit(exit=exit, starts_on=TUESDAY, actor=admin)
    assert {provider_of(person, TUESDAY) for person in clients} == {"p"}
    assert run.rows.filter(person__in=clients).count() == 7
    with pytest.raises(ValidationError, match="inget har ändrats"):
        propose_exit(exit=exit, starts_on=TUESDAY, actor=admin)
    apply_run(run=approve_run(run=run, actor=SYSTEM), actor=SYSTEM)
    # All have an external provider from Tuesday, stated wishes are followed, and nobody has passed the waiting unit.
    got = {person: provider_of(person, TUESDAY) for person in clients}
    assert set(got.values()) == {"q", "r"}
    assert (got[clients[0]], got[clients[1]]) == ("q", "r")
    assert provider_of(waiting, TUESDAY) == "kommunen"
    how = dict(run.rows.values_list("person", "how"))
    assert how[clients[0].pk] == OutcomeRow.How.WISH
    assert how[clients[3].pk] == OutcomeRow.How.EXIT
    # Her first wish ended with the provider; she got the second on her list.
    assert run.rows.get(person=clients[0]).wish_rank == 2
    assert create_letters(run=run, actor=SYSTEM) == 7
    assert "Din utförare kan inte hjälpa dig längre" not in Letter.objects.get(person=clients[0]).facts["how"]
    settings.CLOCK_TODAY = LAST
    assert finish_exit(exit=exit, actor=SYSTEM).status == "done"
    # The ceilings hold, and the share has not grown.
    night = run_night(business_date=LAST, actor=SYSTEM)
    assert night.report["areas"][0]["external_minutes"] == 60 * HOURS


def test_leaving_provider_gets_no_clients_and_its_offers_are_withdrawn(world, clients):
    wishing = world.person()
    world.choose(wishing, world.p, round=None, received_on=FRIDAY - DAY)
    offer = Offer.objects.create(
        person=wishing, contract=world.contracts["p"], unit=wishing.reference, minutes=600,
        answer_by=LAST, starts_on=LAST + DAY,
    )  # fmt: skip
    leave(world)
    offer.refresh_from_db()
    assert offer.status == "withdrawn"
    run_night(business_date=FRIDAY, actor=SYSTEM)
    assert provider_of(wishing, LAST + 30 * DAY) == "kommunen"


def test_client_without_a_new_provider_blocks_completion(world, clients):
    for code in ("q", "r"):
        services.change_ceiling(contract=world.contracts[code], valid_from=FRIDAY, minutes=20 * HOURS, actor=SYSTEM)
    exit = leave(world)
    run = move(exit)
    # Nobody stands in a queue: they are sent where there is room, and have not wished for it.
    (area,) = run_summary(run=run).areas
    assert {contract.waiting_persons for contract in area.contracts} == {0}
    # Four of ten hours fit. The alarm-only client is in the same queue, before or behind those who do not fit.
    left = list(clients_of(exit, day=LAST))
    assert len(set(left) & set(clients[:6])) == 2
    with pytest.raises(ValidationError, match=f"inte har någon ny utförare än: {len(left)}"):
        finish_exit(exit=exit, actor=SYSTEM)
    # Nobody is without care on that date, and an officer gets each case.
    report = run_night(business_date=LAST, actor=SYSTEM).report
    assert (report["contract_ended"], report["interim"]) == (len(left), len(left))
    assert {provider_of(person, LAST) for person in left} == {"kommunen"}
    assert ContactTask.objects.filter(kind=ContactTask.Kind.GAP).count() == len(left)


def test_municipal_rule_takes_clients_without_room(world, clients):
    for code in ("q", "r"):
        services.change_ceiling(contract=world.contracts[code], valid_from=FRIDAY, minutes=20 * HOURS, actor=SYSTEM)
    exit = leave(world, rule=ProviderExit.Rule.ANY)
    move(exit)
    got = [provider_of(person, TUESDAY) for person in clients]
    assert got[:6].count("kommunen") == 2
    assert "p" not in got


def test_clients_of_a_leaving_provider_do_not_pass_the_queue(world, clients):
    """The head of q's queue does not fit q. A client from p waits behind it, and goes to r."""
    waiting = world.person(minutes=45 * HOURS, current=world.r)
    services.change_ceiling(contract=world.contracts["r"], valid_from=FRIDAY, minutes=200 * HOURS, actor=SYSTEM)
    world.choose(waiting, world.q, world.r, round=None, received_on=FRIDAY - 30 * DAY)
    services.change_ceiling(contract=world.contracts["q"], valid_from=FRIDAY, minutes=46 * HOURS, actor=SYSTEM)
    world.person(minutes=2 * HOURS, current=world.q)
    exit = leave(world)
    move(exit)
    assert {provider_of(person, TUESDAY) for person in clients} == {"r"}


def test_fallbacks_are_dated_by_the_swedish_day_of_the_exit(world, clients):
    exit = leave(world)
    run = propose_exit(exit=exit, starts_on=TUESDAY, actor=staff("forslag", "admin"))
    half_past_midnight = datetime.datetime(2024, 5, 17, 0, 30, tzinfo=clock.STOCKHOLM)
    ProviderExit.objects.update(created_at=half_past_midnight)
    run.refresh_from_db()

    units = [unit for unit in take_snapshot(run).problem.units if len(unit.wishes) > 1]

    assert {wish.date for unit in units for wish in unit.wishes} == {FRIDAY}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"provider": "municipal"}, "kan inte lämna"),
        ({"moved_by": FRIDAY - 5 * DAY}, "innan avtalet upphör"),
        ({"ends_on": datetime.date(2015, 1, 1), "moved_by": LAST}, "Slutdatum måste ligga efter"),
    ],
)
def test_invalid_exit_is_refused(world, clients, more, words):
    if "provider" in more:
        more = {"provider": world.municipal}
    with pytest.raises(ValidationError, match=words):
        leave(world, **more)
    world.contracts["p"].refresh_from_db()
    assert world.contracts["p"].valid_until is None


def test_exit_needs_approval_before_any_contract_ends(world, clients):
    first, second = staff("forsta", "admin"), staff("andra", "admin")
    given = {"provider": world.p, "ends_on": FRIDAY + DAY, "moved_by": LAST, "reason": "permit"}
    exit = start_exit(**given, actor=first)
    contract = world.contracts["p"]
    assert (exit.status, ContactTask.objects.count()) == ("proposed", 0)
    contract.refresh_from_db()
    assert contract.valid_until is None
    with pytest.raises(ValidationError, match="En annan person"):
        decide_exit(exit=exit, approve=True, actor=first)
    decide_exit(exit=exit, approve=True, actor=second)
    contract.refresh_from_db()
    assert (contract.valid_until, ContactTask.objects.count()) == (FRIDAY + DAY, 7)
    with pytest.raises(ValidationError, match="redan avgjort"):
        decide_exit(exit=exit, approve=False, actor=first)
    exit.refresh_from_db()
    exit.decided_by_id = first.user_id
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        exit.save()


def test_author_may_withdraw_the_exit(world, clients):
    first = staff("forsta", "admin")
    given = {"provider": world.p, "ends_on": FRIDAY + DAY, "moved_by": LAST, "reason": "permit"}
    decide_exit(exit=start_exit(**given, actor=first), approve=False, actor=first)
    world.contracts["p"].refresh_from_db()
    assert world.contracts["p"].valid_until is None
    # It can be registered again.
    assert start_exit(**given, actor=first).status == "proposed"


def test_municipality_provides_interim_care_until_each_client_has_moved(world, clients, settings):
    """Dated interim care is no placement: the clients' minutes stay external, and nobody passes them (ADR 8)."""
    waiting = world.person(minutes=30 * HOURS)
    world.choose(waiting, world.q, round=None, received_on=FRIDAY - 30 * DAY)
    exit = leave(world, meanwhile="municipal")
    assert {provider_of(person, FRIDAY) for person in clients} == {"p"}
    assert {provider_of(person, FRIDAY + DAY) for person in clients} == {"kommunen"}
    settings.CLOCK_TODAY = MONDAY
    night = run_night(business_date=MONDAY, actor=SYSTEM)
    assert night.report["areas"][0]["external_minutes"] == 60 * HOURS
    assert provider_of(waiting, MONDAY + 60 * DAY) == "kommunen"
    now = served(day=MONDAY)
    assert (now.nobody, now.interim, now.unexplained) == (0, 7, 0)
    move(exit)
    assert {provider_of(person, TUESDAY) for person in clients} == {"q", "r"}
    settings.CLOCK_TODAY = LAST
    assert served(day=LAST).interim == 0
    assert finish_exit(exit=exit, actor=SYSTEM).status == "done"


def test_clients_without_room_are_reported_on_the_last_day(world, clients, settings):
    for code in ("q", "r"):
        services.change_ceiling(contract=world.contracts[code], valid_from=FRIDAY, minutes=20 * HOURS, actor=SYSTEM)
    exit = leave(world, meanwhile="municipal")
    move(exit)
    left = set(clients_of(exit, day=LAST))
    assert left
    settings.CLOCK_TODAY = LAST
    assert {provider_of(person, LAST) for person in left} == {"kommunen"}
    # Interim care explained by the exit is unexplained afterwards.
    assert served(day=LAST).unexplained == len(left)


def test_exit_letters_are_written_to_remaining_clients_only(world, clients):
    """Regression: four people were told that a provider closes who had another one by then."""
    exit = leave(world, ends_on=LAST, moved_by=LAST)
    place_manually(person=clients[0], provider=world.q, starts_on=MONDAY, reason="Vill byta", actor=SYSTEM)
    create_exit_letters(exit=exit, actor=SYSTEM)
    informed = set(Letter.objects.filter(kind="exit").values_list("person", flat=True))
    assert informed == {client.pk for client in clients[1:]}
