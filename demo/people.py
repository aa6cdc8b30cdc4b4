"""People with home care: names, ages, homes, households, protected identities, deaths."""

import datetime
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from demo.numbers import TestNumbers
from demo.places import Home, some_home, some_phone

TODAY = datetime.date(2020, 11, 23)
NAMES = Path(__file__).parent / "data" / "names.json"

# Age distribution of home care: median 84, with a few much younger.
_MEDIAN_AGE = 84
_YOUNG = 0.08
# Shares of all people: couples in which both have home care, and so on.
_IN_COUPLE = 0.16
_COORDINATION = 0.008
_ONE_RESERVE_IN = 900
_CONFIDENTIAL = 0.003
_PROTECTED = 0.002
_DEAD = 0.006
_MAIL_ELSEWHERE = 0.03


@dataclass
class Person:
    number: str
    given_name: str
    family_name: str
    language: str
    woman: bool
    home: Home
    phone: str
    care_of: str = ""
    mail: tuple[str, str, str, str, str] = ("", "", "", "", "")
    confidential: bool = False
    protected: bool = False
    deceased_on: datetime.date | None = None
    household: str = ""


def make_people(count: int, random: Random) -> list[Person]:
    numbers = TestNumbers(random)
    people: list[Person] = []
    while len(people) < count:
        first = _person(random, numbers, woman=random.random() < 0.70)
        people.append(first)
        # Half the probability per person: two are placed at a time.
        if len(people) < count and random.random() < _IN_COUPLE / (2 - _IN_COUPLE):
            people.append(_partner(first, random, numbers))
            first.household = people[-1].household = f"H{len(people):06d}"
    _mark(people, random)
    return people


@cache
def name_groups() -> list[dict[str, Any]]:
    names: list[dict[str, Any]] = json.loads(NAMES.read_text(encoding="utf-8"))
    return names


def _person(random: Random, numbers: TestNumbers, *, woman: bool) -> Person:
    (group,) = random.choices(name_groups(), weights=[group["weight"] for group in name_groups()])
    family = random.choice(group["families"])
    # Some have two family names, some two given names.
    if group["language"] == "sv" and random.random() < 0.04:
        family = f"{family} {random.choice(group['families'])}"
    language = group["language"] if group["language"] == "sv" or random.random() < 0.6 else "sv"
    return Person(
        number=_number(random, numbers, _birth_date(random), woman=woman),
        given_name=_given_name(random, group, woman=woman),
        family_name=family,
        language=language,
        woman=woman,
        home=some_home(random),
        phone=some_phone(random),
        care_of=f"c/o {random.choice(group['families'])}" if random.random() < 0.02 else "",
    )


def _partner(first: Person, random: Random, numbers: TestNumbers) -> Person:
    partner = _person(random, numbers, woman=not first.woman)
    partner.home, partner.care_of, partner.language = first.home, first.care_of, first.language
    family = first.family_name.split()[0]
    group = next((group for group in name_groups() if family in group["families"]), name_groups()[0])
    partner.given_name = _given_name(random, group, woman=partner.woman)
    if random.random() < 0.9:
        partner.family_name = first.family_name
    return partner


def _given_name(random: Random, group: dict[str, Any], *, woman: bool) -> str:
    return str(random.choice(group["women" if woman else "men"]))


def _birth_date(random: Random) -> datetime.date:
    if random.random() < _YOUNG:
        age = random.uniform(25, 67)
    else:
        # Slightly above the median, to offset the younger ones.
        age = min(max(random.gauss(_MEDIAN_AGE + 0.9, 7.5), 65), 104.9)
    return TODAY - datetime.timedelta(days=round(age * 365.25))


def _number(random: Random, numbers: TestNumbers, born: datetime.date, *, woman: bool) -> str:
    draw = random.random()
    if numbers.handed_out % _ONE_RESERVE_IN == _ONE_RESERVE_IN // 10:
        return numbers.reserve(born)
    if draw < _COORDINATION:
        return numbers.coordination(born, woman=woman)
    return numbers.personal(born, woman=woman)


def _mark(people: list[Person], random: Random) -> None:
    """Exact counts, so that a small municipality has some of each too."""
    wanted = {
        "confidential": max(round(_CONFIDENTIAL * len(people)), 2),
        "protected": max(round(_PROTECTED * len(people)), 2),
        "dead": max(round(_DEAD * len(people)), 1),
        "mail": max(round(_MAIL_ELSEWHERE * len(people)), 1),
    }
    drawn = random.sample(people, min(sum(wanted.values()), len(people)))
    marked = iter(drawn)
    for what, count in wanted.items():
        for person, _ in zip(marked, range(count), strict=False):
            if what == "confidential":
                person.confidential = True
            elif what == "protected":
                person.protected, person.care_of, person.household = True, "", ""
            elif what == "dead":
                # Learnt late: after the choice, before the letters.
                person.deceased_on = TODAY - datetime.timedelta(days=random.randint(3, 60))
            else:
                person.mail = _mail(random)
    # A single person is no household.
    members: dict[str, list[Person]] = {}
    for person in people:
        members.setdefault(person.household, []).append(person)
    for household, found in members.items():
        if household and len(found) == 1:
            found[0].household = ""


def _mail(random: Random) -> tuple[str, str, str, str, str]:
    """Mail to another recipient: care of, street, postcode, town, country."""
    if random.random() < 0.1:
        return ("", "Keinulaudantie 98", "00940", "Helsingfors", "Finland")
    home = some_home(random)
    return (f"c/o {random.choice(name_groups()[0]['families'])}", home.street, home.postal_code, home.town, "")
