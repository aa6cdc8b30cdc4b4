"""Granted help: hours a month in the distribution of Botkyrka, alarms, nights."""

import datetime
from dataclasses import dataclass
from random import Random

from demo.people import TODAY, Person

HOME_CARE, ALARM, NIGHT = "hemtjanst", "trygghetslarm", "natt"

# Share of people in percent, and range of hours a month. The mean is 25 hours.
MIX = ((20, 0, 0), (30, 1, 9), (22, 10, 25), (12, 26, 49), (7, 50, 79), (6, 80, 119), (3, 120, 220))
_QUARTER = 15


@dataclass(frozen=True)
class Decision:
    person: Person
    reference: str
    service: str
    minutes: int
    decided_on: datetime.date
    valid_from: datetime.date
    last_day: datetime.date | None = None


def make_decisions(people: list[Person], random: Random) -> list[Decision]:
    decisions: list[Decision] = []

    def grant(person: Person, service: str, minutes: int, since: datetime.date, until: datetime.date | None) -> None:
        decided_on = since - datetime.timedelta(days=random.randint(1, 20))
        reference = f"B{2_000_000 + len(decisions)}"
        decisions.append(Decision(person, reference, service, minutes, decided_on, since, until))

    for person, (low, high) in zip(people, _classes(len(people), random), strict=True):
        since = TODAY - datetime.timedelta(days=random.randint(60, 1500))
        # A deceased person's help has ended; all other help continues past the start of the round.
        until = person.deceased_on or (TODAY.replace(year=2022) if random.random() < 0.3 else None)
        if high == 0:
            grant(person, ALARM, 0, since, until)
            continue
        minutes = _minutes(low, high, random)
        if random.random() < 0.15:
            # A raise or a reduction: an older decision that has ended.
            earlier = since - datetime.timedelta(days=random.randint(90, 400))
            grant(person, HOME_CARE, _minutes(low, high, random), earlier, since - datetime.timedelta(days=1))
        grant(person, HOME_CARE, minutes, since, until)
        if random.random() < 0.5:
            grant(person, ALARM, 0, since, until)
        if random.random() < 0.04:
            grant(person, NIGHT, random.randrange(300, 1800, _QUARTER), since, until)
    return decisions


def _classes(count: int, random: Random) -> list[tuple[int, int]]:
    """Exact distribution for any number of people, in random order."""
    classes: list[tuple[int, int]] = []
    percent = 0
    for share, low, high in MIX:
        percent += share
        classes += [(low, high)] * (round(count * percent / 100) - len(classes))
    random.shuffle(classes)
    return classes


def _minutes(low: int, high: int, random: Random) -> int:
    return random.randrange(low * 60, high * 60 + 1, _QUARTER)
