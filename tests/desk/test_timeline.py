"""A person's timeline in readable text, newest first."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from allocation.models import ContactAttempt
from choices.models import Choice
from choices.services import register_choice
from desk.history import history
from desk.notes import write_note
from desk.timeline import timeline
from tests import factories as make
from tests.factories import HOUR
from tests.world import SYSTEM, World, make_world, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def _lines(person) -> list[tuple[str, str, str]]:
    return [(str(entry.on), entry.title, entry.text) for entry in timeline(history(person=person, actor=SYSTEM))]


def test_hours_are_in_words(world: World):
    person = world.person(minutes=25 * HOUR + 30)

    line = next(text for _, title, text in _lines(person) if title == "Beslut om hemtjänst")
    assert line == "25\N{NO-BREAK SPACE}tim\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}min per månad från 1 januari 2016"


def test_switch_is_one_line_and_an_end_without_successor_its_own(world: World):
    person = world.person()
    switch, end = datetime.date(2020, 6, 1), datetime.date(2020, 10, 1)
    person.placements.update(valid_until=switch)
    make.PlacementFactory.create(
        person=person, contract=world.contracts["p"], valid_from=switch, valid_until=end, end_reason="Hjälpen upphör"
    )

    lines = [line for line in _lines(person) if "börjar" in line[1] or "slutar" in line[1]]
    assert lines == [
        ("2020-09-30", "Utförare p slutar", "Hjälpen upphör"),
        ("2020-06-01", "Utförare p börjar", "Efter Utförare kommunen"),
        ("2016-01-01", "Utförare kommunen börjar", ""),
    ]


def test_late_form_and_correction_are_distinguished(world: World):
    person = world.person()

    def choose(*ranking: object, day: int, **more: object) -> Choice:
        return register_choice(
            person=person,
            ranking=list(ranking),
            received_on=datetime.date(2020, 10, day),
            channel="paper",
            actor=SYSTEM,
            **more,
        )

    wrong = choose(world.q, day=20)
    choose(world.p, day=20, corrects=wrong)
    choose(world.p, day=5)

    titles = [title for _, title, _ in _lines(person)]
    assert titles[:4] == [
        "Ködatum rättade: ett tidigare val kom fram",
        "Valet rättades (blankett)",
        "Valet kom in (blankett)",
        "Valet kom in (blankett)",
    ]
    assert _lines(person)[0][2] == "Utförare p 5 oktober 2020"


def test_calls_offers_letters_and_notes_have_their_author(world: World):
    person = world.person()
    actor = staff("anna", Role.CASE_OFFICER)
    task = make.ContactTaskFactory.create(person=person, run=None, kind="silent")
    ContactAttempt.objects.create(task=task, by_id=actor.user_id, result="no_answer", note="Ringde hem.")
    make.OfferFactory.create(person=person, contract=world.contracts["p"], expired=True)
    make.LetterFactory.create(person=person, posted_on=datetime.date(2020, 11, 22))
    write_note(person=person, text="Hör dåligt.", actor=actor)

    entries = timeline(history(person=person, actor=SYSTEM))
    titles = {entry.title for entry in entries}
    assert {
        "Samtal att ringa",
        "Ringde: inget svar",
        "Erbjudande om plats hos Utförare p, svara senast 20 november 2020",
        "Erbjudandet från Utförare p: inget svar",
        "Brev: besked om utförare",
        "Brev postat: besked om utförare",
        "Anteckning",
    } <= titles
    assert {entry.by for entry in entries if entry.title in ("Anteckning", "Ringde: inget svar")} == {"anna"}


def test_query_count_is_independent_of_length(world: World):
    person = world.person()
    actor = staff("anna", Role.CASE_OFFICER)
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    address = reverse("casework:person", args=[person.reference])

    def a_day(day: int) -> None:
        task = make.ContactTaskFactory.create(person=person, run=None)
        ContactAttempt.objects.create(task=task, by_id=actor.user_id, result="no_answer")
        make.LetterFactory.create(person=person, cause_on=datetime.date(2020, 10, day))
        write_note(person=person, text="En dag", actor=actor)
        register_choice(
            person=person, ranking=[world.p, world.q], received_on=datetime.date(2020, 10, day), channel="phone",
            actor=SYSTEM,
        )  # fmt: skip

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    a_day(1)
    queries()
    one = queries()
    for day in range(2, 9):
        a_day(day)
    assert queries() == one


def test_timeline_does_not_reveal_a_protected_household_member(world: World):
    person, hidden = world.person(), world.person(confidential=True)
    make.make_household(person, hidden)

    for each in (person, hidden):
        assert not any("hushåll" in title for _, title, _ in _lines(each))
