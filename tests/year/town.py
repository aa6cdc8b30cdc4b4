"""The town the year begins with, made through the services and files that a municipality begins with."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.conf import settings

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import PROVIDER_ROLES, Role
from choices.models import Household, Person
from letters.services import load_texts
from providers import services
from providers.models import Area, Contract, Municipality, NightMode, Provider
from providers.models.municipality import NightDecides
from tests import factories
from tests.import_files import take_in
from tests.world import test_number
from tests.year import terms

LONG_AGO = datetime.date(2019, 1, 1)
FIRST = datetime.date(2021, 3, 1)
AREAS = ("north", "south")
PROVIDERS = {"kommunen": "municipal", "p": "private", "q": "non_profit", "r": "private", "s": "private"}
SYSTEM = Actor.system("year")
# Of all granted minutes, in hundredths of a per cent.
SHARE = 4000
CEILINGS = {"p": 1300, "q": 1200, "r": 900, "s": 800}
GUARANTEES = {"p": 500, "q": 300}
# Somebody who came later has a number of their own, above all others.
FALSE_NUMBERS = 5000

Log = Callable[..., None]


@dataclass
class Town:
    """The rows behind the plain data of the log. ``files``: the row of each person as the care system has it."""

    areas: dict[str, Area] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)
    contracts: dict[tuple[str, str], Contract] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    persons: dict[int, int] = field(default_factory=dict)
    files: dict[int, dict[str, str]] = field(default_factory=dict)
    staff: dict[Role, User] = field(default_factory=dict)
    # Of each provider, one who sees all its clients.
    planners: dict[str, User] = field(default_factory=dict)

    def person(self, number: int) -> Person:
        return Person.objects.select_related("area").get(pk=self.persons[number])

    def actor(self, role: Role) -> Actor:
        return Actor.staff(self.staff[role])

    def add_person(self, number: int, row: dict[str, str]) -> None:
        person = Person.objects.get(identity_number=test_number(number))
        self.persons[number], self.numbers[person.reference], self.files[number] = person.pk, number, row


def make(
    log: Log,
    *,
    people: list[int],
    seed: int,
    offers: bool,
    alone: bool = False,
    model: str = "botkyrka",
    silence: str = "",
) -> Town:
    """A municipality with two areas, four companies, and ``people`` by number, in care and with somebody who comes.
    ``model``: of ``providers/presets``; with ``lov`` there is neither a share nor a guarantee.
    """
    town = Town()
    random = Random(f"{seed} town")
    _municipality(town, offers=offers, alone=alone, model=model, silence=silence or "municipal")
    receipts = list(settings.LETTER_RECEIPT_CHANNELS)
    log("setting", data={"areas": list(AREAS), "makes_offers": offers, "letter_channels": receipts})
    for code, kind in PROVIDERS.items():
        name = f"Utförare {code.upper()}" if kind != "municipal" else "Kommunens hemtjänst"
        town.providers[code] = added = services.add_provider(code=code, name=name, kind=kind, actor=SYSTEM)
        town.planners[code] = factories.UserFactory.with_role(
            Role.PROVIDER_PROTECTED, provider=added, username=f"year-planner-{code}"
        )
    for area in AREAS:
        town.areas[area] = services.add_area(code=area, name=f"Området {area}", actor=SYSTEM)
        for provider in PROVIDERS:
            if provider != "s":
                add_contract(town, log, provider, area, LONG_AGO)
    _people(town, log, people, random)
    minutes = _granted(log, people, random)
    for area in AREAS:
        whole = sum(granted for number, granted in minutes.items() if area_of(number) == area)
        _quotas(town, log, area, whole, with_share=model != "lov")
    _placements(log, people, random)
    return town


def area_of(number: int) -> str:
    return AREAS[number % 5 // 3]


def add_contract(town: Town, log: Log, provider: str, area: str, since: datetime.date) -> None:
    town.contracts[provider, area] = services.add_contract(
        provider=town.providers[provider], area=town.areas[area], valid_from=since, actor=SYSTEM
    )
    log("contract", data={"provider": provider, "area": area, "since": since})


def _municipality(town: Town, *, offers: bool, alone: bool, model: str, silence: str) -> None:
    services.set_up_municipality(
        model=model,
        actor=SYSTEM,
        name="Provköping",
        department="Vård- och omsorgsförvaltningen",
        committee="Vård- och omsorgsnämnden",
        phone="08-465 004 00",
        phone_hours="måndag–fredag 9–12",
        email="hemtjanst@provkoping.example",
        website="provkoping.example",
        return_address="Provköpings kommun\n147 85 Tumba",
    )
    mode = NightMode.OFFER if offers else NightMode.PLACE
    decides = {"night_decides": NightDecides.ALONE, "night_decides_basis": "Delegationsordningen"} if alone else {}
    Municipality.objects.update(night_mode=mode, no_answer_rule=silence, **decides)
    load_texts(actor=SYSTEM)
    for code, follows in (("hemtjanst", True), ("larm", True), ("natt", False)):
        services.add_service_type(code=code, name=code.capitalize(), follows_choice=follows, actor=SYSTEM)
    for role in (role for role in Role if role not in PROVIDER_ROLES):
        town.staff[role] = factories.UserFactory.with_role(role, username=f"year-{role.value}")
    terms.agree_terms(town.staff, LONG_AGO)


def _people(town: Town, log: Log, people: list[int], random: Random) -> None:
    rows = []
    lives_together = False
    for number in range(max(people) + 1):
        if number % 2 == 0:
            lives_together = random.random() < 0.25
        row = {
            "personnummer": test_number(number),
            "förnamn": "Asta",
            "efternamn": f"Provsson {number}",
            "område": area_of(number // 2 * 2),
            "hushåll": f"H{number // 2}" if lives_together else "",
        }
        if number in people:
            rows.append((number, row))
    take_in("persons", *(row for _number, row in rows), actor=SYSTEM)
    for number, row in rows:
        town.add_person(number, row)
    log("persons", data={"persons": [(n, town.person(n).reference, row["område"]) for n, row in rows]})
    for pair in Household.objects.order_by("pk"):
        members = sorted(pair.members.values_list("person__reference", flat=True))
        log("household", who=[town.numbers[each] for each in members], data={"reference": pair.reference})


def _granted(log: Log, people: list[int], random: Random) -> dict[int, int]:
    """Hours as in the country (domain, section 9). Some have night supervision besides, which follows no choice."""
    rows, events, granted = [], [], {}
    for number in range(max(people) + 1):
        kind = random.random()
        minutes = 0 if kind < 0.2 else random.randrange(1, 60 if kind < 0.9 else 160) * 60 + random.choice((0, 30))
        night = random.random() < 0.1
        if number not in people:
            continue
        granted[number] = minutes
        own = [("larm" if minutes == 0 else "hemtjanst", minutes, True)] + ([("natt", 600, False)] if night else [])
        for service, amount, follows in own:
            name = f"B{number}-{service}"
            rows.append(
                {
                    "personnummer": test_number(number),
                    "beslut": name,
                    "insats": service,
                    "minuter per månad": str(amount),
                    "beslutsdatum": "2020-01-01",
                    "från": "2020-01-10",
                }
            )
            since = datetime.date(2020, 1, 10)
            data = {"name": name, "since": since, "until": None, "minutes": amount, "follows": follows}
            events.append((number, data | {"decided_on": datetime.date(2020, 1, 1)}))
    take_in("decisions", *rows, actor=SYSTEM)
    for number, data in events:
        log("decision", who=[number], data=data)
    return granted


def _quotas(town: Town, log: Log, area: str, whole: int, *, with_share: bool) -> None:
    if with_share:
        services.add_share_step(area=town.areas[area], valid_from=LONG_AGO, share_bp=SHARE, actor=SYSTEM)
        log("share", data={"area": area, "since": LONG_AGO, "bp": SHARE})
    for provider in ("p", "q", "r"):
        contract, minutes = town.contracts[provider, area], whole * CEILINGS[provider] // 10_000 // 60 * 60
        services.add_ceiling(contract=contract, valid_from=LONG_AGO, minutes=minutes, actor=SYSTEM)
        log("ceiling", data={"provider": provider, "area": area, "since": LONG_AGO, "minutes": minutes})
        if with_share and provider in GUARANTEES:
            promised = whole * GUARANTEES[provider] // 10_000 // 60 * 60
            services.add_guarantee(contract=contract, valid_from=LONG_AGO, minutes=promised, actor=SYSTEM)
            log("guarantee", data={"provider": provider, "area": area, "since": LONG_AGO, "minutes": promised})


def _placements(log: Log, people: list[int], random: Random) -> None:
    rows: list[dict[str, str]] = []
    events: list[tuple[int, dict[str, Any]]] = []
    for number in range(max(people) + 1):
        provider = random.choices(("kommunen", "p", "q", "r", ""), (74, 8, 6, 8, 4))[0]
        if number not in people or not provider:
            continue
        rows.append({"personnummer": test_number(number), "utförare": provider, "från": "2020-01-10"})
        since = datetime.date(2020, 1, 10)
        events.append((number, {"provider": provider, "area": area_of(number // 2 * 2), "since": since}))
    take_in("placements", *rows, actor=SYSTEM)
    for number, data in events:
        log("placement", who=[number], data=data)
