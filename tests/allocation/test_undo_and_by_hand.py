"""Undo before the start day; manual placements inside the hard limits; replay of an archived run."""

import datetime
import gzip
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from administration.night import do_night
from allocation.facts.people import now_and_next, placement_on
from allocation.models import AreaDate, ContactTask, Offer, Placement, RunDocument
from allocation.nightly import run_night
from allocation.services import accept_offer, place_manually, undo_run
from audit.models import Event
from letters.content_check import faults_of
from letters.models import Letter
from letters.services import create_manual_placement_letter, load_texts
from providers.models import Municipality
from tests.world import HOURS, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
STARTS = TONIGHT + datetime.timedelta(days=14)
CHOSEN = datetime.date(2020, 11, 2)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """130 hours with three more people: the share of 50 % is 65 hours."""
    world = make_world(no_answer_rule="keep", share_bp=5000)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    for _ in range(10):
        world.person()
    return world


def provider_of(person, day=STARTS):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def choose(world, person, *ranking):
    return world.choose(person, *ranking, round=None, received_on=CHOSEN)


def test_undo_restores_the_state_and_keeps_the_history(world):
    placed, waiting = world.person(), world.person(minutes=60 * HOURS)
    choose(world, placed, world.p)
    choose(world, waiting, world.p)
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    assert provider_of(placed) == "p"
    undone = undo_run(run=run, reason="Fel tak", actor=SYSTEM)
    assert (undone.status, undone.cancel_reason) == ("undone", "Fel tak")
    assert provider_of(placed) == "kommunen"
    assert placed.placements.get(run=None).valid_until is None
    assert now_and_next(person=placed, day=TONIGHT)[1] is None
    # History shows the undo: a placement that ends on its first day.
    taken_back = placed.placements.get(run=run)
    assert taken_back.valid_from == taken_back.valid_until == STARTS
    assert not AreaDate.objects.filter(cleared_by=None).exists()
    assert Event.objects.filter(action="run.undone").exists()
    # The next night has the room again.
    run_night(business_date=TONIGHT + DAY, actor=SYSTEM)
    assert provider_of(placed, STARTS + DAY) == "p"


@pytest.mark.parametrize("why", ["in effect", "no reason", "accepted", "built upon"])
def test_refused_undo_gives_the_reason(world, why, settings):
    if why == "accepted":
        Municipality.objects.update(night_mode="offer")
    person = world.person()
    choose(world, person, world.p)
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    words = {
        "in effect": "gäller redan",
        "no reason": "Skriv varför",
        "accepted": "bygger på",
        "built upon": "bygger på",
    }
    if why == "in effect":
        settings.CLOCK_TODAY = STARTS
    if why == "accepted":
        accept_offer(offer=Offer.objects.get(), actor=SYSTEM)
    if why == "built upon":
        place_manually(person=person, provider=world.q, starts_on=STARTS + 5 * DAY, reason="Språk", actor=SYSTEM)
    with pytest.raises(ValidationError, match=words[why]):
        undo_run(run=run, reason="" if why == "no reason" else "Fel", actor=SYSTEM)
    assert not ContactTask.objects.filter(status="dropped").exists()


def test_manual_placement_passes_the_queue_with_a_name_and_a_reason(world):
    senior = staff("ansvarig", "senior_officer")
    first, second = world.person(minutes=60 * HOURS), world.person()
    choose(world, first, world.p)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    assert provider_of(first) == "kommunen"
    placement = place_manually(
        person=second, provider=world.p, starts_on=STARTS, reason="Talar bara finska", actor=senior
    )
    assert (placement.decided_by_id, placement.reason) == (senior.user_id, "Talar bara finska")
    assert provider_of(second) == "p"
    event = Event.objects.get(action="placement.by_hand")
    assert (event.person_reference, event.user_id) == (second.reference, senior.user_id)


def test_letter_about_a_placement_from_today_names_the_provider_that_ends(world, settings):
    settings.CLOCK_TODAY = TONIGHT
    load_texts(actor=SYSTEM)
    person = world.person()
    placement = place_manually(person=person, provider=world.p, starts_on=TONIGHT, reason="Behövs nu", actor=SYSTEM)
    create_manual_placement_letter(placement=placement, actor=SYSTEM)
    assert person.letters.get().facts["before"] == world.municipal.name


@pytest.mark.parametrize("limit", ["ceiling", "share", "guarantee"])
def test_manual_placement_never_exceeds_a_hard_limit(world, limit):
    person = world.person(minutes={"ceiling": 51, "share": 40, "guarantee": 40}[limit] * HOURS)
    if limit == "ceiling":
        for _ in range(5):
            world.person()
    if limit == "share":
        world.person(minutes=40 * HOURS, current=world.q)
        world.north.share_steps.update(share_bp=4000)
    if limit == "guarantee":
        world.contracts["q"].guarantees.create(valid_from=datetime.date(2020, 1, 1), minutes=40 * HOURS)
    words = {"ceiling": "under utförarens tak", "share": "andel i området är fylld", "guarantee": "garanterat andra"}
    with pytest.raises(ValidationError, match=words[limit]):
        place_manually(person=person, provider=world.p, starts_on=STARTS, reason="Ber om det", actor=SYSTEM)
    assert provider_of(person) == "kommunen"
    assert not Placement.objects.filter(contract=world.contracts["p"]).exists()


@pytest.mark.parametrize("wrong", ["reason", "past", "dead", "already", "right"])
def test_invalid_manual_placement_is_refused(world, wrong):
    person = world.person(deceased_on=CHOSEN if wrong == "dead" else None)
    arguments = {
        "person": person,
        "provider": world.municipal if wrong == "already" else world.p,
        "starts_on": TONIGHT - DAY if wrong == "past" else STARTS,
        "reason": " " if wrong == "reason" else "Ber om det",
        "actor": staff("handlaggare", "case_officer") if wrong == "right" else SYSTEM,
    }
    with pytest.raises(PermissionDenied if wrong == "right" else ValidationError):
        place_manually(**arguments)


def test_run_replays_to_the_same_bytes(world, tmp_path):
    choose(world, world.person(), world.p)
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    out = io.StringIO()
    call_command("replay_run", run.reference, files=tmp_path, stdout=out)
    assert "The same bytes" in out.getvalue()
    assert run.outcome_sha256 in out.getvalue()
    assert (tmp_path / "problem.json").stat().st_size > 100


def test_tampered_archive_is_detected(world):
    choose(world, world.person(), world.p)
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    document = run.documents.get(kind=RunDocument.Kind.OUTCOME)
    content = gzip.decompress(document.content_gzip).replace(b'"provider":"p"', b'"provider":"q"')
    document.content_gzip = gzip.compress(content)
    document.save()
    with pytest.raises(CommandError, match="has been changed"):
        call_command("replay_run", run.reference)
    with pytest.raises(CommandError, match="no run"):
        call_command("replay_run", "NOSUCH")


def placed_twice(world, settings, *, between=lambda: None):
    """At q from the first night's start, and at p, the first wish, from the second's: room became free in between."""
    settings.CLOCK_TODAY = TONIGHT
    world.contracts["p"].ceilings.update(minutes=60)
    person = world.person()
    choose(world, person, world.p, world.q)
    load_texts(actor=SYSTEM)
    first = do_night(business_date=TONIGHT, actor=SYSTEM).run
    assert provider_of(person) == "q"
    between()
    world.contracts["p"].ceilings.update(minutes=50 * HOURS)
    settings.CLOCK_TODAY = TONIGHT + DAY
    second = do_night(business_date=TONIGHT + DAY, actor=SYSTEM).run
    return person, first, second


def test_placement_before_its_start_is_replaced(world, settings):
    person, first, second = placed_twice(world, settings)
    real = person.placements.covering_some_day().order_by("valid_from")
    assert [(each.contract.provider.code, each.valid_from) for each in real][1:] == [("p", STARTS + DAY)]
    assert provider_of(person, STARTS) == "kommunen"
    # Only the correct letter is sent; the other is cancelled.
    old, new = person.letters.filter(kind="decision").order_by("pk")
    assert (old.run, old.route, old.hold_reason) == (first, "hold", "Ersatt av ett nytt beslut.")
    assert (new.run, new.corrects, new.facts["corrects"]) == (second, old, None)
    assert (new.facts["before"], new.facts["provider"]["code"]) == ("Utförare kommunen", "p")
    assert not faults_of([new])
    with pytest.raises(ValidationError, match="Senare beslut"):
        undo_run(run=second, reason="Fel", actor=SYSTEM)


def test_letter_already_sent_is_followed_by_a_correction(world, settings):
    def post():
        Letter.objects.update(posted_on=TONIGHT)

    person, _first, _second = placed_twice(world, settings, between=post)
    old, new = person.letters.filter(kind="decision").order_by("pk")
    assert new.facts["corrects"]["reference"] == old.reference


def test_manual_placement_replaces_one_before_its_start(world, settings):
    settings.CLOCK_TODAY = TONIGHT
    person = world.person()
    choose(world, person, world.p)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    place_manually(person=person, provider=world.q, starts_on=STARTS + DAY, reason="Nära vän", actor=SYSTEM)
    real = person.placements.covering_some_day().order_by("valid_from")
    assert [(each.contract.provider.code, each.valid_until) for each in real] == [
        ("kommunen", STARTS + DAY),
        ("q", None),
    ]


def test_replacement_leaves_nobody_without_a_provider(world, settings):
    """The current provider cannot continue: the decided one starts earlier."""
    settings.CLOCK_TODAY = TONIGHT
    person = world.person()
    choose(world, person, world.p)
    run_night(business_date=TONIGHT, actor=SYSTEM)
    person.placements.filter(run=None).update(contract=world.contracts["q"])
    world.contracts["q"].valid_until = STARTS
    world.contracts["q"].save()
    place_manually(person=person, provider=world.municipal, starts_on=STARTS + DAY, reason="Eget val", actor=SYSTEM)
    assert [provider_of(person, STARTS + days * DAY) for days in (-1, 0, 1)] == ["q", "p", "kommunen"]
