"""Queue information in letters of a night: membership, place, and once per choice."""

import datetime

import pytest
from django.conf import settings

from administration.night import do_night
from allocation.models import Placement
from choices.models import CareDecision, Choice, Person
from letters.content import compose
from letters.models import Letter, LetterKind
from letters.services import load_texts
from letters.services.texts import blocks_from_files
from tests.world import HOURS, SYSTEM, make_world

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """No room at p; no open round."""
    world = make_world(no_answer_rule="keep", share_bp=5000, p_minutes=50 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    for _ in range(10):
        world.person()
    world.person(minutes=49 * HOURS, current=world.p)
    load_texts(actor=SYSTEM)
    return world


def _chose(world, *, days_ago, person=None, **more):
    received = TONIGHT - days_ago * DAY
    person = person or world.person()
    world.choose(person, world.p, round=None, received_on=received, **more)
    return person


def _night(day=TONIGHT):
    do_night(business_date=day, actor=SYSTEM)


def _words(letter):
    content = compose(facts=letter.facts, blocks=blocks_from_files("queue", "sv"))
    return " ".join([content.title, content.lead, *(line for part in content.sections for line in part.paragraphs)])


def test_person_without_queueing_gets_no_place(world):
    person = _chose(world, days_ago=3, queue_if_full=False)
    _night()
    words = _words(Letter.objects.get(person=person, kind=LetterKind.QUEUE))
    assert "Det är fullt hos den du valde" in words
    assert "Du har sagt att du inte vill stå i kö." in words
    assert "plats 1" not in words
    assert "Du står i kö" not in words


def test_unit_that_can_never_fit_gets_no_queue(world):
    person = world.person(minutes=90 * HOURS)
    _chose(world, days_ago=3, person=person)
    _night()
    words = _words(Letter.objects.get(person=person, kind=LetterKind.QUEUE))
    assert "Det är fullt hos den du valde" in words
    assert "Därför kan du inte stå i kö dit." in words
    assert "stå kvar i kön" not in words


def test_place_is_that_of_the_morning(world):
    """Units ahead that opted out of queueing have their answer, and are no longer in the queue."""
    _chose(world, days_ago=9, queue_if_full=False)
    person = _chose(world, days_ago=3)
    _night()
    letter = Letter.objects.get(person=person, kind=LetterKind.QUEUE)
    assert letter.facts["unmet"][0]["place"] == 1
    words = _words(letter)
    assert "Du står ungefär på plats 1–3 i kön till Utförare p." in words
    assert "Din plats räknas från den 20\N{NO-BREAK SPACE}november\N{NO-BREAK SPACE}2020." in words
    assert "lottat" not in words


def test_same_choice_is_not_announced_twice_after_an_older_form(world, monkeypatch):
    person = _chose(world, days_ago=1)
    _night()
    _chose(world, days_ago=5, person=person)
    monkeypatch.setattr(settings, "CLOCK_TODAY", TONIGHT + DAY)
    _night(TONIGHT + DAY)
    assert Letter.objects.filter(person=person, kind=LetterKind.QUEUE).count() == 1


def test_choice_that_corrects_one_received_later_is_announced(world, monkeypatch):
    """The mistake was announced; it is not the person's choice any more."""
    person = _chose(world, days_ago=1)
    _night()
    _chose(world, days_ago=5, person=person, corrects=Choice.objects.get(person=person))
    monkeypatch.setattr(settings, "CLOCK_TODAY", TONIGHT + DAY)
    _night(TONIGHT + DAY)
    announced = Letter.objects.filter(person=person, kind=LetterKind.QUEUE).order_by("pk")
    assert [letter.facts["choice"]["received_on"] for letter in announced] == [
        str(TONIGHT - DAY),
        str(TONIGHT - 5 * DAY),
    ]


def test_choice_of_a_merged_record_is_announced_as_the_persons_own(world):
    person, other = world.person(), world.person()
    CareDecision.objects.filter(person=other).delete()
    Placement.objects.filter(person=other).delete()
    _chose(world, days_ago=20, person=person)
    world.choose(other, world.q, world.p, round=None, received_on=TONIGHT - DAY)
    Person.objects.filter(pk=other.pk).update(merged_into=person)
    world.person(minutes=50 * HOURS, current=world.q)
    _night()
    letter = Letter.objects.get(person=person, kind=LetterKind.QUEUE)
    assert letter.facts["choice"]["received_on"] == str(TONIGHT - DAY)
    assert [wish["rank"] for wish in letter.facts["unmet"]] == [1, 2]
