"""A small municipality whose terms of payment are decided, and two payments officers."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.test import override_settings

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from allocation.models import Placement
from choices.models import Person
from common import clock
from reimbursement.closing import approve, seal, send_for_remarks
from reimbursement.computing import begin, recompute
from reimbursement.engine.months import ONE_DAY
from reimbursement.models import Absence, PaymentBasis, Term
from reimbursement.models.term import TermKind
from reimbursement.terms import load_term
from tests import factories as make
from tests.remembered import remembered
from tests.world import LONG_AGO, SYSTEM, World, make_world

DAY = datetime.date
T = TermKind
SHORT = [{"first": 1, "last": 1, "percent": 75}, {"first": 2, "last": 5, "percent": 25}]
POLICY = {"month_days": "calendar", "alarm_only": "nothing", "look_back_months": 12}


@dataclass
class Books:
    world: World
    anna: Actor
    bo: Actor

    def term(self, kind: TermKind, since: datetime.date = LONG_AGO, **fields: Any) -> Term:
        term = Term(kind=kind, valid_from=since, reason="Nämndens beslut", **fields)
        return load_term(term=term, proposed_by=self.anna.user_id, approved_by=self.bo.user_id, actor=SYSTEM)

    def draft(self, month: str = "2020-11") -> PaymentBasis:
        return recompute(basis=begin(month=month, actor=SYSTEM), actor=SYSTEM)

    def close(self, basis: PaymentBasis) -> PaymentBasis:
        """Recompute, send, approve and seal. The clock stands after the month."""
        basis = self.approved(basis)
        return seal(basis=basis, actor=self.bo)

    def approved(self, basis: PaymentBasis) -> PaymentBasis:
        basis = self.sent(basis)
        return approve(basis=basis, seen=basis.outcome_sha256, actor=self.bo)

    def sent(self, basis: PaymentBasis) -> PaymentBasis:
        """Sent yesterday, with that day to answer."""
        basis = recompute(basis=basis, actor=SYSTEM)
        assert basis.failure == []
        with override_settings(CLOCK_TODAY=clock.today() - ONE_DAY):
            return send_for_remarks(basis=basis, until=clock.today(), actor=self.anna)

    def moved(self, minutes: int = 1_500) -> Person:
        """The worked example: with the municipality until 16 November 2020, then with p."""
        person = self.world.person(minutes=minutes)
        placement = person.placements.get()
        placement.valid_until = DAY(2020, 11, 16)
        placement.save()
        Placement.objects.create(person=person, contract=self.world.contracts["p"], valid_from=DAY(2020, 11, 16))
        return person


def away(person: Person, first: datetime.date, back: datetime.date | None, **fields: Any) -> Absence:
    values = {"kind": "hospital", "source": "officer", "reported_on": first, **fields}
    return Absence.objects.create(person=person, valid_from=first, valid_until=back, **values)


def ore(basis: PaymentBasis, **fields: Any) -> list[int]:
    return list(basis.lines.filter(**fields).values_list("ore", flat=True))


def payments_officer(username: str) -> Actor:
    user: User = make.UserFactory.with_role(Role.PAYMENTS_OFFICER, username=username)
    return Actor.staff(user)


@remembered
def make_books() -> Books:
    """388 kr an hour for everybody, the short ladder for hospital and death, home care exempt from VAT."""
    world = make_world()
    books = Books(world, payments_officer("anna"), payments_officer("bo"))
    books.term(T.POLICY, details=POLICY)
    books.term(T.SERVICE, service_type=world.home_care, tax_code="exempt", details={"paid": True})
    books.term(T.RATE, ore=38_800)
    for kind in ("hospital", "death"):
        books.term(T.LADDER, away=kind, details={"steps": SHORT})
    return books
