"""The list for IVO: what three months without help are, by plain loops over days and by the relation."""

import datetime
import random

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from choices.models import Person
from followup.models import DelayReason
from followup.not_executed import not_executed, one_not_executed, state_reason
from followup.quarters import Quarter
from tests import factories as make
from tests.world import SYSTEM, make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)
BEGIN = datetime.date(2019, 6, 1)


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world()


def person_with(world, *, granted, placed=(), provider="p", **fields) -> Person:
    """``granted``: (decided, from, until); ``placed``: (from, until)."""
    person = make.PersonFactory.create(area=world.north, **fields)
    for decided, start, until in granted:
        make.CareDecisionFactory.create(
            person=person, service_type=world.home_care, decided_on=decided, valid_from=start, valid_until=until
        )
    for start, until in placed:
        make.PlacementFactory.create(
            person=person, contract=world.contracts[provider], valid_from=start, valid_until=until
        )
    return person


def listed(quarter: str, **more):
    found = not_executed(quarter=Quarter.read(quarter), day=TODAY, actor=SYSTEM, **more)
    return [(each.person, each.since, each.late_from, each.ends_on, each.end) for each in found]


def date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_decision_not_executed_is_listed_from_the_day_after_three_months(world):
    decided = date("2020-05-31")
    person = person_with(world, granted=[(decided, date("2020-06-10"), None)])

    assert listed("2020-2") == []
    assert listed("2020-3") == [(person, decided, date("2020-09-01"), None, "open")]
    assert listed("2020-4") == [(person, decided, date("2020-09-01"), None, "open")]


def test_a_start_within_three_months_is_not_listed_and_a_later_one_is_until_its_quarter_is_over(world):
    person_with(world, granted=[(date("2020-01-10"), date("2020-01-10"), None)], placed=[(date("2020-04-11"), None)])
    late = person_with(
        world, granted=[(date("2020-01-10"), date("2020-01-10"), None)], placed=[(date("2020-04-12"), None)]
    )

    assert listed("2020-2") == [(late, date("2020-01-10"), date("2020-04-11"), date("2020-04-12"), "executed")]
    assert listed("2020-3") == []


def test_an_interruption_counts_from_its_first_day_and_a_change_of_the_decision_does_not_begin_it_anew(world):
    person = person_with(
        world,
        granted=[
            (date("2019-01-01"), date("2019-01-01"), date("2020-07-01")),
            (date("2020-06-20"), date("2020-07-01"), None),
        ],
        placed=[(date("2019-01-01"), date("2020-06-01"))],
    )

    assert listed("2020-3") == [(person, date("2020-06-01"), date("2020-09-02"), None, "open")]


def test_who_is_served_while_waiting_for_another_is_not_listed(world):
    person = person_with(
        world, granted=[(date("2020-01-10"), date("2020-01-10"), None)], placed=[(date("2020-01-10"), None)],
        provider="kommunen",
    )  # fmt: skip
    world.choose(person, world.p)

    assert [listed(f"2020-{number}") for number in (1, 2, 3, 4)] == [[], [], [], []]


def test_death_and_the_end_of_the_decision_end_it(world):
    dead = person_with(world, granted=[(date("2020-01-10"), date("2020-01-10"), None)], deceased_on=date("2020-08-05"))
    ended = person_with(world, granted=[(date("2020-01-10"), date("2020-01-10"), date("2020-09-01"))])

    assert listed("2020-3") == [
        (dead, date("2020-01-10"), date("2020-04-11"), date("2020-08-06"), "died"),
        (ended, date("2020-01-10"), date("2020-04-11"), date("2020-09-01"), "ended"),
    ]


def test_ended_contract_serves_only_clients_of_a_leaving_provider(world):
    contract = world.contracts["p"]
    person = person_with(
        world, granted=[(date("2019-01-01"), date("2019-01-01"), None)], placed=[(date("2019-01-01"), None)]
    )
    contract.valid_until = date("2020-05-17")
    contract.save()

    assert listed("2020-4") == [(person, date("2020-05-17"), date("2020-08-18"), None, "open")]
    make.ExitFactory.create(provider=world.p, contracts=[contract], ends_on=date("2020-05-17"))
    assert listed("2020-4") == []


def _plain(persons, quarter):
    """Day by day: the gaps of each person, and what the three months make of them."""
    found = []
    for person in persons:
        decisions = list(person.care_decisions.order_by("valid_from"))
        placements = list(person.placements.all())

        def granted(day, decisions=decisions, person=person):
            alive = person.deceased_on is None or day <= person.deceased_on
            return alive and any(each.covers(day) for each in decisions)

        day, gap = BEGIN, None
        while day <= TODAY + DAY:
            open_now = day <= TODAY and granted(day) and not any(each.covers(day) for each in placements)
            if open_now and gap is None:
                gap = day
            if gap is not None and not open_now:
                found.append((person, gap, day if day <= TODAY else None, decisions))
                gap = None
            day += DAY
    rows = []
    for person, gap, end, decisions in found:
        before = any(each.covers(gap - DAY) for each in decisions)
        since = gap if before else min(each.decided_on for each in decisions if each.valid_from == gap)
        month = (since.month + 2) % 12 + 1
        year = since.year + (since.month + 3 > 12)
        last = next(
            datetime.date(year, month, number)
            for number in range(since.day, 0, -1)
            if number <= 28 or (datetime.date(year, month, 28) + (number - 28) * DAY).month == month
        )
        late = max(last + DAY, gap)
        if late > TODAY or (end is not None and end <= late):
            continue
        if late < quarter.next and (end is None or end >= quarter.first):
            rows.append((person.pk, gap, since, late, end))
    return sorted(rows, key=str)


def test_the_relation_is_the_plain_reading(world):
    draw = random.Random(26)
    persons = []
    for _ in range(60):
        start, granted, placed = BEGIN + draw.randint(1, 200) * DAY, [], []
        while start < TODAY and len(granted) < 3:
            until = start + draw.randint(20, 300) * DAY if draw.random() < 0.7 else None
            granted.append((start - draw.randint(0, 40) * DAY, start, until))
            start = until + draw.choice([0, 0, 30]) * DAY if until else TODAY
        start = BEGIN + draw.randint(1, 300) * DAY
        while start < TODAY and draw.random() < 0.8:
            until = start + draw.randint(1, 200) * DAY if draw.random() < 0.8 else None
            placed.append((start, until))
            start = until + draw.randint(0, 150) * DAY if until else TODAY
        dead = BEGIN + draw.randint(250, 500) * DAY if draw.random() < 0.2 else None
        persons.append(person_with(world, granted=granted, placed=placed, deceased_on=dead))
    seen = 0
    for code in ("2019-4", "2020-1", "2020-2", "2020-3", "2020-4"):
        quarter = Quarter.read(code)
        found = not_executed(quarter=quarter, day=TODAY, actor=SYSTEM)
        listed = sorted([(e.person.pk, e.starts_on, e.since, e.late_from, e.ends_on) for e in found], key=str)
        assert listed == _plain(persons, quarter), code
        seen += len(listed)
    assert seen > 20


def test_a_reason_is_stated_once_and_anew_and_logged_without_words(world):
    person = person_with(world, granted=[(date("2020-01-10"), date("2020-01-10"), None)])
    actor = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))

    def found():
        return one_not_executed(person=person, service="hemtjanst", starts_on=date("2020-01-10"), day=TODAY)

    state_reason(found=found(), reason="away", note="", actor=actor)
    state_reason(found=found(), reason="other", note="Väntar på en bostad", actor=actor)
    with pytest.raises(ValidationError):
        state_reason(found=found(), reason="other", note=" ", actor=actor)
    with pytest.raises(ValidationError):
        state_reason(found=found(), reason="made up", note="", actor=actor)

    assert found().reason == DelayReason.objects.get()
    assert DelayReason.objects.get().note == "Väntar på en bostad"
    logged = Event.objects.filter(action="not_executed.reason")
    assert {each.data["reason"] for each in logged} == {"away", "other"}
    assert "bostad" not in str([each.data for each in logged])


def test_only_people_whom_the_actor_may_see_are_listed(world):
    person_with(world, granted=[(date("2020-01-10"), date("2020-01-10"), None)], confidential=True)
    officer = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))
    senior = Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    manager = Actor.staff(make.UserFactory.with_role(Role.MANAGER))

    def seen(actor):
        return len(not_executed(quarter=Quarter.read("2020-4"), day=TODAY, actor=actor))

    assert [seen(actor) for actor in (officer, senior, manager)] == [0, 1, 0]
