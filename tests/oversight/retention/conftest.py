import datetime
from dataclasses import dataclass

import pytest
from django.test import override_settings

from accounts.actors import Actor
from accounts.roles import Role
from choices import identity
from choices.models import HouseholdMember, Person
from letters.models import Letter
from tests import factories as make
from tests.world import staff

# All data of a file is from 2020, by the test clock; row changes carry the machine's date.
DUE = datetime.date(2040, 3, 1)


@dataclass
class Archive:
    first: Actor
    second: Actor
    person: Person
    letter: Letter
    other: Person


def number(day: int, serial: int = 980) -> str:
    """An identity number of the test series for a person born in June 1930."""
    stem = f"193006{day:02}{serial}"
    for digit in range(10):
        try:
            return identity.parse(f"{stem}{digit}")[0]
        except identity.IdentityNumberError:
            continue
    raise AssertionError(stem)


@override_settings(CLOCK_TODAY=datetime.date(2020, 11, 23))
def closed_person(day: int, serial: int = 980, **fields: object) -> Person:
    """A person with data in every table, who died in November 2020."""
    person = make.PersonFactory.create(identity_number=number(day, serial), **fields)
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person, contract=make.ContractFactory.create(area=person.area))
    make.ChoiceFactory.create(person=person, ranking=[make.ProviderFactory.create()])
    make.MandateFactory.create(person=person)
    Person.objects.filter(pk=person.pk).update(deceased_on=datetime.date(2020, 11, 20))
    person.refresh_from_db()
    return person


@pytest.fixture
def archive(db: None, settings, tmp_path) -> Archive:
    """A file to destroy, of a person who lived with another person whose care continues."""
    settings.MEDIA_ROOT = tmp_path
    make.MunicipalityFactory.create()
    person = closed_person(3, family_name="Gallringsson", street="Gallringsgränd 1")
    other = make.PersonFactory.create(family_name="Blirkvarsson")
    make.CareDecisionFactory.create(person=other)
    make.make_household(person, other)
    HouseholdMember.objects.filter(person=person).update(valid_until=datetime.date(2020, 11, 20))
    return Archive(
        first=staff("forsta", Role.SENIOR_OFFICER),
        second=staff("andra", Role.SENIOR_OFFICER),
        person=person,
        letter=make.LetterFactory.create(person=person, rendered=True),
        other=other,
    )


@pytest.fixture
def later(settings):
    settings.CLOCK_TODAY = DUE
