"""The application's database role cannot change history or the audit log."""

import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from allocation.models import Placement
from allocation.nightly import run_night
from audit.app_role import FIGURES_ROLE, PUBLISHED_FIGURES, refuse_more
from audit.forgetting import step
from audit.models import DestroyedFile, Destruction, Event, RowVersion, Seal
from audit.sealing import seal_all
from audit.services import record, record_reads
from audit.verifying import verify
from choices.services import close_round, freeze_round
from providers.rights import give
from providers.services import set_areas
from tests import factories as make
from tests.world import SYSTEM, make_world, staff

APP = "hemtjanst_test_app"


@pytest.fixture
def as_app(db: None):
    """Run as the application's role, until the test's transaction is rolled back."""
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
    staff("annan", Role.SENIOR_OFFICER)
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
def test_application_cannot_change_the_log(sealed_log, table, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_application_cannot_write_history_directly(sealed_log):
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


def test_application_can_do_its_work(as_app):
    """A choice, a night, a logged access, a seal, and the history of rows ended by the night."""
    officer = staff("handlaggaren", Role.CASE_OFFICER)
    as_app()
    world = make_world(no_answer_rule="keep")
    moved = world.person()
    world.choose(moved, world.p)
    freeze_round(round=world.round, actor=SYSTEM)
    close_round(round=world.round, actor=SYSTEM)
    run_night(business_date=datetime.date(2020, 11, 24), actor=SYSTEM)
    record_reads(actor=officer, person_references=[moved.reference], what="person")
    Placement.objects.filter(person=moved).update(end_reason="provat")

    assert {seal.log for seal in seal_all()} == {"events", "reads", "rows"}
    assert Seal.objects.count() == 3
    assert Event.objects.filter(action="night.run").exists()
    assert RowVersion.objects.filter(table="allocation_placement", db_role__gt="").exists()


def test_owner_is_unrestricted(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()

    with pytest.raises(CommandError, match="owns the tables"):
        call_command("grant_app_role", owner)
    with pytest.raises(CommandError, match="no role"):
        call_command("grant_app_role", "nobody_of_that_name")


def _proposal(status: str = "proposed", **more: object) -> Destruction:
    proposer = User.objects.get(username="handlaggaren")
    return Destruction.objects.create(status=status, as_of="2020-11-23", proposed_by=proposer, **more)


def test_application_cannot_forge_an_approved_destruction(sealed_log):
    """Regression: insert an approved destruction manually, use it, and delete its traces."""
    other = Actor.staff(User.objects.get(username="annan"))
    moment = "2020-11-23T12:00Z"
    with pytest.raises(IntegrityError, match="begins as a proposal"), transaction.atomic():
        _proposal("approved", approved_by_id=other.user_id, approved_at=moment)
    found = _proposal()
    DestroyedFile.objects.create(
        destruction=found, person_reference="P", last_note="2015-01-01", due_from="2020-01-01", done_by="2020-12-31"
    )
    for statement in (
        f"UPDATE audit_destruction SET status = 'approved', approved_by_id = {other.user_id}, approved_at = now()",
        "DELETE FROM audit_destruction",
        "DELETE FROM audit_destroyedfile",
        "DELETE FROM accounts_user",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(IntegrityError, match="not approved"), transaction.atomic():
        connection.cursor().execute("SELECT audit_forget('P', '{}', '{}')")
    with pytest.raises(IntegrityError, match="another person"), transaction.atomic():
        step(found, Destruction.Status.APPROVED, found.proposed_by_id)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DestroyedFile.objects.update(person_reference="Q")

    step(found, Destruction.Status.APPROVED, other.user_id)
    # Outside the application, and still logged.
    assert Event.objects.filter(action="destruction.approved", user_id=other.user_id).exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        step(found, Destruction.Status.CANCELLED, other.user_id)


def test_application_cannot_delete_letters(as_app):
    letter = make.LetterFactory.create()
    as_app()
    with pytest.raises(IntegrityError, match="goes with its file"), transaction.atomic():
        letter.delete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET all_areas = true WHERE id = {user}",
        "UPDATE accounts_user SET is_superuser = true WHERE id = {user}",
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT {user}, id FROM auth_group LIMIT 1",
        "DELETE FROM accounts_user_groups WHERE user_id = {user}",
        "INSERT INTO providers_area_officers (user_id, area_id) SELECT {user}, id FROM providers_area",
        "INSERT INTO providers_providermember (user_id, provider_id) SELECT {user}, id FROM providers_provider",
    ],
)
def test_application_cannot_grant_roles_directly(as_app, statement):
    make.AreaFactory.create()
    make.ProviderFactory.create()
    user = make.UserFactory.with_role(Role.CASE_OFFICER, username="ny", all_areas=False)
    as_app()
    with pytest.raises(IntegrityError, match="accounts_set_rights"), transaction.atomic():
        connection.cursor().execute(statement.format(user=user.pk))
    with pytest.raises(IntegrityError, match="accounts_set_rights"), transaction.atomic():
        User.objects.create(username="allt", all_areas=True)
    User.objects.filter(pk=user.pk).update(first_name="Nya", is_active=False)


def test_roles_are_granted_by_a_function_that_logs(as_app):
    area = make.AreaFactory.create()
    user = make.UserFactory.with_role(Role.CASE_OFFICER, username="ny", all_areas=True)
    admin = make.UserFactory.with_role(Role.ADMIN, username="chefen")
    as_app()
    set_areas(user=user, areas=[area], actor=Actor.staff(admin))
    give(user=user, roles=[Role.SENIOR_OFFICER], by=None)

    user = User.objects.get(pk=user.pk)
    assert (user.all_areas, list(user.areas.all()), user.groups.get().name) == (False, [area], Role.SENIOR_OFFICER)
    events = Event.objects.filter(action="user.rights").order_by("pk").values_list("user_id", "before", "after")
    everywhere = {"all_areas": True, "areas": [], "provider": None, "roles": ["case_officer"]}
    here = {"all_areas": False, "areas": [area.code], "provider": None, "roles": ["case_officer"]}
    assert list(events) == [(admin.pk, everywhere, here), (None, here, {**here, "roles": ["senior_officer"]})]
    # Repeating the grant is no change.
    give(user=user, roles=[Role.SENIOR_OFFICER], by=None)
    assert Event.objects.filter(action="user.rights").count() == 2


def test_history_is_sealed_and_a_changed_version_is_detected(db):
    person = make.PersonFactory.create()
    person.street = "Nygatan 1"
    person.save()
    seal_all()
    assert verify() == []

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_rowversion DISABLE TRIGGER USER")
        cursor.execute('UPDATE audit_rowversion SET old = old || \'{"street": "Annan gata"}\'')
        assert [(each.log, each.what) for each in verify()] == [("rows", "has been changed")]
        cursor.execute("DELETE FROM audit_rowversion")
    assert [(each.log, each.what) for each in verify()] == [("rows", "has been taken away")]


def test_backdated_row_is_detected(db):
    record(actor=SYSTEM, action="a")
    seal_all()
    Event.objects.create(actor="x", action="b", at="2019-01-01T12:00Z")
    seal_all()
    assert [each.what for each in verify()] == ["is dated before the seal that it came after"]


def test_start_is_refused_as_owner_or_a_role_that_can_become_it(as_app):
    with pytest.raises(ImproperlyConfigured, match="can change the log"):
        refuse_more()
    refuse_more(APP)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE hemtjanst_test_owner NOLOGIN")
        cursor.execute("GRANT hemtjanst_test_owner TO CURRENT_USER")
        cursor.execute("GRANT USAGE, CREATE ON SCHEMA public TO hemtjanst_test_owner")
        cursor.execute("ALTER TABLE audit_event OWNER TO hemtjanst_test_owner")
        refuse_more(APP)
        cursor.execute(f"GRANT hemtjanst_test_owner TO {APP}")
        with pytest.raises(ImproperlyConfigured, match="can change the log"):
            refuse_more(APP)


@pytest.mark.parametrize("right", ["UPDATE ON audit_event", "TRUNCATE ON audit_read", "DELETE ON audit_rowversion"])
def test_start_is_refused_with_excess_rights_to_the_log(as_app, right):
    refuse_more(APP)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {right} TO {APP}")
    with pytest.raises(ImproperlyConfigured, match="can change the log"):
        refuse_more(APP)


def test_reporting_role_reads_published_figures_and_no_table(db):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM pg_roles WHERE rolname = '{FIGURES_ROLE}'")
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {FIGURES_ROLE} NOLOGIN")
        call_command("grant_app_role", APP, create=True, verbosity=0)
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s",
            [FIGURES_ROLE],
        )
        assert cursor.fetchall() == [(PUBLISHED_FIGURES, "SELECT")]
        cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [PUBLISHED_FIGURES])
        assert "NOT whole" in cursor.fetchone()[0]


def test_privileges_of_the_application_on_each_log_table(as_app):
    """The privileges according to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE grantee = %s"
            " AND (table_name LIKE 'audit%%' OR table_name = 'django_migrations') GROUP BY 1",
            [APP],
        )
        assert dict(cursor.fetchall()) == {
            "audit_event": "INSERT SELECT",
            "audit_read": "INSERT SELECT",
            "audit_seal": "INSERT SELECT",
            "audit_rowversion": "SELECT",
            "audit_destruction": "INSERT SELECT",
            "audit_destroyedfile": "INSERT SELECT UPDATE",
            "django_migrations": "SELECT",
        }
