"""A filled database of an earlier version, migrated to the newest, equals a new one."""

import gzip
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

from allocation.models import Placement
from audit.models import Event
from choices.models import Choice, Person
from letters.models import Letter
from tests.dropping import drop_database
from tests.upgrades.schema import breaks_for_older_code, describe

DUMPS = sorted(Path(__file__).parent.glob("*.sql.gz"))
LEGAL = (Person, Choice, Placement, Letter, Event)
# Before the first release candidate the site is stopped for the upgrade.
STOPPED_FOR = {"0.1.0"}


def _version(path: Path) -> str:
    return path.name.removesuffix(".sql.gz")


@pytest.fixture
def earlier(request, django_db_setup: None, django_db_blocker):
    """A database restored from the dump, as the connection ``earlier``."""
    name = f"{connection.settings_dict['NAME']}_earlier"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            drop_database(cursor.execute, name)
            cursor.execute(f'CREATE DATABASE "{name}"')
        connections.databases["earlier"] = {**connection.settings_dict, "NAME": name}
        version = _version(request.param)
        try:
            with connections["earlier"].cursor() as cursor:
                cursor.execute(gzip.decompress(request.param.read_bytes()).decode())
            # The dump leaves its session with an empty search path.
            connections["earlier"].close()
            yield version, connections["earlier"]
        finally:
            connections["earlier"].close()
            del connections["earlier"], connections.databases["earlier"]
            with connection.cursor() as cursor:
                drop_database(cursor.execute, name)
            connection.close()


@pytest.mark.parametrize("earlier", DUMPS, indirect=True, ids=_version)
def test_filled_database_is_upgraded_to_the_newest_version(earlier):
    version, earlier = earlier

    def kept():
        return {model.__name__: model._base_manager.using("earlier").count() for model in LEGAL}

    before, schema = kept(), describe(earlier)
    call_command("migrate", database="earlier", verbosity=0)
    call_command("check", databases=["earlier"])

    assert kept() == before
    assert all(before.values())
    for model in apps.get_models():
        list(model._base_manager.using("earlier").all())
    # A changed trigger or function needs a migration, too.
    newest = describe(earlier)
    assert newest ^ describe(connection) == set()
    # The older web and worker run until the new ones are up, and again after a return (docs/releasing.md).
    assert version in STOPPED_FOR or breaks_for_older_code(schema, newest) == []


def test_a_dump_to_upgrade_exists():
    assert DUMPS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ADD COLUMN extra text NOT NULL", "choices_wish.extra is new and NOT NULL, without a default in the database"),
        ("ADD COLUMN extra text NOT NULL DEFAULT ''", None),
        ("ADD COLUMN extra text", None),
        ("DROP COLUMN queue_date", "choices_wish.queue_date is gone"),
        ("RENAME COLUMN queue_date TO queue_day", "choices_wish.queue_date is gone"),
        ("ALTER COLUMN queue_date DROP NOT NULL", None),
        ("ALTER COLUMN queue_date TYPE text", "choices_wish.queue_date was date and is text"),
    ],
)
def test_migration_that_breaks_older_code_is_reported(statement: str, told: str | None):
    before = describe(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE choices_wish {statement}")

    found = breaks_for_older_code(before, describe(connection))

    assert (told in found) if told else found == []


@pytest.mark.django_db
def test_column_that_becomes_required_is_reported():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE choices_wish ADD COLUMN extra text")
        before = describe(connection)
        cursor.execute("ALTER TABLE choices_wish ALTER COLUMN extra SET NOT NULL")

    assert breaks_for_older_code(before, describe(connection)) == ["choices_wish.extra has become NOT NULL"]
