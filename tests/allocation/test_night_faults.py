"""Concurrent and killed nights: nothing lost, nothing duplicated."""

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from administration.night import do_night
from allocation.models import AllocationRun, Night, NightStart, Placement
from allocation.nightly import NightDone, due_night, run_night
from allocation.nightly.morning_report import morning_report
from allocation.nightly.schedule import MOST_STARTS
from allocation.services import manual_placement, place_manually, room_check
from common import clock
from letters.models import Letter
from letters.services import load_texts
from providers.services import change_ceiling
from tests.administration.main_job.conftest import database_url
from tests.allocation.racing import Meeting, both_at_once
from tests.long_form import LONG
from tests.processes import Forked, Statements, killed_before
from tests.world import HOURS, SYSTEM, make_world

pytestmark = pytest.mark.django_db(transaction=True)

TONIGHT = datetime.date(2020, 11, 23)
STARTS = TONIGHT + datetime.timedelta(days=14)
CHOSEN = datetime.date(2020, 11, 2)
ROOT = Path(__file__).resolve().parents[2]
KILLS = 60 if LONG else 8


@pytest.fixture
def world():
    world = make_world(no_answer_rule="keep", share_bp=5000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    for _ in range(10):
        world.person()
    load_texts(actor=SYSTEM)
    return world


def choose(world, person, *ranking, on=CHOSEN):
    return world.choose(person, *ranking, round=None, received_on=on)


def test_two_workers_run_one_night(world):
    choose(world, world.person(), world.p)

    def work():
        return run_night(business_date=TONIGHT, actor=SYSTEM)

    assert {type(result) for result in both_at_once(work, work)} == {Night, NightDone}
    assert AllocationRun.objects.count() == Night.objects.count() == 1
    assert Placement.objects.filter(run__isnull=False).count() == 1


@pytest.mark.parametrize("lock", ["off", "on"])
def test_two_officers_cannot_take_the_same_last_room(world, monkeypatch, lock):
    """Without the lock both see the room, and the ceiling is exceeded."""
    change_ceiling(contract=world.contracts["p"], valid_from=CHOSEN, minutes=15 * HOURS, actor=SYSTEM)
    people = [world.person(), world.person()]
    if lock == "off":
        monkeypatch.setattr(manual_placement, "lock_room", lambda areas: None)
    monkeypatch.setattr(manual_placement, "check_room", Meeting(lock=lock).after(room_check.check_room))

    def place(person):
        return lambda: place_manually(person=person, provider=world.p, starts_on=STARTS, reason="Språk", actor=SYSTEM)

    kinds = [type(result) for result in both_at_once(*map(place, people))]
    minutes = 10 * HOURS * Placement.objects.filter(contract=world.contracts["p"]).count()
    if lock == "off":
        assert kinds == [Placement, Placement]
        assert minutes > 15 * HOURS
    else:
        assert set(kinds) == {Placement, ValidationError}
        assert minutes == 10 * HOURS


def state():
    """Everything a night writes, except random and clock values."""
    with transaction.atomic(), connection.cursor() as cursor:
        # In one snapshot: the server may still be committing a statement of a killed process.
        if len(connection.atomic_blocks) == 1:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _state()


def _state():
    placements = [
        (each.person_id, each.contract_id, each.valid_from, each.valid_until, each.interim, each.run_id is None)
        for each in Placement.objects.order_by("person", "valid_from", "pk")
    ]
    letters = Letter.objects.order_by("person", "kind", "version").values_list("person", "kind", "version")
    runs = AllocationRun.objects.order_by("business_date").values_list("kind", "business_date", "status")
    return placements, list(letters), list(runs)


def start_night(day):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test",
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "manage.py", "run_night", "--date", day.isoformat()]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def test_state_is_correct_after_a_kill_at_any_moment(world):
    """kill -9 before random statements, then a complete night: the state equals that of an undisturbed night."""
    for number in range(30):
        choose(world, world.person(minutes=2 * HOURS), world.p, on=CHOSEN + datetime.timedelta(days=number % 20))
    dying = world.person(minutes=30 * HOURS, current=world.p)
    dying.deceased_on = TONIGHT
    dying.save()

    def night():
        do_night(business_date=TONIGHT, actor=SYSTEM)

    before, statements = state(), Statements()
    with transaction.atomic():
        with connection.execute_wrapper(statements):
            night()
        undisturbed = state()
        transaction.set_rollback(True)
    assert undisturbed != before
    assert statements.sent > 50
    # A process sends a few less: what was read here first is cached there.
    for number in (1, *random.Random(1).sample(range(2, statements.sent - 10), KILLS)):
        assert killed_before(number, night) == -signal.SIGKILL
        assert state() == before
    start_night(TONIGHT).wait(timeout=300)
    assert state() == undisturbed


def test_night_that_kills_its_process_is_not_retried_forever(world):
    """Regression: attempts were counted in an exception handler, so kill -9 left no mark and the night was retried all
    day.
    """
    choose(world, world.person(), world.p)
    four = datetime.datetime.combine(TONIGHT, datetime.time(4), tzinfo=clock.STOCKHOLM)
    with connection.cursor() as cursor:
        # The night blocks here on its claim until it is killed.
        cursor.execute("BEGIN; LOCK TABLE allocation_night IN ACCESS EXCLUSIVE MODE")
        for _ in range(MOST_STARTS):
            started = NightStart.objects.count()
            process = Forked(lambda: do_night(business_date=TONIGHT, actor=SYSTEM))
            while NightStart.objects.count() == started:
                assert process.poll() is None
                time.sleep(0.01)
            process.kill()
            process.wait()
        cursor.execute("ROLLBACK")

    assert not Night.objects.exists()
    assert due_night(four) is None
    assert morning_report(now=four).problem is not None
    # An operator runs it manually.
    start_night(TONIGHT).wait(timeout=300)
    assert Night.objects.get().business_date == TONIGHT
