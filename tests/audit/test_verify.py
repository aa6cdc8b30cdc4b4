"""Changes to the log by the database owner are detected, and the row is named."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.actors import Actor
from accounts.roles import Role
from audit import sealing
from audit.models import Event, Read, Seal
from audit.sealing import heads, seal_all
from audit.services import record, record_reads
from audit.verifying import verify
from tests.audit.tampering import owner_without_triggers
from tests.world import staff

SYSTEM = Actor.system("test")


@pytest.fixture
def log(db: None, monkeypatch) -> Actor:
    """Seven events and five accesses in seals of three rows."""
    monkeypatch.setattr(sealing, "MOST_ROWS", 3)
    officer = staff("handlaggaren", Role.CASE_OFFICER)
    for number in range(7):
        record(
            actor=officer, action=f"action.{number}", person_reference="P", reason="Ringde", data={"n": number, "å": []}
        )
    record_reads(actor=officer, person_references=list("PQRST"), what="person", reason="Ringde om sin kö")
    seal_all()
    return officer


def _findings(*, head: tuple[str, ...] = ()) -> list[tuple[str, int | None, str]]:
    return [(found.log, found.row, found.what) for found in verify(heads=head)]


def test_unchanged_log_is_valid(log):
    assert Seal.objects.filter(log="events").count() == 3
    assert verify() == []
    assert seal_all() == []


def test_rows_written_later_are_sealed_later(log):
    record(actor=log, action="later")

    assert verify() == []
    (seal,) = seal_all()
    assert seal.ids == [Event.objects.latest("id").pk]
    assert verify(heads=heads()) == []


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "actor": "'Någon Annan'",
    "user_id": "NULL",
    "acting_for": "'M'",
    "action": "'nothing'",
    "person_reference": "'Q'",
    "object_reference": "'O'",
    "run_reference": "'R'",
    "request_id": "'another'",
    "before": "'{}'",
    "after": "'{}'",
    "data": "data || '{\"n\": 99}'",
    "transaction": "transaction + 1",
}


@pytest.mark.parametrize("column", CHANGES)
def test_changed_event_is_named_for_every_field(log, column):
    victim = Event.objects.order_by("id")[3].pk
    with owner_without_triggers("audit_event") as cursor:
        cursor.execute(f"UPDATE audit_event SET {column} = {CHANGES[column]} WHERE id = %s", [victim])

    assert _findings() == [("events", victim, "has been changed")]


def test_every_field_of_the_log_is_sealed():
    for (kind, version), fields in sealing.FIELDS.items():
        if version == sealing.VERSION:
            model = sealing.MODELS[kind]
            typed = {*getattr(model, "TEXTS", ()), *({"text_salt"} if hasattr(model, "TEXTS") else ())}
            assert {field.attname for field in model._meta.concrete_fields} == {*fields, *typed}
    assert set(CHANGES) == set(sealing.FIELDS["events", 1]) - {"id", "text_sha256"}


@pytest.mark.parametrize("change", ["reason = 'Nyfiken'", "reason = ''", "text_salt = ''", "what = 'people'"])
def test_changed_access_is_named(log, change):
    victim = Read.objects.order_by("id")[4].pk
    with owner_without_triggers("audit_read") as cursor:
        cursor.execute(f"UPDATE audit_read SET {change} WHERE id = %s", [victim])

    assert [(row, kind) for kind, row, _ in _findings()] == [(victim, "reads")]


def test_text_changed_together_with_its_digest_is_detected(log):
    victim = Read.objects.order_by("id")[4]
    victim.reason = "Nyfiken"
    with owner_without_triggers("audit_read"):
        Read.objects.filter(pk=victim.pk).update(reason=victim.reason, text_sha256=victim.digest_of_texts())

    assert _findings() == [("reads", victim.pk, "has been changed")]


@pytest.mark.parametrize("place", [0, 3, 6])
def test_missing_row_is_named(log, place):
    victim = Event.objects.order_by("id")[place].pk
    with owner_without_triggers("audit_event") as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [victim])

    assert _findings() == [("events", victim, "has been taken away")]


def test_row_inserted_later_is_named(log):
    first = Event.objects.order_by("id")[0]
    first.pk -= 1
    first.save(force_insert=True)

    assert _findings() == [("events", first.pk, "was put in after the log was sealed")]


def test_forged_seal_breaks_the_chain(log):
    """Row and seal are changed together; the next seal does not match."""
    seal = Seal.objects.get(log="events", number=2)
    with owner_without_triggers("audit_event", "audit_seal"):
        Event.objects.filter(pk=seal.ids[0]).update(action="nothing")
        rows = sealing.rows_between("events", 1, seal.ids[0] - 1, seal.until_id)
        seal.digests = b"".join(sealing.digest_of(row) for row in rows)
        seal.sha256 = sealing.sha256_of(seal)
        seal.save()

    assert [(found.seal, found.what) for found in verify()] == [(3, "does not follow the seal before")]


@pytest.mark.parametrize("number", [1, 2])
def test_removed_seal_is_detected(log, number):
    with owner_without_triggers("audit_seal"):
        Seal.objects.filter(log="events", number=number).delete()

    first = verify()[0]
    assert (first.log, first.seal) == ("events", number)


def test_rebuilt_chain_is_detected_by_the_printed_head(log):
    """All rights, all tables, everything consistent: only a copy outside the machine detects it."""
    printed = heads()
    with owner_without_triggers("audit_event", "audit_seal"):
        Seal.objects.filter(log="events").delete()
        Event.objects.order_by("id")[:1].get().delete()
        seal_all()

    assert verify() == []
    assert [found.what for found in verify(heads=printed)] == ["is not the seal that was known"]


def test_command_names_the_row_and_fails(log, capsys):
    call_command("verify_audit", head=heads())
    assert "The log is whole." in capsys.readouterr().out
    victim = Event.objects.order_by("id")[1].pk
    with owner_without_triggers("audit_event"):
        Event.objects.filter(pk=victim).update(actor="Någon Annan")

    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_audit")
    assert f"events: row {victim}: has been changed" in capsys.readouterr().err


def test_invalid_head_is_refused(log):
    with pytest.raises(CommandError, match="log:number:sha256"):
        call_command("verify_audit", head=["nonsense"])


class Slow:
    """A transaction in its own thread that has written its event and waits before the commit."""

    def __init__(self) -> None:
        self.written, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        try:
            with transaction.atomic():
                record(actor=SYSTEM, action="slow")
                self.written.set()
                self.go_on.wait(timeout=20)
        finally:
            connection.close()

    def __enter__(self) -> "Slow":
        self.thread.start()
        assert self.written.wait(timeout=20)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join(timeout=20)


def test_slow_writer_causes_no_false_alarm(transactional_db):
    """Without the writers' lock the slow row is behind the seal; with it, not."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_writing")
    with Slow():
        record(actor=SYSTEM, action="quick")
        assert len(seal_all()) == 1
    assert [found.what for found in verify()] == ["was put in after the log was sealed"]

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_event, audit_seal")
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_writing")
    with Slow():
        record(actor=SYSTEM, action="quick")
        assert seal_all() == []
    (seal,) = seal_all()
    assert len(seal.ids) == 2
    assert verify() == []


def test_writers_do_not_block_each_other(transactional_db):
    with Slow(), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        record(actor=SYSTEM, action="quick")
        cursor.execute("SET lock_timeout = DEFAULT")

    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == ["slow", "quick"]
