"""Database errors are logged without the contents of the row."""

import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from common.log_errors import WithoutRows
from tests import factories as make


def _logged(words: str = "Fel i %s", *arguments: object) -> str:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, words, arguments or ("/sida/",), sys.exc_info())
    assert WithoutRows().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.django_db
def test_violated_constraint_is_logged_by_name_without_values():
    person = make.PersonFactory.create(family_name="Dolderström", phone="070-174 06 99")
    try:
        with transaction.atomic():
            make.PersonFactory.create(identity_number=person.identity_number)
    except IntegrityError:
        text = _logged()
    assert "choices_person_identity_number_key" in text
    assert "IntegrityError" in text
    assert person.identity_number not in text
    assert "DETAIL" not in text


@pytest.mark.django_db
def test_failed_task_is_logged_without_values():
    """Celery writes the error into its message as ``repr``."""
    person = make.PersonFactory.create()
    try:
        with transaction.atomic():
            make.PersonFactory.create(identity_number=person.identity_number)
    except IntegrityError as error:
        text = _logged("Task %s raised unexpected: %r", "a.task", error)
    assert "Task a.task raised unexpected: IntegrityError" in text
    assert "DETAIL" not in text
    assert "Key (" not in text
    assert person.identity_number not in text


@pytest.mark.django_db
def test_row_and_statement_are_not_logged():
    person = make.PersonFactory.create(family_name="Dolderström")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE choices_person SET given_name = %s WHERE id = %s", ["", person.pk])
    except IntegrityError:
        failing = _logged()
    street = "Hemligahallonstigen"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere WHERE phone = %s", [street])
    except Exception:
        statement = _logged()
    assert "choices_person_has_a_name" in failing
    for text in (failing, statement):
        assert "Dolderström" not in text
        assert person.identity_number not in text
        assert "Hemligahallonstigen" not in text
