"""People with an alarm only, whose help has no hours: on a page and in letters they are told of the alarm."""

import datetime

import pytest

from allocation.facts.people import with_alarm_only
from choices.models import Person
from tests import factories as make

DAY = datetime.date(2020, 11, 23)
LATER = datetime.date(2021, 1, 1)


def _person(*granted: tuple[int, dict[str, object]]) -> Person:
    person: Person = make.PersonFactory.create()
    for minutes, fields in granted:
        make.CareDecisionFactory.create(person=person, minutes=minutes, **fields)
    return person


@pytest.fixture
def persons(db: None) -> dict[str, Person]:
    alarm = make.ServiceTypeFactory.create(code="larm-2")
    return {
        "alarm": _person((0, {"valid_from": "2020-01-01"})),
        "care": _person((600, {"valid_from": "2020-01-01"})),
        "both": _person((600, {"valid_from": "2020-01-01"}), (0, {"valid_from": "2020-01-01", "service_type": alarm})),
        "care later": _person((600, {"valid_from": LATER})),
        "alarm later": _person((0, {"valid_from": LATER})),
        "alarm, care later": _person(
            (0, {"valid_from": "2020-01-01", "service_type": alarm}), (600, {"valid_from": LATER})
        ),
        "alarm ended": _person((0, {"valid_from": "2020-01-01", "valid_until": DAY})),
        "nothing": _person(),
    }


def _found(persons: dict[str, Person], day: datetime.date) -> set[str]:
    found = with_alarm_only([person.pk for person in persons.values()], day)
    return {name for name, person in persons.items() if person.pk in found}


def test_help_that_begins_later_is_no_alarm_today(persons):
    assert _found(persons, DAY) == {"alarm", "alarm, care later"}


def test_help_counts_from_its_first_day(persons):
    assert _found(persons, LATER - datetime.timedelta(days=1)) == {"alarm", "alarm, care later"}
    assert _found(persons, LATER) == {"alarm", "alarm later"}


def test_only_the_persons_asked_for_are_answered(persons):
    assert with_alarm_only([persons["care"].pk], DAY) == set()
    assert with_alarm_only([], DAY) == set()
