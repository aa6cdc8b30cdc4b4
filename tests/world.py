"""A small municipality made through the real services, for tests that need a world rather than a row."""

import datetime
from dataclasses import dataclass, field

from accounts.actors import Actor
from accounts.models import User
from allocation.models import Placement
from choices import identity
from choices.models import CareDecision, Choice, ChoiceRound, Person
from choices.services import create_round, register_choice
from providers import services
from providers.models import Area, Contract, Provider, ServiceType
from tests.remembered import remembered

WINDOW_OPENS = datetime.date(2020, 9, 8)
WINDOW_CLOSES = datetime.date(2020, 9, 30)
START = datetime.date(2021, 1, 1)
LONG_AGO = datetime.date(2016, 1, 1)
SYSTEM = Actor.system("test")

HOURS = 60


def test_number(serial: int) -> str:
    """The ``serial``-th identity number of the tax agency's test series (birth numbers 980–999)."""
    day = datetime.date(1930, 1, 1) + datetime.timedelta(days=serial // 20)
    stem = f"{day:%Y%m%d}{980 + serial % 20}"
    return next(number for digit in range(10) if (number := f"{stem}{digit}") and _valid(number))


def _valid(number: str) -> bool:
    try:
        identity.parse(number)
    except identity.IdentityNumberError:
        return False
    return True


@dataclass
class World:
    """Area north, the municipality and two companies p and q, a share of 20 %, one round."""

    north: Area
    municipal: Provider
    p: Provider
    q: Provider
    home_care: ServiceType
    round: ChoiceRound
    contracts: dict[str, Contract] = field(default_factory=dict)
    people: int = 0

    def person(self, *, minutes: int = 10 * HOURS, current: Provider | None = None, **fields: object) -> Person:
        """A person with granted care at ``current`` (default: the municipality)."""
        self.people += 1
        person = Person.objects.create(
            **{
                "identity_number": test_number(self.people),
                "identity_kind": identity.IdentityKind.PERSONAL,
                "given_name": "Asta",
                "family_name": f"Provsson {self.people}",
                "area": self.north,
                "street": "Provgränd 1",
                "postal_code": "14500",
                "town": "Norsborg",
                **fields,
            }
        )
        CareDecision.objects.create(
            person=person,
            service_type=self.home_care,
            source_reference=f"B{self.people}",
            decided_on=LONG_AGO,
            valid_from=LONG_AGO,
            minutes=minutes,
        )
        provider = current or self.municipal
        Placement.objects.create(person=person, contract=self.contracts[provider.code], valid_from=LONG_AGO)
        return person

    def choose(self, person: Person, *ranking: Provider, **more: object) -> Choice:
        return register_choice(
            **{
                "person": person,
                "ranking": list(ranking),
                "received_on": WINDOW_CLOSES,
                "channel": "paper",
                "actor": SYSTEM,
                "round": self.round,
                **more,
            }
        )


@remembered
def make_world(
    *, p_minutes: int = 50 * HOURS, q_minutes: int = 50 * HOURS, share_bp: int = 2000, **policy: object
) -> World:
    services.set_up_municipality(
        model="botkyrka",
        actor=SYSTEM,
        name="Provköping",
        department="Vård- och omsorgsförvaltningen",
        committee="Vård- och omsorgsnämnden",
        phone="08-465 004 00",
        phone_hours="måndag–fredag 9–12",
        email="hemtjanst@provkoping.example",
        website="provkoping.example",
        return_address="Provköpings kommun\n147 85 Tumba",
        # Most tests cover the night's decisions, not the morning approval.
        night_decides="alone",
        night_decides_basis="Nämndens beslut",
    )
    north = services.add_area(code="north", name="Norra", actor=SYSTEM)
    kinds = {"kommunen": "municipal", "p": "private", "q": "non_profit"}
    providers = {
        code: services.add_provider(code=code, name=f"Utförare {code}", kind=kind, actor=SYSTEM)
        for code, kind in kinds.items()
    }
    contracts = {
        code: services.add_contract(provider=provider, area=north, valid_from=LONG_AGO, actor=SYSTEM)
        for code, provider in providers.items()
    }
    for code, minutes in (("p", p_minutes), ("q", q_minutes)):
        services.add_ceiling(contract=contracts[code], valid_from=LONG_AGO, minutes=minutes, actor=SYSTEM)
    services.add_share_step(area=north, valid_from=START, share_bp=share_bp, actor=SYSTEM)
    return World(
        north=north,
        municipal=providers["kommunen"],
        p=providers["p"],
        q=providers["q"],
        home_care=services.add_service_type(code="hemtjanst", name="Hemtjänst", follows_choice=True, actor=SYSTEM),
        round=create_round(
            code="2020",
            name="Hösten 2020",
            areas=[north],
            opens_on=WINDOW_OPENS,
            closes_on=WINDOW_CLOSES,
            starts_on=START,
            actor=SYSTEM,
            **policy,
        ),
        contracts=contracts,
    )


def staff(username: str, role: str) -> Actor:
    """A staff user with one role."""
    from django.contrib.auth.models import Group

    user = User.objects.create_user(username, all_areas=True)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return Actor.staff(user)
