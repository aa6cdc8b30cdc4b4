"""Read runs, placements and what has happened to a person."""

import datetime

from django.db.models import F, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, Placement
from choices.models import Person

MOVES = Q(provider_before__isnull=False) & ~Q(provider_before=F("provider"))
_SHOWN = ("round", "exit__provider", "proposed_by", "approved_by", "cancelled_by")


def runs(*, actor: Actor) -> QuerySet[AllocationRun]:
    """All runs, newest first, for those who may see figures."""
    if not actor.may(Right.SEE_FIGURES):
        return AllocationRun.objects.none()
    return AllocationRun.objects.select_related(*_SHOWN).order_by("-proposed_at", "-id")


def placement_on(*, person: Person, day: datetime.date) -> Placement | None:
    """Who comes to the person that day."""
    return (
        Placement.objects.on(day).filter(person=person).select_related("contract__provider", "contract__area").first()
    )


def next_placement(*, person: Person, day: datetime.date) -> Placement | None:
    """Who comes after that, if that is decided."""
    return (
        Placement.objects.covering_some_day()
        .filter(person=person, valid_from__gt=day)
        .select_related("contract__provider", "contract__area")
        .order_by("valid_from")
        .first()
    )
