"""Kinds of work: proposals of quotas and of provider profiles, for a second person."""

import datetime
from collections.abc import Iterable

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Concat, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work.approvals import Approval, waiting
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from providers.models import ProfileChange, QuotaChange

DAYS = 3


class QuotaProposal(Approval):
    """Due within three days, and no later than its first day."""

    code, order = "kvot", 20
    title = _("Ändring av andel, tak eller garanti")
    right = Right.APPROVE_QUOTAS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        whose = Case(
            When(contract__isnull=False, then=Concat("contract__provider__name", Value(", "), "contract__area__name")),
            default=F("area__name"),
            output_field=CharField(),
        )
        due = Least(days_after(day_of("proposed_at"), DAYS), F("valid_from"))
        return [columns(waiting(QuotaChange.objects.all(), actor), person=None, due=due, detail=whose)]

    def address(self, item: Item) -> str:
        return reverse("casework:quota_proposal", args=[item.reference])


class PresentationProposal(Approval):
    code, order = "presentation", 30
    title = _("Ändring av en presentation")
    right = Right.APPROVE_TEXTS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        due = days_after(day_of("proposed_at"), DAYS)
        rows = waiting(ProfileChange.objects.all(), actor)
        return [columns(rows, person=None, due=due, detail=F("provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:profile_change", args=[item.reference])
