"""What is planned to happen: drawn from the seed alone, so that leaving out a person or an event moves nothing else."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.year.town import AREAS

_DAY = datetime.timedelta(days=1)
COMPANIES = ("p", "q", "r", "s")


@dataclass(frozen=True)
class Plan:
    """``id`` is the same in every replay. ``who`` are persons by number; what makes no sense by then is not done."""

    id: str
    kind: str
    who: tuple[int, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


# How often, in a day and for each thousand people.
OFTEN = {
    "hours": 12.0,
    "help_ends": 2.5,
    "help_begins": 4.0,
    "died": 2.5,
    "moved": 1.5,
    "couple": 1.0,
    "apart": 0.7,
    "chose": 22.0,
    "chose_together": 12.0,
    "left_queue": 4.0,
    "protected": 0.6,
    "by_hand": 0.8,
    "two_officers": 0.8,
    "merged": 0.6,
    "corrected": 1.5,
    "alone": 6.0,
    "mandate": 1.5,
    "mandate_ended": 1.5,
    "absent": 3.0,
    "one_left": 4.0,
}
# In a day, however many people there are.
STEERING = {"ceiling": 0.14, "share": 0.03, "intake": 0.05, "guarantee": 0.04, "asked": 0.25}


def planned(seed: int, number: int, day: datetime.date, people: int, days: int) -> Iterator[Plan]:
    """The plans of one day, in random order."""
    random = Random(f"{seed} {number}")
    found = []
    for kind, rate in OFTEN.items():
        for nth in range(_times(random, rate * people / 1000)):
            own = Random(f"{seed} {number} {kind} {nth}")
            found.append(Plan(f"{number}.{kind}.{nth}", kind, (own.randrange(people),), _data(kind, own)))
    for kind, rate in STEERING.items():
        for nth in range(_times(random, rate)):
            own = Random(f"{seed} {number} {kind} {nth}")
            found.append(Plan(f"{number}.{kind}.{nth}", kind, (), _data(kind, own)))
    if number == days // 6:
        own = Random(f"{seed} new")
        since = day + own.randrange(8, 30) * _DAY
        found.append(Plan(f"{number}.new_contract.0", "new_contract", (), {"area": own.choice(AREAS), "since": since}))
    random.shuffle(found)
    yield from found


def _times(random: Random, rate: float) -> int:
    return int(rate) + (random.random() < rate % 1)


def _data(kind: str, own: Random) -> dict[str, Any]:
    """What is drawn besides who."""
    if kind in ("chose", "chose_together", "corrected"):
        return {
            "ranking": ranked(own),
            "channel": own.choices(("web", "paper", "phone", "visit"), (55, 25, 15, 5))[0],
            "days_ago": own.choice((0, 0, 1, 2, 3, 5, 9, 14)),
            "queues": own.random() > 0.12,
            "by_holder": own.random() < 0.5,
            "declines": kind != "chose_together" and own.random() < 0.04,
        }
    if kind in ("hours", "help_begins"):
        return {"minutes": own.randrange(0, 90) * 60, "in_days": own.choice((-20, -5, 0, 0, 1, 7, 14, 30))}
    if kind in ("mandate", "mandate_ended"):
        return {"kind": own.choice(("proxy", "god_man", "forvaltare")), "in_days": own.choice((0, 1, 5, 20, 60))}
    if kind == "absent":
        return {"days_ago": own.choice((0, 1, 3, 12, 25)), "days": own.choice((0, 1, 2, 4, 9))}
    if kind == "help_ends":
        return {"in_days": own.choice((-15, 0, 0, 5, 20))}
    if kind == "died":
        return {"days_ago": own.choice((0, 1, 2, 6, 20))}
    if kind == "ceiling":
        step = own.choice((-0.3, -0.15, 0.1, 0.2, 0.4))
        return {
            "provider": own.choice(COMPANIES),
            "area": own.choice(AREAS),
            "by": step,
            "in_days": own.randrange(8, 30),
        }
    if kind == "guarantee":
        return {"provider": own.choice("pqr"), "area": own.choice(AREAS), "bp": own.randrange(0, 700), "in_days": 10}
    if kind == "share":
        return {"area": own.choice(AREAS), "by": own.choice((-300, 300, 500)), "in_days": own.randrange(8, 20)}
    if kind in ("intake", "asked"):
        return {"provider": own.choice(COMPANIES), "area": own.choice(AREAS), "most": own.randrange(1, 4)}
    if kind in ("left_queue", "by_hand"):
        return {
            "pick": own.random(),
            "provider": own.choice(("kommunen", *COMPANIES)),
            "in_days": own.choice((0, 7, 20)),
        }
    return {}


def ranked(own: Random) -> list[str]:
    """Mostly companies, some with the municipality at the end, a few who only want the municipality."""
    if own.random() < 0.1:
        return ["kommunen"]
    wanted = own.sample(COMPANIES, own.choice((1, 1, 2, 2, 3)))
    return [*wanted, "kommunen"] if own.random() < 0.3 else wanted


@dataclass(frozen=True)
class Habit:
    """How somebody answers an offer: ``yes``, ``no`` or ``never``; the day it comes in and the day it is registered.
    ``alone``: also a place without the household; ``mistake``: taken back the same day."""

    answer: str
    received_on: datetime.date
    registered_on: datetime.date
    channel: str
    alone: bool
    mistake: bool


def habit(seed: int, person: int, asked_on: datetime.date, answer_by: datetime.date) -> Habit:
    own = Random(f"{seed} {person} {asked_on} {answer_by} answers")
    answer, when = own.choices(
        (("yes", "soon"), ("no", "soon"), ("never", ""), ("yes", "late"), ("yes", "post"), ("no", "post")),
        (58, 18, 12, 6, 4, 2),
    )[0]
    soon = asked_on + own.randrange(0, max((answer_by - asked_on).days, 0) + 1) * _DAY
    channel = own.choice(("web", "phone"))
    days = {"soon": (soon, soon), "late": (answer_by + _DAY, answer_by + _DAY), "post": (answer_by, answer_by + _DAY)}
    received_on, registered_on = days.get(when, (soon, soon))
    return Habit(
        answer,
        received_on,
        registered_on,
        "paper" if when == "post" else channel,
        alone=own.random() < 0.5,
        mistake=own.random() < 0.1,
    )
