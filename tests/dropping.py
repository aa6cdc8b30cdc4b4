"""Drop a test database."""

import time
from collections.abc import Callable

import psycopg.errors
from django.db import DatabaseError

_TRIES = 240


def drop_database(execute: Callable[[str], object], name: str) -> None:
    """Drop the database and end its connections.

    The migrator's role may not end an autovacuum worker, which runs as superuser. It ends by itself within seconds, so
    the statement is retried for two minutes.
    """
    for attempt in range(_TRIES):
        try:
            execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse, DatabaseError) as error:
            cause = error.__cause__ or error
            in_the_way = isinstance(cause, psycopg.errors.InsufficientPrivilege | psycopg.errors.ObjectInUse)
            if not in_the_way or attempt == _TRIES - 1:
                raise
            time.sleep(0.5)
        else:
            return
