"""Departures from a provider by reason, and days without service, from placements, choices and complaints."""

import datetime

import pytest

from accounts.actors import Actor
from accounts.roles import Role
from common import clock
from followup.complaints import register_complaint
from followup.leaving import WHY, clients, leavers, unserved
from oversight.figures.table import TOTAL
from oversight.followup.year import STAYED, year_figures
from tests import factories as make
from tests.world import make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
LEFT = datetime.date(2020, 10, 1)
YEAR = {"first": datetime.date(2020, 1, 1), "next": datetime.date(2021, 1, 1), "day": TODAY}


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world()


def move(world, person, to, *, own_choice=False, contract=None, day=LEFT):
    person.placements.update(valid_until=day)
    contract = contract or world.contracts[to]
    placement = make.PlacementFactory.create(person=person, contract=contract, valid_from=day)
    if own_choice:
        make.OfferFactory.create(
            person=person, contract=contract, status="accepted", placement=placement, answered_at=clock.now(),
            starts_on=day, answer_by=day - datetime.timedelta(days=1), run=None,
        )  # fmt: skip
    return person


def test_each_reason_is_counted_from_the_facts(world):
    def client(**fields):
        return world.person(current=world.p, **fields)

    staying = client()
    move(world, client(), "q", own_choice=True)
    unhappy = move(world, client(), "q", own_choice=True)
    register_complaint(
        provider=world.p, kind="time", channel="phone", text="Kommer för sent", person=unhappy, wants_change=True,
        received_on=datetime.date(2020, 9, 1), actor=Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER)),
    )  # fmt: skip
    move(world, client(), "q")
    elsewhere = make.AreaFactory.create(code="sodra")
    move(world, client(), "", contract=make.ContractFactory.create(provider=world.q, area=elsewhere))
    client().placements.update(valid_until=LEFT)
    dead = client(deceased_on=LEFT - datetime.timedelta(days=1))
    dead.placements.update(valid_until=LEFT + datetime.timedelta(days=9))
    over = client()
    over.placements.update(valid_until=LEFT)
    over.care_decisions.update(valid_until=LEFT)
    # A new contract with the same provider is no departure, nor is somebody protected counted.
    move(world, client(), "p")
    move(world, client(confidential=True), "q", own_choice=True)

    assert leavers(**YEAR) == {
        "p": {"own_choice": 1, "dissatisfied": 1, "other": 1, "moved": 1, "interrupted": 1, "died": 1, "ended": 1}
    }
    assert set(leavers(**YEAR)["p"]) <= set(WHY)
    assert clients(**YEAR)["p"] == 9
    assert leavers(**{**YEAR, "first": datetime.date(2020, 11, 1)}) == {}
    assert staying.placements.get().valid_until is None


def test_those_who_left_and_those_who_stayed_are_all_who_were_clients(world):
    """A change at the new year belongs to the year of the last day, and who leaves twice is one person."""
    new_year = datetime.date(2020, 1, 1)
    for _ in range(3):
        world.person(current=world.p)
    move(world, world.person(current=world.p), "q", day=new_year)
    twice = move(world, world.person(current=world.p), "q", day=datetime.date(2020, 3, 1))
    twice.placements.filter(valid_until=None).update(valid_until=datetime.date(2020, 4, 1))
    make.PlacementFactory.create(
        person=twice, contract=world.contracts["p"], valid_from=datetime.date(2020, 4, 1),
        valid_until=datetime.date(2020, 6, 1),
    )  # fmt: skip
    make.PlacementFactory.create(person=twice, contract=world.contracts["q"], valid_from=datetime.date(2020, 6, 1))
    # The help ended in 2019, and the place was kept for a month.
    over = world.person(current=world.p)
    over.care_decisions.update(valid_until=datetime.date(2019, 12, 10))
    over.placements.update(valid_until=datetime.date(2020, 1, 9))

    assert (clients(**YEAR)["p"], leavers(**YEAR)["p"]) == (4, {"other": 1})
    before = {"first": datetime.date(2019, 1, 1), "next": new_year, "day": TODAY}
    assert (clients(**before)["p"], leavers(**before)["p"]) == (6, {"other": 1, "ended": 1})
    year = year_figures(year=2020, day=TODAY, hides=False).clients
    assert (year.at("p", STAYED), year.at("p", TOTAL)) == (3, 4)
    assert (year.at("q", STAYED), year.at("q", TOTAL)) == (1, 2)


def test_an_exit_is_the_reason_of_all_who_leave_after_it(world):
    move(world, world.person(current=world.p), "q", own_choice=True)
    make.ExitFactory.create(provider=world.p, contracts=[world.contracts["p"]], ends_on=LEFT, moved_by=LEFT)

    assert leavers(**YEAR) == {"p": {"exit": 1}}


def test_a_departure_to_come_is_not_counted_yet(world):
    move(world, world.person(current=world.p), "q", own_choice=True, day=TODAY + datetime.timedelta(days=1))

    assert leavers(**YEAR) == {}


def test_unserved_days_belong_to_the_provider_before_and_stop_today(world):
    gone = world.person(current=world.p)
    gone.placements.update(valid_until=TODAY - datetime.timedelta(days=9))
    waiting = world.person()
    waiting.placements.all().delete()
    waiting.care_decisions.update(valid_from=TODAY - datetime.timedelta(days=2))

    assert unserved(**YEAR) == {("north", "p"): (1, 10), ("north", ""): (1, 3)}
