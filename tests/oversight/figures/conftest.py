"""A municipality of some hundred people, with data for every figure."""

import datetime
import itertools

import pytest

from accounts.roles import Role
from allocation.models import AllocationRun, OutcomeRow, Placement
from choices.models import CareDecision, Choice, Person, Wish
from tests import factories as make
from tests.factories import HOUR

TODAY = datetime.date(2020, 11, 23)


class Municipality:
    """Two areas, the municipal provider and three companies; an applied round."""

    def __init__(self) -> None:
        make.MunicipalityFactory.create()
        self.areas = [make.AreaFactory.create(), make.AreaFactory.create(code="sodra", name="Södra området")]
        make.ServiceTypeFactory.create()
        self.municipal = make.ProviderFactory.create(municipal=True)
        self.companies = [make.ProviderFactory.create(code=code, name=f"Utförare {code.upper()}") for code in "abc"]
        for area in self.areas:
            make.ShareStepFactory.create(area=area)
            make.ContractFactory.create(provider=self.municipal, area=area)
            for company in self.companies:
                make.ContractFactory.create(provider=company, area=area, ceiling=900 * HOUR, guarantee=100 * HOUR)
        self.round = make.ChoiceRoundFactory.create(closed=True, areas=self.areas)
        proposer = make.UserFactory.with_role(Role.ADMIN, username="petra")
        self.run: AllocationRun = make.RunFactory.create(round=self.round, proposed_by=proposer, applied=True)
        self.manager = make.UserFactory.with_role(Role.MANAGER, username="chefen")

    def people(self, number: int, *, area: int = 0, wish: int | None = 0, got: bool = True, **mark) -> list[Person]:
        """``wish``: number of the chosen company; None: no choice. One statement per table."""
        place = self.areas[area]
        persons = [make.PersonFactory.build(area=place, **mark) for _ in range(number)]
        for person in persons:
            person.sort_name = person.family_name
        Person.objects.bulk_create(persons)
        minutes = [(5 + n * 13 % 100) * HOUR for n in range(number)]
        kind = make.ServiceTypeFactory.create()
        CareDecision.objects.bulk_create(
            make.CareDecisionFactory.build(person=person, minutes=granted, service_type=kind)
            for person, granted in zip(persons, minutes, strict=True)
        )
        contract = self.municipal.contracts.get(area=place)
        Placement.objects.bulk_create(make.PlacementFactory.build(person=each, contract=contract) for each in persons)
        how: dict[str, object] = {"provider": self.municipal, "answered": False, "how": "no_answer_kept"}
        if wish is not None:
            company = self.companies[wish]
            choices = Choice.objects.bulk_create(
                make.ChoiceFactory.build(person=person, round=self.round, channel=("web", "paper", "phone")[n % 3])
                for n, person in enumerate(persons)
            )
            Wish.objects.bulk_create(
                Wish(choice=choice, rank=1, provider=company, queue_date=make.CLOSES) for choice in choices
            )
            unmet = [{"provider": company.code, "why": "share", "place_in_queue": 1, "minutes_ahead": 0}]
            how = {"provider": self.municipal, "unmet": unmet}
            if got:
                how = {"provider": company, "got_wish": True}
        OutcomeRow.objects.bulk_create(
            make.OutcomeRowFactory.build(
                run=self.run, person=person, minutes=granted, provider_before=self.municipal, **how
            )
            for person, granted in zip(persons, minutes, strict=True)
        )
        return persons

    def move(self, person: Person, company: int, day: datetime.date, **why) -> None:
        """Move from the current provider to another, from ``day``."""
        person.placements.filter(valid_until=None).update(valid_until=day)
        contract = self.companies[company].contracts.get(area=person.area)
        make.PlacementFactory.create(person=person, contract=contract, valid_from=day, **why)


def make_municipality() -> Municipality:
    """35 in the north and 30 in the south; some small groups on purpose."""
    town = Municipality()
    for area, wish, got, number in (
        *((0, 0, True, 9), (0, 1, True, 6), (0, 2, False, 8), (0, None, True, 12)),
        *((1, 0, True, 7), (1, 1, False, 8), (1, 2, True, 3), (1, None, True, 12)),
    ):
        town.people(number, area=area, wish=wish, got=got)
    rows = town.run.rows.filter(how=OutcomeRow.How.WISH).select_related("person__area", "provider").order_by("pk")
    for row, month in zip(rows, itertools.cycle((9, 10, 11)), strict=False):
        town.move(row.person, town.companies.index(row.provider), datetime.date(2020, month, 2), run=town.run)
    return town


@pytest.fixture
def municipality(db: None, settings) -> Municipality:
    settings.CLOCK_TODAY = TODAY
    return make_municipality()
