import datetime

import pytest

from accounts.actors import Actor
from accounts.roles import Role
from allocation.models import Placement
from choices.models import Person
from providers.models import Provider
from tests import factories as make
from tests.world import LONG_AGO

TODAY = datetime.date(2020, 11, 23)


@pytest.fixture
def providers(db: None) -> list[Provider]:
    """Two with a contract in one area; both see their clients ninety days ahead."""
    make.MunicipalityFactory.create(client_days_before=90)
    found = [make.ProviderFactory.create(code=code) for code in ("ett", "tva")]
    for provider in found:
        make.ContractFactory.create(provider=provider)
    return found


@pytest.fixture
def moves(providers: list[Provider]):
    """A person who moves from the first provider to the second in four weeks."""

    def move(*, start: datetime.date = TODAY + datetime.timedelta(days=28), **person: object) -> Person:
        one, other = (provider.contracts.get() for provider in providers)
        moving = make.PersonFactory.create(area=one.area, **person)
        make.CareDecisionFactory.create(person=moving)
        make.PlacementFactory.create(person=moving, contract=one, valid_until=start, registered_at=_long_ago())
        make.PlacementFactory.create(person=moving, contract=other, valid_from=start)
        return moving

    return move


def _long_ago() -> datetime.datetime:
    return datetime.datetime.combine(LONG_AGO, datetime.time(12), tzinfo=datetime.UTC)


def planner(provider: Provider, role: Role = Role.PROVIDER_STAFF) -> Actor:
    return Actor.staff(make.UserFactory.with_role(role, provider=provider))


def placements(person: Person) -> list[Placement]:
    return list(Placement.objects.filter(person=person).order_by("valid_from"))
