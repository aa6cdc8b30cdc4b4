"""The application works as a role of its own, and that role cannot change what has been done."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from accounts.roles import Role
from allocation.models import Placement
from allocation.nightly import run_night
from audit.models import Event, RowVersion, Seal
from audit.sealing import seal_all
from audit.services import record, record_reads
from choices.services import close_round, freeze_round
from tests.world import SYSTEM, make_world, staff

APP = "hemtjanst_test_app"


@pytest.fixture
def as_app(db: None):
    """What follows is done by the application's role. It is gone when the test's transaction is rolled back."""
    call_command("grant_app_role", APP, create=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {APP} TO CURRENT_USER")

        def become() -> None:
            cursor.execute(f"SET ROLE {APP}")
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (APP,)

        yield become
        cursor.execute("RESET ROLE")


@pytest.fixture
def sealed_log(as_app) -> None:
    officer = staff("handlaggaren", Role.CASE_OFFICER)
    record(actor=officer, action="choice.register", person_reference="P")
    record_reads(actor=officer, person_references=["P"], what="person")
    seal_all()
    as_app()


@pytest.mark.parametrize("table", ["audit_event", "audit_read", "audit_seal", "audit_rowversion"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "DROP TABLE {}",
    ],
)
def test_the_application_cannot_change_the_log(sealed_log, table, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_the_application_cannot_write_history_by_itself(sealed_log):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RowVersion.objects.create(
            table="choices_person",
            row=1,
            operation="UPDATE",
            at="2020-11-23T12:00Z",
            transaction=1,
            db_role="x",
            old={},
        )


def test_the_application_does_its_work(as_app):
    """A choice, a night, a look, a seal, and the history of what the night ended."""
    as_app()
    world = make_world(no_answer_rule="keep")
    officer = staff("handlaggaren", Role.CASE_OFFICER)
    moved = world.person()
    world.choose(moved, world.p)
    freeze_round(round=world.round, actor=SYSTEM)
    close_round(round=world.round, actor=SYSTEM)
    run_night(business_date=datetime.date(2020, 11, 24), actor=SYSTEM)
    record_reads(actor=officer, person_references=[moved.reference], what="person")
    Placement.objects.filter(person=moved).update(end_reason="provat")

    assert {seal.log for seal in seal_all()} == {"events", "reads"}
    assert Seal.objects.count() == 2
    assert Event.objects.filter(action="night.run").exists()
    assert RowVersion.objects.filter(table="allocation_placement", db_role__gt="").exists()


def test_nothing_can_be_kept_from_the_owner(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()

    with pytest.raises(CommandError, match="owns the tables"):
        call_command("grant_app_role", owner)
    with pytest.raises(CommandError, match="no role"):
        call_command("grant_app_role", "nobody_of_that_name")
