"""Writing of the log, in the same transaction as the change that it records."""

from typing import Any

from accounts.actors import Actor
from audit import access_reasons, request_id
from audit.models import Event, Read
from common.log_lines import without_numbers


def record(
    *,
    actor: Actor,
    action: str,
    person_reference: str = "",
    object_reference: str = "",
    acting_for: str = "",
    run_reference: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Log an action of ``actor``.

    ``before``, ``after`` and ``data`` hold references, codes, dates and figures: never an identity number, a name or
    an address, since they are kept when the person's file is destroyed. Free text goes in ``reason``, which is
    blanked then.
    """
    Event.objects.create(
        actor=actor.name,
        user_id=actor.user_id,
        acting_for=acting_for,
        action=action,
        person_reference=person_reference,
        object_reference=object_reference,
        run_reference=run_reference,
        reason=without_numbers(reason)[:500],
        before=before,
        after=after,
        data=data or {},
        request_id=request_id.current(),
    )


def record_reads(*, actor: Actor, person_references: list[str], what: str, reason: str = "") -> None:
    """Log that ``actor`` saw these persons, with the reason if one was required. Accesses by the system are not
    logged.
    """
    if actor.user_id is None:
        return
    Read.objects.bulk_create(
        Read(
            user_id=actor.user_id,
            person_reference=reference,
            what=what,
            reason=without_numbers(reason or access_reasons.reason_for(reference))[:500],
            request_id=request_id.current(),
        )
        for reference in person_references
    )


def record_search(
    *, actor: Actor, person_references: list[str], what: str, search: dict[str, str], hits: int, reason: str = ""
) -> None:
    """Log a search and the people it showed. ``search``: field → term; ``hits``: number on all pages."""
    if actor.user_id is None:
        return
    asked = "; ".join(f"{field}: {value}" for field, value in search.items() if value)
    Read.objects.create(
        user_id=actor.user_id,
        what=f"{what}.search",
        search=without_numbers(asked)[:200],
        hits=hits,
        reason=without_numbers(reason)[:500],
        request_id=request_id.current(),
    )
    record_reads(actor=actor, person_references=person_references, what=what, reason=reason)
