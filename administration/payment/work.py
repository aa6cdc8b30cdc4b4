"""Kinds of work in payment: proposals and months for a second person, and remarks of providers."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work.approvals import Approval, proposed_by_others, waiting
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, Kind
from reimbursement.models import ManualLine, PaymentBasis, Remark, Term
from reimbursement.models.term import TermKind
from reimbursement.wording import month_name

DAYS = 3


def _month_text(field: str) -> Any:
    """``PaymentBasis.month_text`` in SQL: 2020-11."""
    return Func(F(field), Value("YYYY-MM"), function="to_char", output_field=CharField())


def _unanswered() -> QuerySet[Remark]:
    return Remark.objects.filter(answered_at=None, basis__state=PaymentBasis.State.REMARKS)


class TermProposal(Approval):
    code, order = "ersattningsvillkor", 80
    title = _("Villkor för ersättning att godkänna")
    right = Right.APPROVE_PAYMENT

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        due = days_after(day_of("proposed_at"), DAYS)
        return [columns(waiting(Term.objects.all(), actor), person=None, due=due, detail=F("kind"))]

    def address(self, item: Item) -> str:
        return reverse("casework:payment_terms")

    def detail(self, item: Item) -> str:
        return str(TermKind(item.raw).label)


class SumProposal(Approval):
    code, order = "ersattningsbelopp", 81
    title = _("Beslutat belopp att godkänna")
    right = Right.APPROVE_PAYMENT

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        due = days_after(day_of("proposed_at"), DAYS)
        return [columns(waiting(ManualLine.objects.all(), actor), person=None, due=due, detail=F("provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:payment_manual")


class MonthToApprove(Approval):
    """A month whose providers have had their days and their answers, sent by another officer; or an approved one that
    is not sealed. The reference is the month.
    """

    code, order = "ersattningsmanad", 82
    title = _("Ersättning att godkänna och låsa")
    why = _("Utförarna får betalt när månaden är godkänd av en andra person och låst.")
    right = Right.APPROVE_PAYMENT

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        state = PaymentBasis.State
        sent = PaymentBasis.objects.filter(state=state.REMARKS, remarks_until__lt=today)
        sent = sent.exclude(pk__in=_unanswered().values("basis"))
        to_approve = Q(pk__in=proposed_by_others(sent, actor, by="sent_by").values("pk"))
        months = PaymentBasis.objects.filter(to_approve | Q(state=state.APPROVED))
        text, due = _month_text("month"), days_after(F("remarks_until"), DAYS)
        return [columns(months, reference=text, person=None, due=due, detail=text)]

    def address(self, item: Item) -> str:
        return reverse("casework:payment_basis", args=[item.reference])

    def detail(self, item: Item) -> str:
        return month_name(item.raw)


class RemarkToAnswer(Kind):
    """Due when the providers' days are over: the month is not approved before."""

    code, group, order = "ersattningssynpunkt", Group.OPERATIONS, 60
    title = _("Synpunkt på ersättningen att svara på")
    why = _("Månaden kan inte godkännas förrän utföraren har fått svar.")
    right = Right.MANAGE_PAYMENT

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        # The month is for the address.
        text = Concat(_month_text("basis__month"), Value(" "), "provider__name", output_field=CharField())
        return [columns(_unanswered(), person=None, due=F("basis__remarks_until"), detail=text)]

    def address(self, item: Item) -> str:
        return reverse("casework:payment_basis", args=[item.raw.partition(" ")[0]])

    def detail(self, item: Item) -> str:
        return item.raw.partition(" ")[2]
