"""A round is copied from the previous one, edited until frozen, and counted with small numbers suppressed."""

import datetime

import pytest
from django.urls import reverse
from zeal import zeal_context

from accounts.roles import Role
from administration.rounds.calendar import calendar
from administration.rounds.population import population
from audit.models import Event
from choices.models import ChoiceRound
from choices.round_changes import next_round, state_of
from choices.services import freeze_round
from letters.models import LetterKind
from letters.services.invite import people_of
from providers.services import add_area
from tests.administration.runs.conftest import client_of
from tests.desk.test_desk_pages import FORBIDDEN_BY_CSP
from tests.world import HOURS, SYSTEM, staff

NEW = reverse("casework:round_new")


def _filled(round: ChoiceRound, **more: object) -> dict[str, object]:
    form = {
        "name": round.name,
        "areas": [area.code for area in round.areas.all()],
        "opens_on": round.opens_on,
        "closes_on": round.closes_on,
        "starts_on": round.starts_on,
        "diary_number": round.diary_number,
        "no_answer_rule": round.no_answer_rule,
        "switch_rule": round.switch_rule,
        "seen": state_of(round),
    }
    return {**form, **more}


def test_next_round_is_the_last_one_moved_a_year(world, admin):
    page = client_of(admin).get(NEW)

    initial = page.context["form"].initial
    assert (initial["code"], initial["name"]) == ("2021", "Hösten 2021")
    # Same weekdays; the first of a month stays the first.
    assert (initial["opens_on"], initial["closes_on"]) == (datetime.date(2021, 9, 7), datetime.date(2021, 9, 29))
    assert initial["starts_on"] == datetime.date(2022, 1, 1)
    assert (initial["no_answer_rule"], initial["areas"]) == ("keep", [world.north])


def test_old_round_gives_a_next_round_in_the_future(world):
    world.round.opens_on = datetime.date(2015, 9, 8)

    assert next_round(world.round, day=datetime.date(2020, 11, 23))["opens_on"] > datetime.date(2020, 11, 23)


def test_round_is_created_from_the_page_with_changes(world, admin):
    page = client_of(admin).post(NEW, _filled(world.round, code="2021", name="Hösten 2021", no_answer_rule="municipal"))

    round = ChoiceRound.objects.get(code="2021")
    assert page["Location"] == reverse("casework:round", args=["2021"])
    assert (round.no_answer_rule, round.frozen_at) == ("municipal", None)
    assert round.seed != world.round.seed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "2020"}, "code"),
        ({"areas": []}, "areas"),
        ({"opens_on": "2020-12-24"}, "__all__"),
        ({"starts_on": "2020-09-01"}, "__all__"),
    ],
)
def test_errors_are_shown_and_nothing_is_saved(world, admin, wrong, field):
    page = client_of(admin).post(NEW, {**_filled(world.round, code="2021"), **wrong})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert ChoiceRound.objects.count() == 1


def test_draft_is_changed_and_logged(world, draft, admin):
    south = add_area(code="south", name="Södra", actor=SYSTEM)
    address = reverse("casework:round_change", args=[draft.code])
    page = client_of(admin).post(address, _filled(draft, areas=["north", "south"], closes_on="2020-12-11"))

    assert page.status_code == 302
    draft.refresh_from_db()
    assert (draft.closes_on, list(draft.areas.order_by("code"))) == (datetime.date(2020, 12, 11), [world.north, south])
    event = Event.objects.get(action="round.change")
    assert (event.before, event.after) == (
        {"closes_on": "2020-12-04", "areas": ["north"]},
        {"closes_on": "2020-12-11", "areas": ["north", "south"]},
    )


def test_frozen_round_is_immutable(draft, admin):
    freeze_round(round=draft, actor=SYSTEM)
    address = reverse("casework:round_change", args=[draft.code])
    draft.refresh_from_db()
    page = client_of(admin).post(address, _filled(draft, closes_on="2020-12-11"))

    assert page.status_code == 422
    assert "Reglerna är låsta" in page.text
    draft.refresh_from_db()
    assert draft.closes_on == datetime.date(2020, 12, 4)


@pytest.fixture
def people(world) -> None:
    """Thirteen people with home care, two with an alarm only; two are protected. One has died."""
    for number in range(13):
        world.person(minutes=10 * HOURS, confidential=number < 2)
    for _ in range(2):
        world.person(minutes=0)
    world.person(deceased_on=datetime.date(2020, 11, 1))


def test_population_equals_the_invited_people(people, draft, senior):
    (row,) = population(round=draft, actor=senior)

    assert row.persons == 15 == people_of(draft, LetterKind.INVITATION).count()
    assert (row.with_help, row.alarm_only, row.minutes, row.protected) == (13, 2, 130 * HOURS, 2)


def test_small_numbers_are_suppressed_directly_and_by_subtraction(people, draft, admin):
    (row,) = population(round=draft, actor=admin)

    assert (row.persons, row.with_help, row.alarm_only, row.protected) == (15, None, None, None)
    page = client_of(admin).get(reverse("casework:round", args=[draft.code]))
    assert "Varav skyddade" not in page.text


def test_hours_of_few_people_are_suppressed(world, draft, admin):
    for number in range(8):
        world.person(minutes=600 if number < 2 else 0)
    (row,) = population(round=draft, actor=admin)

    assert (row.persons, row.with_help, row.minutes) == (8, None, None)


def test_area_with_few_people_shows_only_that(world, draft, admin):
    for _ in range(3):
        world.person()
    (row,) = population(round=draft, actor=admin)

    assert (row.persons, row.minutes) == (None, None)
    assert "färre än 5" in client_of(admin).get(reverse("casework:round", args=[draft.code])).text


def test_calendar_shows_starts_and_ends_within_the_period(world, draft):
    world.contracts["q"].valid_until = datetime.date(2020, 12, 31)
    world.contracts["q"].save()
    days = [(entry.day, entry.words, entry.is_next) for entry in calendar(round=draft)]

    assert [day for day, _words, _next in days] == sorted(day for day, _words, _next in days)
    assert (datetime.date(2020, 12, 31), "Norra: avtalet med Utförare q är slut.", False) in days
    assert (datetime.date(2021, 1, 1), "Norra: de externa får ha högst 20\N{NO-BREAK SPACE}%.", False) in days
    assert [words for _day, words, coming in days if coming] == ["Sista dagen att välja."]


def test_list_shows_the_status_of_each_round(world, draft):
    client = client_of(staff("chef", Role.MANAGER))
    page = client.get(reverse("casework:rounds"))

    assert [(round.code, phase.word) for round, phase in page.context["rounds"]] == [
        ("vintern", "Utkast"),
        ("2020", "Utkast"),
    ]
    assert NEW not in page.text


def test_query_count_is_constant_and_nothing_is_inline(people, draft, senior, admin):
    draft.frozen_at = datetime.datetime(2020, 11, 1, tzinfo=datetime.UTC)
    draft.save()
    pages = ["round", "round_unanswered", "round_proof"]
    for actor, names in ((senior, pages), (admin, ["round", "round_change", "round_proof"])):
        client = client_of(actor)
        for name in names:
            with zeal_context():
                page = client.get(reverse(f"casework:{name}", args=[draft.code]))
            assert page.status_code == 200, name
            assert FORBIDDEN_BY_CSP.search(page.text) is None, name


def test_round_closes_the_day_after_its_last_day(draft, admin, settings):
    client, address = client_of(admin), reverse("casework:round_close", args=[draft.code])
    client.post(address, {"seen": state_of(draft)})
    draft.refresh_from_db()
    assert draft.closed_at is None

    settings.CLOCK_TODAY = datetime.date(2020, 12, 5)
    client = client_of(admin)
    assert "Reglerna är inte låsta" in client.post(address, {"seen": state_of(draft)}, follow=True).text
    draft.refresh_from_db()
    assert (draft.frozen_at, draft.closed_at) == (None, None)
    freeze_round(round=draft, actor=SYSTEM)
    assert address in client.get(reverse("casework:round", args=[draft.code])).text
    draft.refresh_from_db()
    client.post(address, {"seen": state_of(draft)})
    draft.refresh_from_db()
    assert draft.closed_at is not None
