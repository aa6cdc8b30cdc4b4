"""Connection pools in front of PostgreSQL, such as PgBouncer."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection


def is_pooled() -> bool:
    """Whether a pool answers: the server process that it names is not the one that works."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (working,) = cursor.fetchone()
    return bool(connection.connection.info.backend_pid != working)


def refuse_unknown_pool() -> None:
    """A pool that gives each transaction another session loses cursors that outlive one: they are off for a known one.

    Raises:
        ImproperlyConfigured: there is a pool, and ``DATABASE_POOLED`` is not set.
    """
    if not settings.DATABASE_POOLED and is_pooled():
        raise ImproperlyConfigured(
            "There is a pool (PgBouncer) between this program and PostgreSQL. Set DATABASE_POOLED=true, in the pool"
            " pool_mode to transaction or session, and give `migrate`, `backup` and `restore` PostgreSQL's own address."
        )
