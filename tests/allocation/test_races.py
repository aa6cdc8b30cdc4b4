"""Races on two connections: each shown without its lock, then with it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from allocation.models import AllocationRun, OutcomeRow, Placement
from allocation.services import apply, apply_run, approve_run, propose, propose_round
from choices import services as choice_services
from choices.models import ChoiceRound, Wish
from choices.services import close_round
from tests.allocation.racing import Meeting, both_at_once
from tests.world import SYSTEM, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed():
    world = make_world(no_answer_rule="keep")
    person = world.person()
    for _ in range(9):
        world.person()
    world.choose(person, world.p)
    close_round(round=world.round, actor=SYSTEM)
    return world


@pytest.mark.parametrize("lock", ["off", "on"])
def test_concurrent_proposals_make_one_run(closed, monkeypatch, lock):
    """The lock on the round serialises them; without it the unique claim refuses the second."""
    if lock == "off":
        monkeypatch.setattr(ChoiceRound.objects, "select_for_update", ChoiceRound.objects.all)
    monkeypatch.setattr(propose, "claim", Meeting().before(propose.claim))

    def work():
        return propose_round(round=closed.round, actor=SYSTEM)

    results = both_at_once(work, work)
    assert {type(result) for result in results} == {AllocationRun, ValidationError}
    words = next(result for result in results if isinstance(result, ValidationError)).messages[0]
    assert words.startswith("Någon annan har just" if lock == "off" else "Det finns redan ett förslag")
    assert AllocationRun.objects.count() == 1
    assert OutcomeRow.objects.count() == 10


@pytest.mark.parametrize("lock", ["off", "on"])
def test_concurrent_applications_place_everybody_once(closed, monkeypatch, lock):
    """Without the lock both try to place everybody, and only the constraint refuses."""
    run = approve_run(run=propose_round(round=closed.round, actor=SYSTEM), actor=SYSTEM)
    if lock == "off":
        monkeypatch.setattr(apply, "locked", lambda run: AllocationRun.objects.select_related("round").get(pk=run.pk))
        monkeypatch.setattr(apply, "lock_room", lambda areas: None)
    # Both have read the run as unapplied before either writes.
    monkeypatch.setattr(apply, "check_fresh", Meeting(lock=lock).after(apply.check_fresh))

    def work():
        return apply_run(run=run, actor=SYSTEM)

    kinds = {type(result) for result in both_at_once(work, work)}
    assert kinds == ({AllocationRun, IntegrityError} if lock == "off" else {AllocationRun})
    assert Placement.objects.filter(run=run).count() == 1


@pytest.mark.parametrize(
    ("lock", "kept_date"), [("off", datetime.date(2020, 10, 5)), ("on", datetime.date(2020, 10, 1))]
)
def test_concurrent_choices_of_one_person_keep_the_queue_place(closed, monkeypatch, lock, kept_date):
    """Two officers register two letters of one person. Without the lock the second does not see the first."""
    person = closed.person()
    meeting = Meeting(lock=lock)
    if lock == "off":
        monkeypatch.setattr(choice_services, "_LOCKED", choice_services._LOCKED.removesuffix(" FOR UPDATE"))
    # The version before has been read.
    monkeypatch.setattr(choice_services.rows, "first_of_each", meeting.after(choice_services.rows.first_of_each))

    def first():
        return closed.choose(person, closed.p, round=None, received_on=datetime.date(2020, 10, 1))

    def second():
        meeting.first_is_here.wait(timeout=5)
        return closed.choose(person, closed.q, closed.p, round=None, received_on=datetime.date(2020, 10, 5))

    both_at_once(first, second)
    # The stored version: without the lock a correction may be added beside it afterwards.
    wishes = Wish.objects.filter(choice__person=person, choice__received_on=datetime.date(2020, 10, 5))
    assert wishes.filter(provider=closed.p).earliest("choice_id").queue_date == kept_date
