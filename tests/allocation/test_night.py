"""The night on a small world in a real database: endings free room, and room goes to the queue."""

import datetime

import pytest
import structlog
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from administration.night import do_night
from administration.tasks import night as night_task
from allocation import nightly
from allocation.engine import Fault
from allocation.facts.people import placement_on
from allocation.models import (
    AllocationRun,
    AreaDate,
    ContactTask,
    Night,
    NightStart,
    Offer,
    OutcomeRow,
    Placement,
    RunFailure,
)
from allocation.nightly import NightDone, due_night, missed_nights, run_night
from allocation.nightly.morning_report import morning_report
from allocation.services import compute
from allocation.services.failures import record_failure
from choices.models import CareDecision
from common.clock import STOCKHOLM
from letters.models import Letter
from letters.services import load_texts
from providers.models import Municipality
from providers.services import change_ceiling
from tests.world import HOURS, SYSTEM, make_world

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
STARTS = TONIGHT + datetime.timedelta(days=14)
CHOSEN = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """No open round; 100 municipal hours, so that the share of 50 % is at least 50 hours."""
    world = make_world(no_answer_rule="guarantees", share_bp=5000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    for _ in range(10):
        world.person()
    load_texts(actor=SYSTEM)
    return world


def choose(world, person, *ranking, on=CHOSEN, **more):
    return world.choose(person, *ranking, round=None, received_on=on, **more)


def night(day=TONIGHT):
    return run_night(business_date=day, actor=SYSTEM)


def offers_by_night():
    Municipality.objects.update(night_mode="offer")


def provider_of(person, day=STARTS):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def test_wish_with_room_is_met_after_the_notice_period(world):
    person = world.person()
    choose(world, person, world.p)
    done = night()
    assert (provider_of(person, STARTS - DAY), provider_of(person)) == ("kommunen", "p")
    assert done.report["placements"] == 1
    assert (done.run.status, done.run.effective_date) == ("applied", STARTS)
    # Rows only for affected people.
    assert list(done.run.rows.values_list("person", flat=True)) == [person.pk]


def test_death_frees_room_for_the_head_of_the_queue(world):
    dying, waiting = world.person(minutes=40 * HOURS, current=world.p), world.person(minutes=40 * HOURS)
    choose(world, waiting, world.p)
    night()
    assert provider_of(waiting, STARTS) == "kommunen"
    since = AreaDate.objects.get(person=waiting, cleared_by=None)
    assert since.since == CHOSEN
    dying.deceased_on = TONIGHT
    dying.save()
    done = night(TONIGHT + DAY)
    assert done.report["died"] == 1
    assert provider_of(dying, TONIGHT + DAY) is None
    assert provider_of(waiting, STARTS + DAY) == "p"
    since.refresh_from_db()
    assert since.cleared_by == done.run


def test_night_is_idempotent(world):
    choose(world, world.person(), world.p)
    night()
    before = Placement.objects.count(), AllocationRun.objects.count()
    with pytest.raises(NightDone):
        night()
    assert (Placement.objects.count(), AllocationRun.objects.count()) == before


def test_night_without_changes_writes_nothing(world):
    choose(world, world.person(), world.p)
    choose(world, world.person(minutes=90 * HOURS), world.q)
    night()
    placements = list(Placement.objects.order_by("pk").values())
    done = night(TONIGHT + DAY)
    assert list(Placement.objects.order_by("pk").values()) == placements
    assert done.report["placements"] == 0
    assert done.report["waiting"] == 1


def test_waiting_people_keep_their_lottery_number(world):
    """Many people with one queue date: their order is the same every night."""
    change_ceiling(contract=world.contracts["p"], valid_from=datetime.date(2020, 2, 1), minutes=0 + 30, actor=SYSTEM)
    people = [world.person(minutes=20) for _ in range(12)]
    for person in people:
        choose(world, person, world.p)

    def order(run):
        places = {row.person_id: row.unmet[0]["place_in_queue"] for row in run.rows.exclude(unmet=[])}
        return sorted(places, key=places.get)

    first, second = order(night().run), order(night(TONIGHT + DAY).run)
    assert len(first) == 11
    assert first == second


def new_person(world, *, decided_on):
    person = world.person()
    person.placements.all().delete()
    person.care_decisions.update(decided_on=decided_on, valid_from=decided_on)
    return person


def test_new_person_has_an_interim_provider_and_time_to_choose(world):
    world.contracts["p"].guarantees.create(valid_from=datetime.date(2020, 1, 1), minutes=20 * HOURS)
    new, late = new_person(world, decided_on=TONIGHT), new_person(world, decided_on=TONIGHT - 22 * DAY)
    report = night().report
    assert report["interim"] == 2
    interim = placement_on(person=new, day=TONIGHT)
    assert (interim.interim, interim.contract.provider.code) == (True, "kommunen")
    assert provider_of(new) == "kommunen"
    # No answer within the days to choose: the no-answer rule, which here fills guarantees.
    assert provider_of(late) == "p"
    assert late.outcome_rows.get().how == OutcomeRow.How.NO_ANSWER_GUARANTEE
    # A long-time municipal client without an answer is not moved.
    assert Placement.objects.filter(run__isnull=False).count() == 1


def test_interim_provider_ends_with_the_choice(world):
    new = new_person(world, decided_on=TONIGHT)
    choose(world, new, world.municipal)
    night()
    placement = placement_on(person=new, day=STARTS)
    assert (placement.contract.provider.code, placement.interim) == ("kommunen", False)


def test_move_to_another_area_is_reported_to_officers(world):
    from providers import services

    south = services.add_area(code="south", name="Södra", actor=SYSTEM)
    services.add_contract(provider=world.municipal, area=south, valid_from=datetime.date(2016, 1, 1), actor=SYSTEM)
    person = world.person(current=world.p)
    person.area = south
    person.save()
    assert night().report["new_area"] == 1
    assert provider_of(person, TONIGHT) == "kommunen"
    assert ContactTask.objects.get().kind == ContactTask.Kind.NEW_AREA


def test_long_ended_decision_ends_the_placement_and_a_recent_one_waits_for_renewal(world):
    long_ago, recent = world.person(current=world.p), world.person(current=world.p)
    CareDecision.objects.filter(person=long_ago).update(valid_until=TONIGHT - 40 * DAY)
    CareDecision.objects.filter(person=recent).update(valid_until=TONIGHT - 2 * DAY)
    report = night().report
    assert report["help_ended"] == 1
    assert provider_of(long_ago, TONIGHT) is None
    assert provider_of(recent, TONIGHT) == "p"


def test_contract_that_ends_without_an_exit_is_reported_as_a_gap(world):
    person = world.person(current=world.q)
    world.contracts["q"].valid_until = TONIGHT
    world.contracts["q"].save()
    report = night().report
    assert (report["contract_ended"], report["interim"]) == (1, 1)
    assert provider_of(person, TONIGHT) == "kommunen"
    assert ContactTask.objects.get().kind == ContactTask.Kind.GAP


def test_areas_of_an_open_round_are_skipped(world):
    world.round.areas.add(world.north)
    person = world.person()
    choose(world, person, world.p)
    done = night()
    assert done.report["areas_in_round"] == ["north"]
    assert done.report["placements"] == 0
    assert provider_of(person) == "kommunen"


def test_area_without_the_municipality_does_not_stop_the_night(world):
    """A new area whose contracts are not entered yet: the others are allocated, and officers see who has nobody."""
    from providers import services

    south = services.add_area(code="south", name="Södra", actor=SYSTEM)
    moved, served = world.person(current=world.p), world.person()
    moved.area = south
    moved.save()
    choose(world, served, world.p)
    done = night()
    assert (done.report["areas_without_municipality"], done.report["without_provider"]) == (1, 1)
    assert (provider_of(moved, STARTS), provider_of(served, STARTS)) == (None, "p")


# --- Offers ------------------------------------------------------------------------------------------------------


def test_offer_mode_offers_to_the_head_of_the_queue(world):
    offers_by_night()
    person = world.person()
    choose(world, person, world.p)
    done = night()
    offer = Offer.objects.get()
    assert (offer.person, offer.contract, offer.minutes) == (person, world.contracts["p"], 10 * HOURS)
    assert offer.answer_by == TONIGHT + 10 * DAY
    assert offer.starts_on > offer.answer_by
    assert provider_of(person, offer.starts_on) == "kommunen"
    assert done.report["offers"] == 1
    # The next night the offer stands, and its room is reserved.
    again = night(TONIGHT + DAY)
    assert Offer.objects.count() == 1
    p = next(row for row in again.report["areas"] if row["area"] == "north")
    assert p["external_minutes"] == 10 * HOURS


def test_offer_reserves_the_current_place_until_accepted(world):
    """a has p's last room and is offered q; b waits for p and gets an offer only after a accepts and moves."""
    offers_by_night()
    a, b = world.person(minutes=45 * HOURS, current=world.p), world.person(minutes=45 * HOURS, current=world.q)
    for _ in range(20):
        world.person()
    change_ceiling(
        contract=world.contracts["q"], valid_from=datetime.date(2020, 2, 1), minutes=95 * HOURS, actor=SYSTEM
    )
    choose(world, a, world.q)
    choose(world, b, world.p)
    night()
    assert [offer.person for offer in Offer.objects.all()] == [a]


def test_direct_mode_swaps_the_same_two(world):
    a, b = world.person(minutes=45 * HOURS, current=world.p), world.person(minutes=45 * HOURS, current=world.q)
    choose(world, a, world.q)
    choose(world, b, world.p)
    night()
    assert (provider_of(a), provider_of(b)) == ("q", "p")


def test_expired_offer_rests_the_wish_and_the_queue_continues(world):
    offers_by_night()
    silent, next_in_line = world.person(minutes=40 * HOURS), world.person(minutes=40 * HOURS)
    choose(world, silent, world.p)
    choose(world, next_in_line, world.p, on=CHOSEN + DAY)
    night()
    # The last day is a Thursday; answers by post that day are registered on the Friday.
    late = TONIGHT + 12 * DAY
    assert night(late).report["offers_expired"] == 1
    first, second = Offer.objects.order_by("pk")
    assert (first.person, first.status) == (silent, "expired")
    assert (second.person, second.status) == (next_in_line, "open")
    assert ContactTask.objects.get().kind == ContactTask.Kind.SILENT
    # The queue date is kept.
    assert AreaDate.objects.get(person=silent, cleared_by=None).since == CHOSEN


# --- Schedule ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2021-03-10 01:29", False),
        ("2021-03-10 01:30", True),
        ("2021-03-10 23:50", True),
        # 28 March 2021 has no 02:30; 31 October has it twice.
        ("2021-03-28 03:00", True),
        ("2021-10-31 02:30", True),
    ],
)
def test_night_is_due_by_swedish_time(moment, due):
    from common.clock import STOCKHOLM

    now = datetime.datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM)
    assert (due_night(now) == now.date()) is due


def test_repeated_hour_gives_one_night():
    from common.clock import STOCKHOLM

    first = datetime.datetime(2021, 10, 31, 2, 30, tzinfo=STOCKHOLM, fold=0)
    again = first.replace(fold=1)
    assert again.astimezone(datetime.UTC) - first.astimezone(datetime.UTC) == datetime.timedelta(hours=1)
    assert due_night(first) is not None
    Night.objects.create(business_date=first.date())
    assert due_night(again) is None


def test_missed_night_is_caught_up_and_reported(world):
    night(TONIGHT - 3 * DAY)
    assert missed_nights(TONIGHT) == [TONIGHT - 2 * DAY, TONIGHT - DAY]
    assert night().report["missed"] == ["2020-11-21", "2020-11-22"]


# --- Failure, letters ----------------------------------------------------------------------------------------------


def test_failed_night_changes_nothing_and_is_reported(world, monkeypatch, mailoutbox, settings):
    settings.ADMINS = [("Drift", "drift@provkoping.example")]
    person, dead = world.person(), world.person(current=world.p, deceased_on=TONIGHT)
    choose(world, person, world.p)
    before = list(Placement.objects.order_by("pk").values())
    # The audit finds the fault after placements of the dead have been closed.
    monkeypatch.setattr(compute.engine, "audit", lambda *_: [Fault("/placements", "P3 somebody was passed")])
    for _ in range(3):
        with pytest.raises(compute.AuditFailed):
            do_night(business_date=TONIGHT, actor=SYSTEM)
    assert list(Placement.objects.order_by("pk").values()) == before
    assert not Night.objects.exists()
    assert not AllocationRun.objects.exists()
    assert RunFailure.objects.count() == len(mailoutbox) == 3
    assert dead.full_name not in mailoutbox[0].body
    # After three attempts it needs an operator.
    from common.clock import STOCKHOLM

    assert due_night(datetime.datetime(2020, 11, 23, 4, 0, tzinfo=STOCKHOLM)) is None
    monkeypatch.undo()
    assert do_night(business_date=TONIGHT, actor=SYSTEM).report["placements"] == 1


def test_letters_go_to_people_whose_provider_changes(world):
    placed, waiting = world.person(), world.person(minutes=90 * HOURS)
    choose(world, placed, world.p)
    choose(world, waiting, world.p, on=CHOSEN + DAY)
    done = do_night(business_date=TONIGHT, actor=SYSTEM)
    assert done.report["letters"] == 2
    letters = {(letter.person, letter.kind) for letter in Letter.objects.all()}
    assert letters == {(placed, "decision"), (waiting, "queue")}


def test_waiting_letter_is_sent_once_per_choice(world):
    waiting = world.person(minutes=90 * HOURS)
    choose(world, waiting, world.p)
    assert do_night(business_date=TONIGHT, actor=SYSTEM).report["letters"] == 1
    assert do_night(business_date=TONIGHT + DAY, actor=SYSTEM).report["letters"] == 0
    assert [letter.kind for letter in Letter.objects.filter(person=waiting)] == ["queue"]


def test_task_runs_a_due_night_once(world, monkeypatch):
    monkeypatch.setattr("common.clock.seconds_ahead", lambda: 0.0)
    with time_machine.travel(datetime.datetime(2020, 11, 23, 4, 0, tzinfo=datetime.UTC), tick=False):
        night_task()
        night_task()
    assert [done.business_date for done in Night.objects.all()] == [TONIGHT]


def test_worker_with_a_wrong_clock_does_no_night(world):
    """Its clock is years behind the database's."""
    with (
        time_machine.travel(datetime.datetime(2020, 11, 23, 4, 0, tzinfo=datetime.UTC), tick=False),
        structlog.testing.capture_logs() as lines,
    ):
        night_task()
    assert not Night.objects.exists()
    assert [line["event"] for line in lines] == ["night.clock_wrong"]


def test_no_night_before_one_that_is_done(world):
    """The clock of the machine went back, or was ahead: what a later night did is not undone by another."""
    do_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert due_night(datetime.datetime(2020, 11, 23, 4, 0, tzinfo=STOCKHOLM)) is None
    with pytest.raises(nightly.NightPassed):
        do_night(business_date=TONIGHT, actor=SYSTEM)
    assert Night.objects.count() == NightStart.objects.count() == 1
    assert not RunFailure.objects.exists()
    report = morning_report(now=datetime.datetime(2020, 11, 23, 4, 0, tzinfo=STOCKHOLM))
    assert "en klocka är eller var fel" in str(report.problem)
    with pytest.raises(CommandError, match="A night later than 2020-11-23 has been done"):
        call_command("run_night")
    call_command("run_night", although_later=True)
    assert Night.objects.count() == 2


def test_schedule_leaves_time_for_retries_before_office_hours(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["casework.night"]
    assert entry["task"] == night_task.name
    assert entry["schedule"] <= 3600
    assert settings.CELERY_TIMEZONE == "Europe/Stockholm"
    assert datetime.time(6) > nightly.schedule.NOT_BEFORE


def test_failure_repeats_no_row_of_the_database(mailoutbox, caplog, settings):
    """It is mailed, logged and shown on the home page."""
    settings.ADMINS = [("Drift", "drift@provkoping.example")]
    refused = IntegrityError(
        'new row for relation "choices_person" violates check constraint "choices_person_has_a_name"\n'
        "DETAIL:  Failing row contains (7, 193001019805, Xylofina, Dolderström, Hemligahallonstigen 7).\n"
    )
    failure = record_failure(kind=AllocationRun.Kind.NIGHT, business_date=datetime.date(2020, 11, 23), error=refused)
    said = failure.error + mailoutbox[0].body + caplog.text
    assert 'IntegrityError: new row for relation "choices_person"' in failure.error
    assert not [trace for trace in ("Xylofina", "Dolderström", "Hemliga", "193001019805") if trace in said]
