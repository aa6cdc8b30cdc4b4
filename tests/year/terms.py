"""The terms of payment that the year begins with."""

import datetime

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from providers.models import ServiceType
from reimbursement.models import Term
from reimbursement.terms import load_term
from tests.year.book import payment

_STEPS = [{"first": 1, "last": 1, "percent": 75}, {"first": 2, "last": 5, "percent": 25}]
_POLICY = {"month_days": "calendar", "alarm_only": "fixed", "look_back_months": 12}
_EXEMPT = "undantagen"


def agree_terms(staff: dict[Role, User], since: datetime.date) -> None:
    """Prices that leave fractions of an öre in nearly every line."""
    kinds = Term.Kind
    services = {row.code: row for row in ServiceType.objects.all()}
    terms = [
        Term(kind=kinds.POLICY, details=_POLICY),
        *(
            Term(kind=kinds.SERVICE, service_type=row, tax_code=_EXEMPT, details={"paid": code != "natt"})
            for code, row in services.items()
        ),
        Term(kind=kinds.RATE, ore=payment.HOUR[False]),
        Term(kind=kinds.RATE, provider_kind="municipal", ore=payment.HOUR[True]),
        Term(kind=kinds.FIXED_SUM, tax_code=_EXEMPT, ore=payment.ALARM),
        *(Term(kind=kinds.LADDER, away=kind, details={"steps": _STEPS}) for kind in ("hospital", "death")),
        Term(kind=kinds.VAT_COMPENSATION, provider_kind="private", basis_points=payment.SUPPLEMENT["p"], details={}),
        Term(kind=kinds.OVERHEAD, provider_kind="municipal", basis_points=payment.SUPPLEMENT["kommunen"], details={}),
    ]
    for term in terms:
        term.valid_from, term.reason = since, "Nämndens beslut"
        first, second = staff[Role.PAYMENTS_OFFICER].pk, staff[Role.ADMIN].pk
        load_term(term=term, proposed_by=first, approved_by=second, actor=Actor.system("year"))
