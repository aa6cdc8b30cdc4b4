"""Towns of tests are made once in a process and copied back (tests/remembered.py)."""

from unittest.mock import patch

from django.db import transaction

from tests import factories
from tests.tables import filled_tables
from tests.town import make_town


def test_database_of_a_test_is_empty(db: None):
    assert filled_tables() == []


def test_second_town_is_copied(db: None, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with transaction.atomic():
        make_town()
        transaction.set_rollback(True)

    with patch.object(factories.PersonFactory, "create", side_effect=AssertionError("made again")):
        copied = make_town()

    copied.person.refresh_from_db()
    assert copied.person.placements.exists()
