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
from tests.upgrades.schema import describe

DUMPS = sorted(Path(__file__).parent.glob("*.sql.gz"))
LEGAL = (Person, Choice, Placement, Letter, Event)


@pytest.fixture
def earlier(request, django_db_setup: None, django_db_blocker):
    """A database restored from the dump, as the connection ``earlier``."""
    name = f"{connection.settings_dict['NAME']}_earlier"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            drop_database(cursor.execute, name)
            cursor.execute(f'CREATE DATABASE "{name}"')
        connections.databases["earlier"] = {**connection.settings_dict, "NAME": name}
        try:
            with connections["earlier"].cursor() as cursor:
                cursor.execute(gzip.decompress(request.param.read_bytes()).decode())
            # The dump leaves its session with an empty search path.
            connections["earlier"].close()
            yield connections["earlier"]
        finally:
            connections["earlier"].close()
            del connections["earlier"], connections.databases["earlier"]
            with connection.cursor() as cursor:
                drop_database(cursor.execute, name)
            connection.close()


@pytest.mark.parametrize("earlier", DUMPS, indirect=True, ids=lambda path: path.name.partition(".")[0])
def test_filled_database_is_upgraded_to_the_newest_version(earlier):
    def kept():
        return {model.__name__: model._base_manager.using("earlier").count() for model in LEGAL}

    before = kept()
    call_command("migrate", database="earlier", verbosity=0)
    call_command("check", databases=["earlier"])

    assert kept() == before
    assert all(before.values())
    for model in apps.get_models():
        list(model._base_manager.using("earlier").all())
    # A changed trigger or function needs a migration, too.
    assert describe(earlier) ^ describe(connection) == set()


def test_a_dump_to_upgrade_exists():
    assert DUMPS
