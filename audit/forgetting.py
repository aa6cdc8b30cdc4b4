"""Exceptions to append-only tables for an approved destruction, checked by the database itself
(audit/sql/forgetting.sql).
"""

from django.db import connection

from audit.models import Destruction
from common import clock


def forget(*, person_reference: str, rows: dict[str, list[int]]) -> int:
    """Blank free text about the person in the log, and delete the history of ``rows`` (table → primary keys).

    Returns the number of versions deleted. Raises ``IntegrityError`` unless the destruction of that file is approved.
    """
    pairs = [(table, row) for table, ids in rows.items() for row in ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_forget(%s, %s::text[], %s::bigint[])",
            [person_reference, [table for table, _ in pairs], [row for _, row in pairs]],
        )
        (gone,) = cursor.fetchone()
    return int(gone)


def step(destruction: Destruction, status: Destruction.Status, user_id: int | None) -> None:
    """Advance a destruction: executed and checked by the database as the owner. Raises ``IntegrityError``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_destruction_step(%s, %s, %s, %s)", [destruction.reference, status, user_id, clock.now()]
        )
    destruction.refresh_from_db()


def forget_old_searches() -> int:
    """Blank search terms older than five years. Returns the number of searches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget_old_searches()")
        (gone,) = cursor.fetchone()
    return int(gone)
