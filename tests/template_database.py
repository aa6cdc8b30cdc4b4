"""The test database, copied from a template that the migrations made once.

The template stays on the server under a name with a hash of its sources: another migration, another template.
"""

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.dropping import drop_database

PREFIX = "template_"


def copy(name: str) -> None:
    """Recreate the database ``name``."""
    template = f"{PREFIX}{fingerprint()[:16]}"
    with connection._nodb_cursor() as cursor:
        known = _databases(cursor)
        if template not in known:
            for old in known:
                if old.startswith(PREFIX):
                    drop_database(cursor.execute, old)
            _build(cursor, template)
        drop_database(cursor.execute, name)
        # WAL_LOG strategy: no checkpoint, which takes longer than the copy of a small database.
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY WAL_LOG')


def drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        # Some tests kill processes, whose sessions may outlive them.
        drop_database(cursor.execute, name)


def use(name: str) -> None:
    """Use another database from now on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def fingerprint() -> str:
    """Hash of the migrations of all apps, their own imports, SQL files, initial data, and this file."""
    parts = [django.__version__, version("psycopg"), settings.LANGUAGE_CODE, *settings.INSTALLED_APPS]
    digest = hashlib.sha256("\n".join(parts).encode())
    for path in sorted(set(_files())):
        digest.update(f"\n{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for app in apps.get_app_configs():
        folder = Path(app.path)
        yield from folder.glob("sql/*.sql")
        # The receivers of post_migrate are here.
        yield folder / "apps.py" if (folder / "apps.py").exists() else folder / "__init__.py"
        for migration in folder.glob("migrations/*.py"):
            yield migration
            if folder.is_relative_to(settings.BASE_DIR):
                yield from _imported(migration)
    yield Path(settings.BASE_DIR) / "accounts" / "roles.py"
    yield Path(__file__)


def _imported(migration: Path) -> Iterator[Path]:
    """Our own modules imported by a migration."""
    for module in re.findall(r"^(?:from|import) ([\w.]+)", migration.read_text(encoding="utf-8"), re.MULTILINE):
        if (Path(settings.BASE_DIR) / module.partition(".")[0]).is_dir():
            found = importlib.util.find_spec(module)
            if found and found.origin:
                yield Path(found.origin)


def _build(cursor: CursorWrapper, template: str) -> None:
    """Under a temporary name until complete."""
    unfinished = f"{PREFIX}unfinished"
    drop_database(cursor.execute, unfinished)
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    home = connection.settings_dict["NAME"]
    use(unfinished)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    with connection.cursor() as change_records:
        # Migrations of data leave some. An empty database has none (tests/remembered.py).
        change_records.execute("DELETE FROM allocation_factchange")
    use(home)
    # A pool keeps its sessions open.
    cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [unfinished])
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')


def _databases(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return [name for (name,) in cursor.fetchall()]
