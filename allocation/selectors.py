"""Queries of runs, and of a provider's own clients."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, Placement
from allocation.models.placement import PlacementQuerySet
from choices.models import Person
from common import clock
from providers.models import Municipality
from secrecy.protected import protected

_SHOWN = ("round", "exit__provider", "proposed_by", "approved_by", "cancelled_by")


def runs(*, actor: Actor) -> QuerySet[AllocationRun]:
    """All runs, newest first, for those who may see figures."""
    if not actor.may(Right.SEE_FIGURES):
        return AllocationRun.objects.none()
    return AllocationRun.objects.select_related(*_SHOWN).order_by("-proposed_at", "-id")


def own_placements(*, actor: Actor, today: datetime.date | None = None) -> PlacementQuerySet:
    """Placements that the actor's provider may see now: those of the day, those that begin within
    ``client_days_before`` days, and those that ended at most ``client_days_after`` days ago. Nobody else's, and
    nothing earlier. Protected people only for the named.
    """
    own = Municipality.objects.filter(pk=1).values_list("client_days_before", "client_days_after").first()
    if actor.provider is None or not actor.may(Right.OWN_CLIENTS) or own is None:
        nobody: PlacementQuerySet = Placement.objects.none()
        return nobody
    day = today or clock.today()
    before, after = (datetime.timedelta(days=days) for days in own)
    found: PlacementQuerySet = Placement.objects.covering_some_day().filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day - after),
        valid_from__lte=day + before,
        contract__provider__code=actor.provider,
        person__merged_into__isnull=True,
    )
    if not actor.may(Right.SEE_PROTECTED):
        found = found.exclude(person__in=Person.objects.filter(protected()))
    return found


def visible_clients(*, actor: Actor, today: datetime.date | None = None) -> QuerySet[Person]:
    """The people of ``own_placements``. For a user of a provider what ``visible_persons`` is for staff."""
    placements = own_placements(actor=actor, today=today).filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(placements))
