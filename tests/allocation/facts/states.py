"""Random states of a small municipality, written as rows: states that services, imports and nights can produce."""

import datetime
import itertools
import random
from typing import Any, TypeVar

from django.db import models

from allocation.models import AllocationRun, AreaDate, Offer, OutcomeRow, Placement, ProviderExit
from choices.models import Amendment, CareDecision, Choice, Household, HouseholdMember, Person, Wish
from common import clock
from providers.models import Area, Ceiling, Contract, Guarantee, Municipality, NightMode, Provider, ShareStep
from tests.factories import LONG_AGO, MunicipalityFactory, PersonFactory, ServiceTypeFactory

TODAY = datetime.date(2020, 11, 23)
_serial = itertools.count()
Row = TypeVar("Row", bound=models.Model)


def _day(draw: random.Random, first: int, last: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=draw.randint(first, last))


def moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=clock.STOCKHOLM)


class State:
    """``make`` writes a state drawn from ``seed``: two areas, three external providers, four to ten people."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.people: list[Person] = []
        self._drawn: list[models.Model] = []
        self._homes: dict[int, Household] = {}

    def make(self) -> None:
        draw = self.draw
        self.municipality: Municipality = MunicipalityFactory.create(
            notice_days=draw.choice([0, 14, 30]),
            night_mode=draw.choice(NightMode.values),
            household_class=draw.random() < 0.2,
        )
        self.areas = [Area.objects.create(code=code, name=code) for code in ("norr", "soder")]
        self.municipal = Provider.objects.create(code="kommunen", name="Kommunen", kind=Provider.Kind.MUNICIPAL)
        self.external = Provider.objects.bulk_create(
            Provider(code=code, name=code, kind=Provider.Kind.PRIVATE) for code in ("a", "b", "c")
        )
        self.home_care = ServiceTypeFactory.create()
        self.alarm = ServiceTypeFactory.create(code="larm", name="Larm", follows_choice=draw.random() < 0.8)
        self.contracts: dict[tuple[int, int], Contract] = {}
        for area in self.areas:
            self._terms(area)
        for _ in range(draw.randint(4, 10)):
            self.people.append(self._person())
        self._households()
        self._store()
        self.run = self._earlier_night()
        for person in self.people:
            self._choices(person)
        for person in self.people:
            self._amendments(person)
            self._waiting(person)
        self._store()
        if draw.random() < 0.3:
            self._exit()

    def _add(self, model: type[Row], **values: Any) -> Row:
        row = model(**values)
        self._drawn.append(row)
        return row

    def _store(self) -> None:
        """One statement for each model, in the order in which each was drawn first."""
        by_model: dict[type[models.Model], list[models.Model]] = {}
        for row in self._drawn:
            by_model.setdefault(type(row), []).append(row)
        # A correction names a choice that has its number.
        first = [row for row in by_model.pop(Choice, []) if row.corrects is None]
        Choice.objects.bulk_create(first)
        Choice.objects.bulk_create(row for row in self._drawn if isinstance(row, Choice) and row.corrects)
        for model, rows in by_model.items():
            model._default_manager.bulk_create(rows)
        self._drawn.clear()

    def _terms(self, area: Area) -> None:
        draw = self.draw
        for provider in [self.municipal, *self.external]:
            if provider != self.municipal and draw.random() < 0.1:
                continue
            begins = _day(draw, 20, 60) if provider != self.municipal and draw.random() < 0.1 else LONG_AGO
            contract = Contract.objects.create(provider=provider, area=area, valid_from=begins)
            self.contracts[area.pk, provider.pk] = contract
            if provider == self.municipal:
                continue
            if draw.random() < 0.1:
                Contract.objects.filter(pk=contract.pk).update(intake_stopped_from=LONG_AGO)
            if draw.random() < 0.9:
                self._add(
                    Ceiling,
                    contract=contract,
                    valid_from=LONG_AGO,
                    minutes=60 * draw.randint(0, 40),
                    persons=draw.choice([None, None, 2]),
                    tolerance_minutes=draw.choice([0, 0, 120]),
                )
            if draw.random() < 0.3:
                self._add(Guarantee, contract=contract, valid_from=LONG_AGO, minutes=60 * draw.randint(1, 15))
        if draw.random() < 0.8:
            self._add(ShareStep, area=area, valid_from=LONG_AGO, share_bp=draw.choice([1000, 2000, 5000]))

    def _person(self) -> Person:
        draw = self.draw
        area = draw.choices(self.areas, [5, 1])[0]
        person = PersonFactory.create(
            reference=f"P{draw.getrandbits(40):010X}",
            area=area,
            deceased_on=TODAY if draw.random() < 0.05 else None,
            confidential=draw.random() < 0.1,
        )
        # Care that is ongoing, ended, future, or an alarm only.
        for service, minutes in ((self.home_care, 60 * draw.randint(1, 20)), (self.alarm, 0)):
            if draw.random() < 0.2:
                continue
            begins = draw.choices([LONG_AGO, _day(draw, 1, 40)], [9, 1])[0]
            self._add(
                CareDecision,
                person=person,
                service_type=service,
                source_reference=f"S{next(_serial)}",
                decided_on=_day(draw, -400, -1),
                valid_from=begins,
                valid_until=draw.choices([None, _day(draw, 41, 80) if begins > TODAY else _day(draw, 1, 40)], [9, 1])[
                    0
                ],
                minutes=minutes,
            )
        self._placements(person)
        return person

    def _contract(self, area_id: int) -> Contract | None:
        provider = self.draw.choice([self.municipal, self.municipal, *self.external])
        return self.contracts.get((area_id, provider.pk))

    def _placements(self, person: Person) -> None:
        draw = self.draw
        if (contract := self._contract(person.area_id)) is None or draw.random() < 0.1:
            return
        if draw.random() < 0.05:
            contract = self._contract(self.areas[1].pk) or contract
        until = _day(draw, 0, 45) if draw.random() < 0.2 else None
        interim = contract.provider_id == self.municipal.pk and draw.random() < 0.2
        self._add(Placement, person=person, contract=contract, valid_from=LONG_AGO, valid_until=until, interim=interim)
        later = self._contract(person.area_id)
        if until and later and draw.random() < 0.7:
            undone = draw.random() < 0.2
            self._add(Placement, person=person, contract=later, valid_from=until, valid_until=until if undone else None)

    def _households(self) -> None:
        shuffled = self.draw.sample(self.people, len(self.people))
        while len(shuffled) > 3:
            household = self._add(Household, reference=f"H{self.draw.getrandbits(40):010X}")
            for _ in range(self.draw.choice([2, 2, 3])):
                person = shuffled.pop()
                self._add(HouseholdMember, household=household, person=person, valid_from=LONG_AGO)
                self._homes[person.pk] = household

    def _choices(self, person: Person) -> None:
        """None to three versions, sometimes a correction; household members often choose alike."""
        draw = self.draw
        if draw.random() < 0.15:
            return
        household = self._homes.get(person.pk)
        same = household is not None and draw.random() < 0.7
        if same:
            draw = random.Random(household.reference)
        record = person
        for version in range(draw.randint(1, 3)):
            declines = draw.random() < 0.1
            received = _day(draw, -200, -2)
            choice = self._add(
                Choice,
                person=record,
                received_on=received,
                registered_at=moment(received + datetime.timedelta(days=draw.choice([0, 0, 1]))),
                channel=Choice.Channel.PAPER,
                declines_to_choose=declines,
                together=same,
                queue_if_full=draw.random() < 0.8,
            )
            ranking = draw.sample([self.municipal, *self.external], draw.randint(1, 4))
            for rank, provider in enumerate([] if declines else ranking, start=1):
                date = received - datetime.timedelta(days=draw.choice([0, 0, 60]))
                self._add(Wish, choice=choice, rank=rank, provider=provider, queue_date=date)
            if draw.random() < 0.1:
                corrected = self._add(
                    Choice,
                    person=record,
                    received_on=received,
                    registered_at=choice.registered_at,
                    channel=choice.channel,
                    corrects=choice,
                    correction=Choice.Correction.MISTAKE,
                    together=same,
                )
                self._add(Wish, choice=corrected, rank=1, provider=self.external[0], queue_date=received)
            # The next version may lie in a record that was merged into this one.
            if version == 0 and self.draw.random() < 0.1:
                record = PersonFactory.create(area=person.area, merged_into=person)

    def _amendments(self, person: Person) -> None:
        """An ended wish, or consent to move alone: before or after the choice, sometimes withdrawn."""
        for _ in range(self.draw.choice([0, 0, 0, 1, 1, 2])):
            alone = self.draw.random() < 0.3
            said = _day(self.draw, -150, 0)
            self._add(
                Amendment,
                person=person,
                kind=Amendment.Kind.ALONE if alone else Amendment.Kind.ENDS_WISH,
                provider=None if alone else self.draw.choice(self.external),
                said_on=said,
                registered_at=moment(said),
                channel=Choice.Channel.PHONE,
                undone_at=moment(said) if self.draw.random() < 0.2 else None,
            )

    def _earlier_night(self) -> AllocationRun:
        at = moment(_day(self.draw, -100, -3))
        return AllocationRun.objects.create(
            kind=AllocationRun.Kind.NIGHT,
            business_date=at.date(),
            effective_date=at.date(),
            seed="ab" * 32,
            label="natt",
            status=AllocationRun.Status.APPLIED,
            proposed_at=at,
            approved_at=at,
            applied_at=at,
            engine_version="1.0.0",
            problem_sha256="a" * 64,
            outcome_sha256="b" * 64,
        )

    def _waiting(self, person: Person) -> None:
        draw = self.draw
        if draw.random() < 0.5:
            self._add(
                OutcomeRow,
                run=self.run, person=person, area=person.area, minutes=0, answered=True, provider=self.municipal,
                how=OutcomeRow.How.KEPT, unit=person.reference,
            )  # fmt: skip
        if draw.random() < 0.5:
            self._add(AreaDate, person=person, since=_day(draw, -150, -20), set_by=self.run)
        contract = self._contract(person.area_id)
        if contract is not None and contract.provider_id != self.municipal.pk and draw.random() < 0.25:
            status = draw.choice(["open", "expired", "expired", "declined", "withdrawn"])
            made = _day(draw, -30, -2)
            self._add(
                Offer,
                person=person,
                contract=contract,
                unit=person.reference,
                minutes=60 * draw.randint(1, 20),
                starts_on=_day(draw, 31, 40),
                answer_by=_day(draw, 0, 20),
                made_at=moment(made),
                status=status,
                answered_at=None if status == "open" else moment(made),
                silence_broken_at=moment(made) if status == "expired" and draw.random() < 0.3 else None,
            )

    def _exit(self) -> None:
        provider = self.draw.choice(self.external)
        contracts = [contract for (_, pk), contract in self.contracts.items() if pk == provider.pk]
        ends = _day(self.draw, -5, 30)
        contracts = [contract for contract in contracts if contract.valid_from < ends]
        exit = ProviderExit.objects.create(
            provider=provider,
            reason=ProviderExit.Reason.CONTRACT,
            ends_on=ends,
            moved_by=ends + datetime.timedelta(days=40),
            status=ProviderExit.Status.OPEN,
        )
        exit.contracts.set(contracts)
        for contract in contracts:
            contract.valid_until = ends
            contract.save()
