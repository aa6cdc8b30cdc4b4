"""Answers of autumn 2020: most stay, some choose a company, a third do not answer."""

import datetime
from dataclasses import dataclass
from random import Random

from demo.people import TODAY, Person

ROUND = "2020-host"
OPENS, CLOSES = datetime.date(2020, 9, 8), datetime.date(2020, 9, 30)
TOLD_BY = datetime.date(2020, 12, 15)
MUNICIPAL = "kommunen"
# Demand for each external provider: above capacity for the first, below the guarantee for the last.
POPULARITY = {"rimfageln": 44, "mossviolen": 29, "sju-lindar": 21, "grannkedjan": 6}

_ONE_NEW_IN = 400
_NO_ANSWER = 0.33
_DECLINES = 0.01
_WISHES_EXTERNAL = 0.36
_LATE = 0.03
_CHANGES_MIND = 0.02
_COUPLE_TOGETHER = 0.5
_CHANNELS = {"Blankett": 68, "E-tjänst": 14, "Telefon": 11, "Besök": 5, "E-post": 2}


@dataclass(frozen=True)
class Answer:
    person: Person
    received_on: datetime.date
    registered_on: datetime.date
    channel: str
    ranking: tuple[str, ...]
    round: str = ROUND
    declines: bool = False
    together: bool = False
    queue_if_full: bool = True
    accepts_interim: bool = True


def is_new(place: int) -> bool:
    """The newest people have no provider yet. ``place``: in the order of the file."""
    return place % _ONE_NEW_IN == _ONE_NEW_IN - 1


def make_answers(people: list[Person], random: Random) -> list[Answer]:
    answers: list[Answer] = []
    by_household: dict[str, Answer] = {}
    for place, person in enumerate(people):
        if is_new(place) and not person.household:
            # After the window: behind all who wait for the most popular provider.
            day = CLOSES + datetime.timedelta(days=5)
            answers.append(Answer(person, day, day, "Telefon", (next(iter(POPULARITY)),), round=""))
            continue
        partner = by_household.get(person.household) if person.household else None
        if partner and random.random() < _COUPLE_TOGETHER:
            # One form per person, in one envelope.
            place = answers.index(partner, max(len(answers) - 4, 0))
            answers[place] = _copy(partner, partner.person)
            answers.append(_copy(partner, person))
            continue
        if random.random() < _NO_ANSWER:
            continue
        answer = _answer(person, random)
        answers.append(answer)
        if person.household and not partner and answer.ranking:
            by_household[person.household] = answer
        elif answer.round and random.random() < _CHANGES_MIND:
            second = _changed_mind(answer, random)
            if second.ranking != answer.ranking:
                answers.append(second)
    return answers


def _answer(person: Person, random: Random) -> Answer:
    late = random.random() < _LATE
    if late:
        received = CLOSES + datetime.timedelta(days=random.randint(1, 40))
    else:
        # Answers peak in the first two weeks, and again just before the end.
        days = (CLOSES - OPENS).days
        received = OPENS + datetime.timedelta(days=round(days * random.betavariate(1.2, 1.3)))
    last = person.deceased_on or TODAY
    received = min(received, last)
    late = received > CLOSES
    (channel,) = random.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))
    wait = 0 if channel in ("E-tjänst", "Telefon", "Besök") else random.randint(0, 9)
    declines = random.random() < _DECLINES
    return Answer(
        person=person,
        received_on=received,
        registered_on=min(received + datetime.timedelta(days=wait), TODAY),
        channel=channel,
        ranking=() if declines else _ranking(random),
        round="" if late else ROUND,
        declines=declines,
        queue_if_full=random.random() < 0.93,
        accepts_interim=random.random() < 0.95,
    )


def _ranking(random: Random) -> tuple[str, ...]:
    externals = _in_order_of_taste(random)
    if random.random() >= _WISHES_EXTERNAL:
        # A few add an external provider that they would otherwise rank lower.
        return (MUNICIPAL, *externals[: random.choices((0, 1, 2), weights=(85, 10, 5))[0]])
    count = random.choices((1, 2, 3, 4), weights=(40, 35, 15, 10))[0]
    ranking = externals[:count]
    return (*ranking, MUNICIPAL) if random.random() < 0.6 else tuple(ranking)


def _in_order_of_taste(random: Random) -> list[str]:
    left = dict(POPULARITY)
    order = []
    while left:
        (choice,) = random.choices(list(left), weights=list(left.values()))
        order.append(choice)
        del left[choice]
    return order


def _changed_mind(answer: Answer, random: Random) -> Answer:
    """A second form: valid from its day of receipt; wishes on both forms keep their place."""
    received = min(answer.received_on + datetime.timedelta(days=random.randint(1, 6)), CLOSES)
    ranking = tuple(dict.fromkeys((*_ranking(random), *answer.ranking)))[:5]
    return Answer(
        person=answer.person,
        received_on=received,
        registered_on=max(answer.registered_on, received),
        channel="Telefon",
        ranking=ranking,
        queue_if_full=answer.queue_if_full,
        accepts_interim=answer.accepts_interim,
    )


def _copy(answer: Answer, person: Person) -> Answer:
    return Answer(
        person=person,
        received_on=answer.received_on,
        registered_on=answer.registered_on,
        channel=answer.channel,
        ranking=answer.ranking,
        round=answer.round,
        together=True,
    )
