"""``python -m benchmarks.upgrade``: the upgrade of a kept dump, multiplied to many people, one migration at a time.

Each row of people is copied with new keys, in the dump's own schema. While a migration runs, another connection
looks at its locks every 20 ms; a lock that makes others wait is told with the seconds it was held, to the end of the
migration's transaction. Seconds are of this machine, with its load.
"""

import argparse
import gzip
import os
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

os.environ["EMBEDDED_INSTANCE"] = "bench-upgrade"
os.environ["EMBEDDED_AS_MIGRATOR"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

import django

from devservers.instance import destroy

destroy(os.environ["EMBEDDED_INSTANCE"])
django.setup()

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.table import Table

DUMPS = Path(__file__).parents[1] / "tests" / "upgrades"
# In the order of their foreign keys. The other tables do not grow with the people.
GROWING = (
    "choices_person", "choices_household", "choices_householdmember", "choices_caredecision", "choices_mandate",
    "choices_mandateholder", "choices_choice", "choices_wish", "allocation_placement", "allocation_outcomerow",
    "allocation_areadate", "letters_letter", "audit_event", "audit_rowversion",
)  # fmt: skip
# Unique texts, by column: new ones of the same form.
UNIQUE = {
    "reference": "upper(left(md5({0} || each.copy), 12))",
    "identity_number": "lpad((id + each.copy * {step})::text, 8, '0') || '9800'",
    "source_reference": "CASE WHEN {0} = '' THEN '' ELSE left({0}, 40) || '-' || each.copy END",
}
# Weaker locks stop neither readers nor writers.
STOPPING = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
EVERY_SECONDS = 0.02
TOLD_SECONDS = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upgrade", description=__doc__)
    parser.add_argument("--version", default="", help="of the dump; default: the first")
    parser.add_argument("--people", type=int, default=100_000)
    options = parser.parse_args()
    dumps = sorted(DUMPS.glob(f"{options.version or '*'}.sql.gz")) or sys.exit("there is no such dump")
    try:
        with connection.cursor() as cursor:
            cursor.execute(gzip.decompress(dumps[0].read_bytes()).decode())
        # The dump leaves its session with an empty search path.
        connection.close()
        rows = grow(options.people)
        Console(width=110).print(upgrade(dumps[0].name.removesuffix(".sql.gz"), rows))
    finally:
        destroy(os.environ["EMBEDDED_INSTANCE"])


def grow(people: int) -> dict[str, int]:
    """Copy the rows of people until there are this many. Returns the rows of each table."""
    rows: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM choices_person")
        count, step = cursor.fetchone()
        copies = max(-(-people // count) - 1, 0)
        for table in GROWING:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            step = max(step, *cursor.fetchone())
        for table in GROWING:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(_copying(table, step + 1), {"copies": copies})
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute(f"SELECT count(*) FROM {table}")
            (rows[table],) = cursor.fetchone()
        cursor.execute("ANALYZE")
    return rows


def _copying(table: str, step: int) -> str:
    """The statement that copies a table's rows. ``step``: distance of the keys of two copies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, (SELECT f.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid"
            " WHERE k.contype = 'f' AND k.conrelid = a.attrelid AND k.conkey = ARRAY[a.attnum])"
            " FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"
            " AND a.attgenerated = ''",
            [table],
        )
        columns = cursor.fetchall()
    values = [_value(name, target, step) for name, target in columns]
    names = ", ".join(f'"{name}"' for name, _target in columns)
    return (
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)}"
        f" FROM {table} CROSS JOIN generate_series(1, %(copies)s) AS each(copy)"
    )


def _value(name: str, target: str | None, step: int) -> str:
    if name == "id" or target in GROWING:
        return f'"{name}" + each.copy * {step}'
    return UNIQUE.get(name, "{0}").format(f'"{name}"', step=step)


class Locks(threading.Thread):
    """Seconds that another session held each lock that stops readers or writers of a table with rows."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.over = pid, threading.Event()
        self.first, self.held = dict[str, float](), defaultdict[str, float](float)

    def run(self) -> None:
        settings = connection.settings_dict
        with psycopg.connect(
            host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"],
            user=settings["USER"], password=settings["PASSWORD"], autocommit=True,
        ) as own:  # fmt: skip
            while not self.over.wait(EVERY_SECONDS):
                found = own.execute(
                    "SELECT c.relname || ' ' || l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                    " WHERE l.pid = %s AND l.granted AND l.mode = ANY(%s) AND c.relkind = 'r' AND c.relname !~ '^pg_'"
                    " AND c.relfilenode <> 0 AND c.reltuples > 0",
                    [self.pid, list(STOPPING)],
                )
                now = time.perf_counter()
                for (name,) in found:
                    self.held[name] = now - self.first.setdefault(name, now)


def upgrade(version: str, rows: dict[str, int]) -> Table:
    executor = MigrationExecutor(connection)
    people = rows["choices_person"]
    grid = Table(
        title=f"{version} with {people:,} people and {sum(rows.values()):,} rows, load {os.getloadavg()[0]:.1f}",
        title_justify="left",
        caption=f"Locks that make readers or writers of a table wait for more than {TOLD_SECONDS:.0f} second.",
    )
    grid.add_column("migration")
    grid.add_column("seconds", justify="right")
    grid.add_column("locks held")
    whole = 0.0
    for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            locks = Locks(*cursor.fetchone())
        locks.start()
        began = time.perf_counter()
        # One at a time: a new executor knows what has been applied.
        MigrationExecutor(connection).migrate([(migration.app_label, migration.name)])
        seconds = time.perf_counter() - began
        locks.over.set()
        locks.join()
        whole += seconds
        held_long = [f"{name} {held:.1f} s" for name, held in locks.held.items() if held > TOLD_SECONDS]
        if seconds > TOLD_SECONDS or held_long:
            grid.add_row(f"{migration.app_label}.{migration.name}", f"{seconds:.1f}", "\n".join(held_long))
    grid.add_row("all", f"{whole:.1f}", "")
    return grid


if __name__ == "__main__":
    main()
