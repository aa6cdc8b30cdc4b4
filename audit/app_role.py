"""Privileges of the application's database role. It owns nothing, so it cannot disable a trigger.

``refuse_more`` prevents the application from starting with a stronger role. The log can be appended to and read.
History is written by triggers that run as the owner, so the application can only read it.
"""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from psycopg import sql

ADD_ONLY = ("audit_event", "audit_read", "audit_seal", "audit_destruction")
# Status changes of a file are checked by triggers (audit/sql/guarding.sql); no row can be deleted.
NO_DELETE = ("audit_destroyedfile", "accounts_user")
READ_ONLY = ("audit_rowversion", "django_migrations")


def create(role: str) -> None:
    """Create the role without password and login, unless it exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


@transaction.atomic
def grant(role: str) -> None:
    """Revoke everything from ``role`` on our tables and grant its intended privileges. Run as the owner."""
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


def refuse_more(role: str | None = None) -> None:
    """Raise ``ImproperlyConfigured`` if ``role`` could change the log: a superuser, the owner, or a member of it.

    None: the current database user.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, r.rolsuper OR r.rolcreaterole OR r.rolbypassrls,"
            " pg_has_role(r.rolname, c.relowner, 'MEMBER')"
            " FROM pg_roles r, pg_class c"
            " WHERE r.rolname = coalesce(%s, session_user) AND c.oid = 'audit_event'::regclass",
            [role],
        )
        name, mighty, owner = cursor.fetchone()
    if mighty or owner:
        raise ImproperlyConfigured(
            f"The application may not work as {name}, who can change the log: run `manage.py grant_app_role ROLE`"
            " as the owner and give DATABASE_URL that role (docs/manual/drift.md)."
        )


def _is_ours(table: str) -> bool:
    return not table.startswith("pg_")


def _rights(table: str, version: int) -> str:
    if table in READ_ONLY:
        return "SELECT"
    if table in ADD_ONLY:
        return "SELECT, INSERT"
    if table in NO_DELETE:
        return "SELECT, INSERT, UPDATE"
    # MAINTAIN (PostgreSQL 17) is for ANALYZE after an import.
    return "SELECT, INSERT, UPDATE, DELETE" + (", MAINTAIN" if version >= 170_000 else "")
