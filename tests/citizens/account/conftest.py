"""A citizen with municipal home care, waiting for a company, after a decided round."""

import datetime
from dataclasses import dataclass

import pytest
from django.test import Client

from allocation.models import AllocationRun
from choices.models import Choice, ChoiceRound, Person, Wish
from providers.models import Contract, Municipality, Provider
from tests import factories as make
from tests.citizens.signing_in import as_citizen

RECEIVED = datetime.date(2020, 9, 21)
DECIDED = datetime.date(2020, 11, 1)


@dataclass
class Mine:
    municipality: Municipality
    own: Contract
    company: Contract
    other: Contract
    round: ChoiceRound
    run: AllocationRun
    person: Person
    choice: Choice

    def waiter(
        self, *ranking: Provider, why: str = "ceiling", since: datetime.date = make.CLOSES, **fields: object
    ) -> Person:
        """A municipal client who waits for ``ranking``."""
        person: Person = make.PersonFactory.create(**fields)
        make.CareDecisionFactory.create(person=person)
        make.PlacementFactory.create(person=person, contract=self.own)
        choice = make.ChoiceFactory.create(
            person=person, round=self.round if since >= make.OPENS else None, received_on=min(since, RECEIVED)
        )
        for rank, provider in enumerate([*ranking, self.own.provider], start=1):
            Wish.objects.create(choice=choice, rank=rank, provider=provider, queue_date=since)
        unmet = [{"provider": provider.code, "why": why} for provider in ranking]
        make.OutcomeRowFactory.create(run=self.run, person=person, provider=self.own.provider, unmet=unmet)
        return person


@pytest.fixture
def mine(db: None, settings, tmp_path) -> Mine:
    settings.MEDIA_ROOT = tmp_path
    return make_mine()


def make_mine() -> Mine:
    municipality = make.MunicipalityFactory.create()
    own = make.ContractFactory.create(provider=make.ProviderFactory.create(municipal=True))
    company = make.ContractFactory.create(provider=make.ProviderFactory.create(code="lindens", name="Lindens omsorg"))
    other = make.ContractFactory.create(provider=make.ProviderFactory.create(code="akerns", name="Åkerns vård"))
    round = make.ChoiceRoundFactory.create(closed=True, starts_on=DECIDED)
    run = make.RunFactory.create(round=round, applied=True, effective_date=DECIDED)
    found = Mine(municipality, own, company, other, round, run, person=None, choice=None)
    found.person = found.waiter(company.provider, given_name="Aina", family_name="Lund")
    found.choice = Choice.objects.get(person=found.person)
    return found


@pytest.fixture
def citizen(mine: Mine) -> Client:
    return as_citizen(Client(), mine.person)
