"""Triggers and functions of the database, kept as SQL files in the ``sql`` folder of their room."""

from pathlib import Path

from django.db import migrations

_PROJECT = Path(__file__).resolve().parents[1]


def run_sql_file(room: str, name: str) -> migrations.RunSQL:
    """A migration operation that runs ``<room>/sql/<name>.sql``. It cannot be undone (docs/adr/0028)."""
    return migrations.RunSQL((_PROJECT / room / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
