"""Decisions that are soon, or already, on the list for IVO, on the officers' work list."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from desk.work import Filters, work_page
from followup.not_executed import one_not_executed, state_reason
from tests import factories as make
from tests.followup.test_not_executed import DAY, TODAY, date, person_with
from tests.world import make_world

pytestmark = pytest.mark.django_db

KIND = "ej-verkstallt"
# Three months after this day are over the day after today.
DECIDED = date("2020-08-23")


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world()


@pytest.fixture
def senior() -> Actor:
    return Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))


def listed(actor, today=TODAY):
    page = work_page(actor=actor, today=today, filters=Filters(kind=KIND))
    return [(item.person, item.due) for item in page.items]


def test_a_decision_is_listed_from_thirty_days_before_until_it_is_executed_in_time(world, senior, settings):
    due = TODAY + 30 * DAY
    decided = date("2020-09-22")
    person = person_with(world, granted=[(decided, decided, None)])
    person_with(world, granted=[(decided + DAY, decided + DAY, None)])

    assert listed(senior) == [(person, due)]
    (item,) = work_page(actor=senior, today=TODAY, filters=Filters(kind=KIND)).items
    assert item.address == reverse("casework:person", args=[person.reference])
    assert item.detail == "Beslutat den 22 september 2020"
    # A start that is decided, in time or too late.
    placement = make.PlacementFactory.create(person=person, contract=world.contracts["p"], valid_from=due + DAY)
    assert listed(senior) == [(person, due)]
    placement.valid_from = due
    placement.save()
    assert listed(senior) == []


def test_past_three_months_it_is_listed_until_the_reason_is_stated(world, senior):
    person = person_with(world, granted=[(DECIDED - DAY, DECIDED - DAY, None)])
    (item,) = work_page(actor=senior, today=TODAY, filters=Filters(kind=KIND)).items
    assert (item.person, item.due) == (person, TODAY)
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    assert client.get(item.address).status_code == 200

    service = world.home_care.code
    found = one_not_executed(person=person, service=service, starts_on=DECIDED - DAY, day=TODAY)
    state_reason(found=found, reason="away", note="", actor=senior)
    assert listed(senior) == []


def test_interruption_counts_and_late_execution_still_needs_a_reason(world, senior):
    away = person_with(
        world, granted=[(date("2019-01-01"), date("2019-01-01"), None)], placed=[(date("2019-01-01"), DECIDED)]
    )
    late = person_with(
        world,
        granted=[(date("2020-07-01"), date("2020-07-01"), None)],
        placed=[(date("2020-11-01"), None)],
    )
    # Executed in a quarter that is reported since long.
    person_with(
        world,
        granted=[(date("2019-07-01"), date("2019-07-01"), None)],
        placed=[(date("2019-11-01"), None)],
    )
    assert listed(senior) == [(late, date("2020-10-02")), (away, TODAY + DAY)]
    items = work_page(actor=senior, today=TODAY, filters=Filters(kind=KIND)).items
    assert items[1].detail == "Utan hjälp sedan den 23 augusti 2020"


def test_protected_people_and_other_areas_are_for_those_who_see_them(world, senior):
    hidden = person_with(world, granted=[(DECIDED, DECIDED, None)], confidential=True)
    assert listed(senior) == [(hidden, TODAY + DAY)]
    elsewhere = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))
    assert listed(elsewhere) == []
