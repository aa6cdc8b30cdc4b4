"""Kind of work: provider exit."""

import datetime
from collections.abc import Iterable

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import ProviderExit
from desk.work.approvals import Approval, proposed_by_others
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, Kind

DECIDE_DAYS = 1


class LeavingProvider(Kind):
    code, group, order = "avslut", Group.OPERATIONS, 30
    title = _("En utförare slutar")
    why = _("Alla ska ha flyttat till den dagen.")
    right = Right.MAKE_OFFERS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        leaving = ProviderExit.objects.filter(status=ProviderExit.Status.OPEN)
        return [columns(leaving, person=None, due="moved_by", detail=F("provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:exit", args=[item.reference])


class ExitProposal(Approval):
    """Due immediately: a contract may have ended already."""

    code, order = "avslut-beslut", 15
    title = _("Avslut av en utförares avtal")
    right = Right.APPROVE_QUOTAS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        proposed = ProviderExit.objects.filter(status=ProviderExit.Status.PROPOSED)
        others = proposed_by_others(proposed, actor, by="created_by")
        due = days_after(day_of("created_at"), DECIDE_DAYS)
        return [columns(others, person=None, due=due, detail=F("provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:exit", args=[item.reference])
