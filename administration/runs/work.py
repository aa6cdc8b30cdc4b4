"""Kinds of work: runs to approve or to apply."""

import datetime
from collections.abc import Iterable

from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from desk.work.approvals import Approval
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item

RUN_DAYS = 3


class WaitingRun(Approval):
    """A proposal by another user, or an approved run that is not applied."""

    code, order = "fordelning", 10
    title = _("Fördelning som väntar")
    why = _("Ett förslag att godkänna, eller en godkänd att genomföra.")
    right = Right.APPROVE_RUN

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        others = Q(proposed_by=None) | ~Q(proposed_by=actor.user_id)
        waiting = AllocationRun.objects.filter(
            Q(status=AllocationRun.Status.APPROVED) | Q(status=AllocationRun.Status.PROPOSED) & others
        )
        # The list is valid for this morning: the next night makes another.
        due = Case(
            When(kind=AllocationRun.Kind.NIGHT, then=F("business_date")),
            default=days_after(day_of("proposed_at"), RUN_DAYS),
        )
        return [columns(waiting, person=None, due=due, detail=F("status"))]

    def address(self, item: Item) -> str:
        return reverse("casework:run", args=[item.reference])

    def detail(self, item: Item) -> str:
        return str(AllocationRun.Status(item.raw).label)
