"""Payment of the demo: decided terms, one sealed month, and the next as a draft with a correction of the first."""

import datetime
from random import Random

from django.db import transaction
from django.test import override_settings

from accounts.actors import Actor
from accounts.models import User
from choices.models import Person
from common import clock
from demo.care import ALARM, HOME_CARE, NIGHT
from demo.generator import FIRST_CONTRACT
from providers.models import Provider, ServiceType
from reimbursement.absences import report_absence
from reimbursement.closing import approve, seal, send_for_remarks
from reimbursement.computing import begin, next_month, recompute
from reimbursement.engine.months import ONE_DAY
from reimbursement.models import PaymentBasis, Term
from reimbursement.terms import load_term

FIRST, SECOND = "ekonom", "ekonom2"
EXEMPT = "undantagen"
# Öre an hour and a month, invented.
HOUR, MONTH_OF_ALARM = 42_600, 31_500
SHORT = [{"first": 1, "last": 1, "percent": 75}, {"first": 2, "last": 5, "percent": 25}]
POLICY = {"month_days": "calendar", "alarm_only": "fixed", "look_back_months": 12}
PLACE = {"street": "Munkhättevägen 45", "postal_code": "14785", "city": "Tumba"}
REASON = "Nämndens beslut i december 2019"


@transaction.atomic
def set_up_payment() -> None:
    """Idempotent: nothing is done when there is a month already."""
    if PaymentBasis.objects.exists():
        return
    system = Actor.system("demo")
    first, second = decide_terms()
    # Sent yesterday, with that day to answer.
    sent_on = clock.today() - ONE_DAY
    last = sent_on.replace(day=1) - ONE_DAY
    officer = Actor.staff(User.objects.get(username="handlaggare"))
    away = _people_away()
    for number, person in enumerate(away[:-1]):
        _away(person, last.replace(day=3 + number % 20), officer)
    basis = recompute(basis=begin(month=f"{last:%Y-%m}", actor=system), actor=system)
    with override_settings(CLOCK_TODAY=sent_on):
        basis = send_for_remarks(basis=basis, until=sent_on, actor=first)
    basis = approve(basis=basis, seen=basis.outcome_sha256, actor=second)
    seal(basis=basis, actor=second)
    if away:
        # Known only when the month is sealed: a correction in the next.
        _away(away[-1], last.replace(day=5), officer)
    recompute(basis=begin(month=f"{next_month(basis):%Y-%m}", actor=system), actor=system)


def decide_terms() -> tuple[Actor, Actor]:
    """The terms of payment, and the two officers who have decided them."""
    system = Actor.system("demo")
    first, second = (Actor.staff(User.objects.get(username=name)) for name in (FIRST, SECOND))
    for term in _terms():
        term.valid_from, term.reason = FIRST_CONTRACT, REASON
        load_term(term=term, proposed_by=first.user_id or 0, approved_by=second.user_id or 0, actor=system)
    return first, second


def _terms() -> list[Term]:
    kinds = Term.Kind
    services = {row.code: row for row in ServiceType.objects.all()}
    return [
        Term(kind=kinds.POLICY, details=POLICY),
        Term(kind=kinds.TAX, tax_code=EXEMPT, basis_points=0, details={"account": None, "reason": "Social omsorg"}),
        *(
            Term(kind=kinds.SERVICE, service_type=services[code], tax_code=EXEMPT, details={"paid": code != NIGHT})
            for code in (HOME_CARE, ALARM, NIGHT)
        ),
        Term(kind=kinds.RATE, ore=HOUR),
        Term(kind=kinds.FIXED_SUM, tax_code=EXEMPT, ore=MONTH_OF_ALARM),
        *(Term(kind=kinds.LADDER, away=kind, details={"steps": SHORT}) for kind in ("hospital", "travel", "death")),
        *(
            Term(kind=kinds.LADDER, away=kind, planned=True, details={"steps": []})
            for kind in ("hospital", "short_stay", "travel")
        ),
        Term(kind=kinds.LADDER, away="short_stay", details={"steps": SHORT}),
        Term(kind=kinds.VAT_COMPENSATION, provider_kind="private", basis_points=150, details={}),
        Term(kind=kinds.OVERHEAD, provider_kind="municipal", basis_points=-150, details={}),
        Term(kind=kinds.COST_ACCOUNT, details={"account": "4631"}),
        *(
            Term(kind=kinds.LIABILITY_ACCOUNT, provider_kind=kind, details={"account": account})
            for kind, account in (("municipal", "2910"), ("private", "2441"), ("non_profit", "2441"))
        ),
        Term(kind=kinds.OBJECTS, details={"cost_centre": "7100"}),
        Term(
            kind=kinds.PAYER,
            details={
                **PLACE, "organisation_number": "2120000001", "vat_number": None, "buyer_reference": "7100", "days": 30,
            },
        ),
        *(
            Term(
                kind=kinds.PAYEE,
                provider=provider,
                details={
                    **PLACE, "organisation_number": "5560000001", "vat_number": None, "account": "123-4567",
                    "branch": "SE:BANKGIRO",
                },
            )
            for provider in Provider.objects.exclude(kind=Provider.Kind.MUNICIPAL)
        ),
    ]  # fmt: skip


def _people_away() -> list[Person]:
    """A few people with help, the same each time."""
    found = list(Person.objects.living().filter(placements__isnull=False).distinct().order_by("identity_number"))
    return Random("payment").sample(found, min(12, len(found)))


def _away(person: Person, first: datetime.date, officer: Actor) -> None:
    report_absence(
        person=person,
        kind="hospital",
        planned=False,
        valid_from=first,
        valid_until=first + datetime.timedelta(days=6),
        reported_on=first,
        actor=officer,
    )
