"""What the application's own role in the database may do. It owns nothing, so no trigger can be switched off by it.

The log can be added to and read. History is written by triggers that run as the owner, so it can only be read.
"""

from django.db import connection, transaction
from psycopg import sql

ADD_ONLY = ("audit_event", "audit_read", "audit_seal")
READ_ONLY = ("audit_rowversion", "django_migrations")


def create(role: str) -> None:
    """Make the role without a password and without the right to sign in, unless it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


@transaction.atomic
def grant(role: str) -> None:
    """Take away all that ``role`` had on our tables and give what it is to have. Run as the owner."""
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if _is_ours(table)]
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        for table in tables:
            rights = _rights(table, connection.pg_version)  # type: ignore[attr-defined]
            place = sql.Identifier(table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(place, name))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), place, name))


def _is_ours(table: str) -> bool:
    return not table.startswith("pg_")


def _rights(table: str, version: int) -> str:
    if table in READ_ONLY:
        return "SELECT"
    if table in ADD_ONLY:
        return "SELECT, INSERT"
    # MAINTAIN (PostgreSQL 17) is for ANALYZE after an import.
    return "SELECT, INSERT, UPDATE, DELETE" + (", MAINTAIN" if version >= 170_000 else "")
