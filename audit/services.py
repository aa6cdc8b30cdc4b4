"""Write the log, in the same transaction as the change it tells of."""

from typing import Any

from accounts.actors import Actor
from audit.models import Event, Read


def record(
    *,
    actor: Actor,
    action: str,
    person_reference: str = "",
    object_reference: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Log what ``actor`` did. ``data`` holds facts for a later reader, never identity numbers."""
    Event.objects.create(
        actor=actor.name,
        user_id=actor.user_id,
        action=action,
        person_reference=person_reference,
        object_reference=object_reference,
        data=data or {},
    )


def record_reads(*, actor: Actor, person_references: list[str], what: str) -> None:
    """Log that ``actor`` saw these persons. Looks by the system itself are not looks by a human and leave no row."""
    if actor.user_id is None:
        return
    Read.objects.bulk_create(
        Read(user_id=actor.user_id, person_reference=reference, what=what) for reference in person_references
    )
