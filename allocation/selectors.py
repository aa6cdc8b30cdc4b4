"""Queries of runs."""

from django.db.models import F, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun

MOVES = Q(provider_before__isnull=False) & ~Q(provider_before=F("provider"))
_SHOWN = ("round", "exit__provider", "proposed_by", "approved_by", "cancelled_by")


def runs(*, actor: Actor) -> QuerySet[AllocationRun]:
    """All runs, newest first, for those who may see figures."""
    if not actor.may(Right.SEE_FIGURES):
        return AllocationRun.objects.none()
    return AllocationRun.objects.select_related(*_SHOWN).order_by("-proposed_at", "-id")
