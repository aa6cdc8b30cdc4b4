"""Tampering by a database superuser: disabled triggers and direct writes."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def owner_without_triggers(*tables: str):
    with connection.cursor() as cursor:
        # Deferred foreign key checks block ALTER TABLE.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
