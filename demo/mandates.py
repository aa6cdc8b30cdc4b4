"""Holders of mandates: god män, förvaltare, ombud, relatives who act jointly."""

import datetime
from dataclasses import dataclass
from random import Random

from demo.numbers import TestNumbers
from demo.people import TODAY, Person, name_groups
from demo.places import Home, some_home, some_phone

_KINDS = {
    "God man": (0.03, "Bevaka rätt, förvalta egendom, sörja för person", "Registerutdrag från överförmyndaren"),
    "Förvaltare": (0.006, "Bevaka rätt, förvalta egendom, sörja för person", "Registerutdrag från överförmyndaren"),
    "Ombud med fullmakt": (0.02, "Val av utförare av hemtjänst", "Skriftlig fullmakt"),
    "Framtidsfullmakt": (0.004, "Personliga och ekonomiska frågor", "Framtidsfullmakt, bevittnad av två"),
    "Anhörig": (0.01, "Val av utförare av hemtjänst", "Läkarintyg och personbevis"),
}


@dataclass(frozen=True)
class Holder:
    person: Person
    kind: str
    scope: str
    evidence: str
    valid_from: datetime.date
    joint: bool
    number: str
    name: str
    phone: str
    home: Home


class _OtherNumbers(TestNumbers):
    """Numbers outside a given set of people."""

    def __init__(self, random: Random, taken: set[str]) -> None:
        super().__init__(random)
        self._taken = taken

    def personal(self, born: datetime.date, *, woman: bool) -> str:
        while (number := super().personal(born, woman=woman)) in self._taken:
            pass
        return number


def make_mandates(people: list[Person], random: Random) -> list[Holder]:
    living = [
        person for person in people if not person.deceased_on and not person.protected and not person.confidential
    ]
    # A separate series: representatives are younger, and none of them has home care.
    numbers = _OtherNumbers(random, {person.number for person in people})
    holders: list[Holder] = []
    chosen = iter(random.sample(living, len(living)))
    for kind, (share, scope, evidence) in _KINDS.items():
        for person, _ in zip(chosen, range(max(round(share * len(people)), 1)), strict=False):
            since = TODAY - datetime.timedelta(days=random.randint(90, 1200))
            count = random.choice((2, 3)) if kind == "Anhörig" else 1
            holders += [_holder(person, kind, scope, evidence, since, count > 1, random, numbers) for _ in range(count)]
    return holders


def _holder(
    person: Person,
    kind: str,
    scope: str,
    evidence: str,
    since: datetime.date,
    joint: bool,
    random: Random,
    numbers: TestNumbers,
) -> Holder:
    woman = random.random() < 0.5
    born = TODAY - datetime.timedelta(days=random.randint(30 * 365, 60 * 365))
    group = random.choice(name_groups())
    family = person.family_name if kind == "Anhörig" else random.choice(group["families"])
    return Holder(
        person=person,
        kind=kind,
        scope=scope,
        evidence=evidence,
        valid_from=since,
        joint=joint,
        number=numbers.personal(born, woman=woman),
        name=f"{random.choice(group['women' if woman else 'men'])} {family}",
        phone=some_phone(random),
        home=some_home(random),
    )
