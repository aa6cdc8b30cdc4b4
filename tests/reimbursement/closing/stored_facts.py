"""Drawn terms and people as rows of the database, and a year of closes through the services."""

import datetime
from collections.abc import Iterator
from random import Random
from typing import Any

from msgspec.structs import replace

from accounts.actors import Actor
from allocation.models import Placement
from choices.models import CareDecision, Person
from common import clock
from providers.models import Area, Contract, Guarantee, Provider, ServiceType
from reimbursement import documents
from reimbursement.closing import approve, seal, send_for_remarks
from reimbursement.computing import begin, next_month, recompute
from reimbursement.engine.months import first_day
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Closed, Problem
from reimbursement.engine.problem import Person as Drawn
from reimbursement.models import Absence, ManualLine, PaymentBasis, Term
from reimbursement.models.term import TermKind
from tests.reimbursement.engine.year import Year
from tests.world import LONG_AGO, SYSTEM, test_number

T = TermKind


class StoredYear(Year):
    """As ``Year``, with every fact in the database. ``settings``: for the clock."""

    def __init__(
        self, random: Random, people: int, months: int, *, settings: Any, officers: tuple[Actor, Actor]
    ) -> None:
        super().__init__(random, people, months)
        self.settings, self.anna, self.bo = settings, *officers
        self._store_terms()
        numbers = enumerate(self.problem.people)
        Person.objects.bulk_create(self._person(number, drawn) for number, drawn in numbers)
        self.people = dict(Person.objects.values_list("given_name", "pk"))
        self.names = {id_: Person.objects.get(pk=pk).reference for id_, pk in self.people.items()}
        self.stored: dict[str, Drawn] = {}

    def closes(self) -> Iterator[tuple[Problem, Outcome]]:
        for _number in range(self.months):
            self.problem = self._with_news()
            self._store_facts()
            basis = self._closed(self.problem.month)
            task, outcome = documents.problem(basis), documents.outcome(basis)
            yield task, outcome
            closed = (*task.closed, Closed(task.month, basis.outcome_sha256))
            self.problem = replace(self.problem, month=f"{next_month(basis):%Y-%m}", closed=closed)

    def _closed(self, month: str) -> PaymentBasis:
        end = first_day(month).replace(day=28) + datetime.timedelta(days=10)
        self.settings.CLOCK_TODAY = end
        basis = recompute(basis=begin(month=month, actor=SYSTEM), actor=SYSTEM)
        assert basis.failure == []
        basis = send_for_remarks(basis=basis, until=clock.today(), actor=self.anna)
        self.settings.CLOCK_TODAY = end + datetime.timedelta(days=1)
        basis = approve(basis=basis, seen=basis.outcome_sha256, actor=self.bo)
        return seal(basis=basis, actor=self.bo)

    # Rows ------------------------------------------------------------------------------------------------------

    def _person(self, number: int, drawn: Drawn) -> Person:
        return Person(
            identity_number=test_number(number),
            identity_kind="personal",
            given_name=drawn.id,
            family_name="Dragen",
            sort_name=drawn.id,
            area=Area.objects.order_by("pk")[0],
        )

    def _store_facts(self) -> None:
        """Replace the rows of everybody whose facts have changed."""
        new = [person for person in self.problem.people if self.stored.get(person.id) != person]
        keys = [self.people[person.id] for person in new]
        for model in (CareDecision, Placement):
            model.objects.filter(person__in=keys).delete()
        Absence.objects.filter(person__in=keys, ended_at=None).update(ended_at=clock.now())
        contracts = {(row.provider.code, row.area.code): row for row in Contract.objects.select_related()}
        services = {row.code: row for row in ServiceType.objects.all()}
        for person in new:
            key = self.people[person.id]
            Person.objects.filter(pk=key).update(deceased_on=person.death)
            CareDecision.objects.bulk_create(
                CareDecision(
                    person_id=key,
                    service_type=services[row.service],
                    source_reference=f"{key}-{number}",
                    decided_on=row.valid_from,
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                    minutes=row.minutes,
                )
                for number, row in enumerate(person.decisions)
            )
            Placement.objects.bulk_create(
                Placement(
                    person_id=key,
                    contract=contracts[row.provider, row.area],
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                )
                for row in person.placements
            )
            Absence.objects.bulk_create(
                Absence(
                    person_id=key,
                    kind=row.kind,
                    planned=row.planned,
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                    reported_on=row.reported_on,
                    source="officer",
                )
                for row in person.absences
            )
            self.stored[person.id] = person
        self._store_manual()

    def _store_manual(self) -> None:
        ManualLine.objects.all().delete()
        ManualLine.objects.bulk_create(
            ManualLine(
                reference=row.id,
                month=first_day(row.month),
                provider=Provider.objects.get(code=row.provider),
                person=self.names[row.person] if row.person else "",
                tax_code=row.tax_code,
                ore=row.ore,
                reason=row.reason,
                state="approved",
                proposed_by_id=self.anna.user_id,
                decided_by_id=self.bo.user_id,
                decided_at=clock.now(),
            )
            for row in self.problem.manual
            if row.ore
        )

    def _store_terms(self) -> None:
        task = self.problem
        areas = {code: Area.objects.create(code=code, name=code) for code in task.areas}
        services = {row.id: ServiceType.objects.get_or_create(code=row.id, name=row.id)[0] for row in task.services}
        for provider in task.providers:
            made = Provider.objects.create(code=provider.id, name=provider.id, kind=provider.kind)
            for area in areas.values():
                Contract.objects.create(provider=made, area=area, valid_from=LONG_AGO)
        for row in task.guarantees:
            contract = Contract.objects.get(provider__code=row.provider, area__code=row.area)
            Guarantee.objects.create(
                contract=contract, minutes=row.minutes, valid_from=row.valid_from, valid_until=row.valid_until
            )
        terms = [
            *(self._term(T.POLICY, row, details=_policy(row)) for row in task.policies),
            *(
                self._term(
                    T.SERVICE,
                    row,
                    service_type=services[row.id],
                    tax_code=row.tax_code,
                    details={"paid": row.follows_choice},
                )
                for row in task.services
            ),
            *(
                self._term(
                    T.RATE,
                    row,
                    area=areas.get(row.area or ""),
                    service_type=services.get(row.service or ""),
                    provider_kind=row.provider_kind or "",
                    ore=row.ore_per_hour,
                )
                for row in task.rates
            ),
            *(
                self._term(
                    T.FIXED_SUM, row, area=areas.get(row.area or ""), tax_code=row.tax_code, ore=row.ore_per_month
                )
                for row in task.fixed_sums
            ),
            *(
                self._term(
                    T.LADDER,
                    row,
                    away=row.kind,
                    planned=row.planned,
                    details={
                        "steps": [{n: getattr(step, n) for n in ("first", "last", "percent")} for step in row.steps]
                    },
                )
                for row in task.ladders
            ),
            *(
                self._term(
                    T(row.kind),
                    row,
                    provider_kind=row.provider_kind,
                    tax_code=row.tax_code or "",
                    basis_points=row.basis_points,
                )
                for row in task.supplements
            ),
            *(
                self._term(
                    T.FIRST_MONTH, row, provider_kind=row.provider_kind or "", tax_code=row.tax_code, ore=row.ore
                )
                for row in task.first_months
            ),
        ]
        if task.guarantees:
            terms.append(Term(**self._decided(), kind=T.GUARANTEE, valid_from=LONG_AGO, tax_code="exempt", ore=20_000))
        Term.objects.bulk_create(terms)

    def _term(self, kind: TermKind, row: Any, **fields: Any) -> Term:
        return Term(**self._decided(), kind=kind, valid_from=row.valid_from, valid_until=row.valid_until, **fields)

    def _decided(self) -> dict[str, Any]:
        return {
            "state": "approved",
            "reason": "Dragna villkor",
            "proposed_by_id": self.anna.user_id,
            "decided_by_id": self.bo.user_id,
            "decided_at": clock.now(),
        }


def _policy(row: Any) -> dict[str, Any]:
    return {"month_days": row.month_days, "alarm_only": row.alarm_only, "look_back_months": 12}
