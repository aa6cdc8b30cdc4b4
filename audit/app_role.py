"""Privileges of the application's database role. It owns nothing, so it cannot disable a trigger.

``refuse_more`` prevents the application from starting with a stronger role. The log can be appended to and read.
History is written by triggers that run as the owner, so the application can only read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ADD_ONLY = ("audit_event", "audit_read", "audit_seal", "audit_destruction")
# Status changes of a file are checked by triggers (audit/sql/guarding.sql); no row can be deleted.
NO_DELETE = ("audit_destroyedfile", "accounts_user")
READ_ONLY = ("audit_rowversion", "django_migrations")
FIGURES_ROLE, PUBLISHED_FIGURES = "hemtjanst_figures", "casework_published_figures"

_FIXED = (*ADD_ONLY, *READ_ONLY)
_TOO_MUCH = """
SELECT r.rolname, r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR r.rolreplication
    OR pg_has_role(r.rolname, (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()), 'MEMBER')
    OR EXISTS (
        SELECT FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND pg_has_role(r.rolname, c.relowner, 'MEMBER')
    )
    OR EXISTS (
        SELECT FROM unnest(%(protected)s::text[]) AS name
        WHERE to_regclass('public.' || name) IS NOT NULL
          AND has_table_privilege(r.rolname, 'public.' || name, 'DELETE, TRUNCATE, TRIGGER')
    )
    OR EXISTS (
        SELECT FROM unnest(%(fixed)s::text[]) AS name
        WHERE to_regclass('public.' || name) IS NOT NULL AND has_table_privilege(r.rolname, 'public.' || name, 'UPDATE')
    )
FROM pg_roles r WHERE r.rolname = coalesce(%(role)s, session_user)
"""


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
        _grant_functions(cursor, name)
        _grant_figures(cursor)


def _grant_functions(cursor: CursorWrapper, name: sql.Identifier) -> None:
    """Functions that work as the owner are called by the application, and not by everybody who signs in."""
    cursor.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prosecdef"
        " AND p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype"
    )
    for (function,) in cursor.fetchall():
        # As the database itself writes it, quoted where need be.
        cursor.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)))
        cursor.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), name))


def _grant_figures(cursor: CursorWrapper) -> None:
    """The third role reads published figures, and no table. It is for a login of the municipality's own statistics."""
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [FIGURES_ROLE])
    if cursor.fetchone() is not None:
        name, view = sql.Identifier(FIGURES_ROLE), sql.Identifier(PUBLISHED_FIGURES)
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(view, name))


def refuse_more(role: str | None = None) -> None:
    """Raise ``ImproperlyConfigured`` if ``role`` could change the log: a superuser, the owner of a table or of the
    database, a member of it, or one with a right that ``grant`` does not give.

    None: the current database user. A database without tables has nothing to protect.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH, {"role": role, "protected": [*_FIXED, *NO_DELETE], "fixed": [*_FIXED]})
        name, too_much = cursor.fetchone()
    if too_much:
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


@contextmanager
def as_migrator() -> Iterator[None]:
    """The connection as the role of ``DATABASE_MIGRATOR``, if there is one: the same connection, for code that uses the
    models. In production the command is run with that role's ``DATABASE_URL``.
    """
    migrator = settings.DATABASE_MIGRATOR
    if migrator is None:
        yield
        return
    own = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: migrator[key] for key in own})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)
