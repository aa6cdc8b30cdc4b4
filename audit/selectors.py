"""Queries of the log, scoped to the actor."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from audit.models import Event, Read, RowVersion


def looks_at(*, person_reference: str, actor: Actor) -> QuerySet[Read]:
    """Accesses to a person's data, latest first. The caller has checked that ``actor`` may see that person."""
    if not actor.may(Right.SEE_PERSONS):
        return Read.objects.none()
    return Read.objects.filter(person_reference=person_reference).select_related("user")


@dataclass(frozen=True)
class PastVersion:
    """A past version, and the events of the transaction that ended it (none: outside the application)."""

    stored: RowVersion
    events: list[Event]


def versions_of(row: Model) -> list[PastVersion]:
    """Past versions of ``row``, oldest first."""
    stored = list(RowVersion.objects.filter(table=row._meta.db_table, row=row.pk))
    events: dict[int, list[Event]] = {}
    for event in Event.objects.filter(transaction__in=[version.transaction for version in stored]).order_by("id"):
        events.setdefault(event.transaction, []).append(event)
    return [PastVersion(version, events.get(version.transaction, [])) for version in stored]
