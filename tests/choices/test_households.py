"""Others in the home, who are not identified."""

import datetime

import pytest

from choices.households import is_hidden_from_household, lives_with_somebody
from choices.models import Household, HouseholdMember, Person
from tests import factories as make

DAY = datetime.date(2020, 11, 23)
LONG_AGO = datetime.date(2019, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("theirs", "deceased", "expected"),
    [
        ((LONG_AGO, None), None, True),
        ((DAY, None), None, True),
        ((DAY + datetime.timedelta(days=1), None), None, False),
        ((LONG_AGO, DAY), None, False),
        ((LONG_AGO, DAY + datetime.timedelta(days=1)), None, True),
        ((LONG_AGO, None), DAY, False),
    ],
)
def test_household_member_counts_only_on_days_of_membership_and_while_alive(
    theirs: tuple[datetime.date, datetime.date | None], deceased, expected: bool
):
    household = Household.objects.create()
    person, other = make.PersonFactory.create(), make.PersonFactory.create(deceased_on=deceased)
    assert not lives_with_somebody(person=person, day=DAY)
    HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    assert not lives_with_somebody(person=person, day=DAY)

    HouseholdMember.objects.create(household=household, person=other, valid_from=theirs[0], valid_until=theirs[1])

    assert lives_with_somebody(person=person, day=DAY) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("flag", ["confidential", "protected_registration"])
def test_household_is_not_told_of_a_protected_member(flag: str):
    household = Household.objects.create()
    people = [make.PersonFactory.create() for _each in range(2)]
    for person in people:
        HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    assert [lives_with_somebody(person=person, day=DAY) for person in people] == [True, True]
    assert not any(is_hidden_from_household(person=person, day=DAY) for person in people)

    Person.objects.filter(pk=people[0].pk).update(**{flag: True, "street": "", "postal_code": "", "town": ""})

    assert [lives_with_somebody(person=person, day=DAY) for person in people] == [False, False]
    assert all(is_hidden_from_household(person=person, day=DAY) for person in people)
