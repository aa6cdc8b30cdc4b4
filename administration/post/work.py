"""Kinds of work: print batches and texts awaiting a second person."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work.approvals import Approval, proposed_by_others
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from letters.models import AppealRule, LetterKind, LetterText, PrintBatch

BATCH_DAYS = 1
TEXT_DAYS = 3


class BatchToApprove(Approval):
    """A batch with pending letters. The approver may see letters, and has not composed it."""

    code, order = "utskrift", 50
    title = _("Utskrift som väntar")
    why = _("Breven går inte i väg förrän en andra person har läst proven och utskriften är lämnad till tryck.")
    right = Right.MAKE_LETTERS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        to_approve = Q(pk__in=[])
        if actor.may(Right.SEE_PERSONS):
            composed = PrintBatch.objects.filter(status=PrintBatch.Status.COMPOSED)
            to_approve = Q(pk__in=proposed_by_others(composed, actor, by="created_by").values("pk"))
        waiting = PrintBatch.objects.filter(to_approve | Q(status=PrintBatch.Status.APPROVED))
        detail_words = Concat("status", Value(" "), Cast("letters_count", CharField()), output_field=CharField())
        return [columns(waiting, person=None, due=days_after(day_of("created_at"), BATCH_DAYS), detail=detail_words)]

    def address(self, item: Item) -> str:
        return reverse("casework:batch", args=[item.reference])

    def detail(self, item: Item) -> str:
        status, _sep, count = item.raw.partition(" ")
        words = {"count": count, "status": PrintBatch.Status(status).label}
        return gettext("%(status)s. Antal brev: %(count)s") % words


def _open(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Undecided proposals (``letters.models.text.Approved``)."""
    return rows.filter(approved_at__isnull=True, rejected_at__isnull=True, proposed_by__isnull=False)


class TextToApprove(Approval):
    """The reference: kind, language and version of the text."""

    code, order = "brevtext", 60
    title = _("Brevtext att godkänna")
    right = Right.APPROVE_TEXTS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        open_ones = _open(LetterText.objects.all())
        named = Concat(
            "kind", Value("_"), "language", Value("_"), Cast("version", CharField()), output_field=CharField()
        )
        due = days_after(day_of("proposed_at"), TEXT_DAYS)
        return [columns(proposed_by_others(open_ones, actor), reference=named, person=None, due=due, detail=F("kind"))]

    def address(self, item: Item) -> str:
        kind, language, version = item.reference.rsplit("_", 2)
        return reverse("casework:text_version", args=[kind, language, version])

    def detail(self, item: Item) -> str:
        return str(LetterKind(item.raw).label)


class AppealRuleToApprove(Approval):
    code, order = "overklagande", 70
    title = _("Besvärshänvisning att godkänna")
    right = Right.APPROVE_TEXTS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        open_ones = _open(AppealRule.objects.all())
        due = days_after(day_of("proposed_at"), TEXT_DAYS)
        return [columns(proposed_by_others(open_ones, actor), reference="pk", person=None, due=due, detail=F("kind"))]

    def address(self, item: Item) -> str:
        return reverse("casework:appeals")

    def detail(self, item: Item) -> str:
        return str(LetterKind(item.raw).label)
