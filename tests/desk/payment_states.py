"""Database states of payment that need a human, as those of ``work_states``."""

import datetime
from collections.abc import Callable

from common import clock
from common.four_eyes import FourEyes
from reimbursement.models import Absence, ManualLine, PaymentBasis, Remark, Term
from tests import factories as make

TODAY = datetime.date(2020, 11, 23)


def _by_somebody(proposal: FourEyes) -> FourEyes:
    proposal.proposed_by = make.UserFactory.create()
    proposal.save()
    return proposal


def _month(state: str = "remarks") -> PaymentBasis:
    """October, whose providers had until yesterday. The database takes one step at a time."""
    month: PaymentBasis = PaymentBasis.objects.create(month=TODAY.replace(month=10, day=1))
    month.problem_sha256 = month.outcome_sha256 = "0" * 64
    month.sent_at, month.sent_by = clock.now(), make.UserFactory.create()
    month.remarks_until, month.state = TODAY - datetime.timedelta(days=1), "remarks"
    month.save()
    if state == "approved":
        month.approved_at, month.approved_by, month.state = clock.now(), make.UserFactory.create(), state
        month.save()
    return month


def _remark() -> str:
    month, provider = _month(), make.ProviderFactory.create()
    # Providers have their days still: nobody can approve.
    PaymentBasis.objects.update(remarks_until=TODAY)
    remark = Remark.objects.create(basis=month, provider=provider, ore=0, text="Fel", made_by=month.sent_by)
    return f"ersattningssynpunkt:{remark.reference}"


def _term() -> str:
    term = Term(kind="rate", ore=38_800, valid_from=TODAY, reason="Nämndens beslut")
    return f"ersattningsvillkor:{_by_somebody(term).reference}"


def _sum() -> str:
    month = TODAY.replace(month=10, day=1)
    line = ManualLine(month=month, provider=make.ProviderFactory.create(), tax_code="fri", ore=100, reason="Beslut")
    return f"ersattningsbelopp:{_by_somebody(line).reference}"


def _death_reported() -> str:
    """By a provider; of somebody who is known to be dead nothing is left to do."""
    provider, report = make.ProviderFactory.create(), {"kind": "death", "valid_from": TODAY, "reported_on": TODAY}
    dead, alive = make.PersonFactory.create(deceased=True), make.PersonFactory.create()
    of_both = [
        Absence.objects.create(person=each, source="provider", provider=provider, **report) for each in (dead, alive)
    ]
    return f"dod-rapporterad:{of_both[1].reference}"


PAYMENT_STATES: dict[str, Callable[[], str]] = {
    "a death that a provider has reported": _death_reported,
    "a term of payment to approve": _term,
    "a sum to approve": _sum,
    "a month of payment to approve": lambda: f"ersattningsmanad:{_month()}",
    "a month of payment to seal": lambda: f"ersattningsmanad:{_month('approved')}",
    "a remark on payment": _remark,
}
