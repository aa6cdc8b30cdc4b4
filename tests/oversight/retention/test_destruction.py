"""Destruction of a file: complete, approved by two people, without traces."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import DestroyedFile, Destruction, Event, Read, RowVersion
from audit.sealing import seal_all
from audit.services import record, record_reads, record_search
from audit.verifying import verify
from choices.models import Choice, Household, HouseholdMember, MandateHolder, Person
from letters import files
from oversight.retention import services
from oversight.retention.file import file_of
from oversight.retention.notes import due_files
from oversight.retention.services import (
    approve_destruction,
    cancel_destruction,
    carry_out,
    propose_destruction,
)
from tests import factories as make
from tests.audit.tampering import owner_without_triggers
from tests.oversight.retention.conftest import DUE, closed_person
from tests.world import staff


def _destroy(archive) -> Destruction:
    destruction = propose_destruction(actor=archive.first)
    destruction = approve_destruction(destruction=destruction, actor=archive.second)
    return carry_out(destruction=destruction, actor=archive.second)


def _due(actor: Actor, today: datetime.date) -> list[str]:
    return [file.person.reference for file in due_files(actor=actor, today=today)]


def test_file_with_ongoing_care_is_never_due(archive):
    assert _due(archive.first, datetime.date(2090, 1, 1)) == [archive.person.reference]


def test_file_is_due_five_years_after_its_last_entry(archive):
    (file,) = due_files(actor=archive.first, today=datetime.date(2090, 1, 1))

    # Rows changed by this test carry the machine's date.
    assert file.last_note >= datetime.date(2020, 11, 23)
    assert _due(archive.first, file.deadline.due_from - datetime.timedelta(days=1)) == []
    assert _due(archive.first, file.deadline.due_from) == [archive.person.reference]


def test_new_note_restarts_the_period(archive, later):
    assert _due(archive.first, DUE) == [archive.person.reference]
    record(actor=archive.first, action="choice.register", person_reference=archive.person.reference)

    assert _due(archive.first, DUE) == []


def test_logged_access_is_no_entry(archive, later):
    record_reads(actor=archive.first, person_references=[archive.person.reference], what="person")

    assert _due(archive.first, DUE) == [archive.person.reference]


def test_person_born_on_the_15th_is_kept_and_marked(archive, later):
    kept = closed_person(15, serial=981)

    assert {file.person.reference: file.kept for file in due_files(actor=archive.first, today=DUE)} == {
        archive.person.reference: False,
        kept.reference: True,
    }


def test_dry_run_changes_nothing(archive, later):
    before = {model: model.objects.count() for model in apps.get_models() if model._meta.managed}
    due_files(actor=archive.first, today=DUE)

    assert {model: model.objects.count() for model in before} == before


def test_file_is_destroyed_completely_without_a_trace(archive, later):
    """Every table, column by column: no name, number, address, phone or free text about them."""
    person = archive.person
    words = [person.family_name, person.identity_number, person.street, "Gallringsson ringde"]
    record_reads(actor=archive.first, person_references=[person.reference], what="person", reason=words[-1])
    Event.objects.create(
        actor="x", action="placement.by_hand", person_reference=person.reference, reason=words[-1],
        at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC),
    )  # fmt: skip
    MandateHolder.objects.filter(mandate__person=person).delete()
    path = files.media(archive.letter.file_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    assert all(_places_with(word) for word in words)

    destruction = _destroy(archive)

    assert destruction.status == "done"
    assert not path.exists()
    assert {word: _places_with(word) for word in words} == {word: [] for word in words}
    (protocol,) = destruction.files.all()
    assert protocol.outcome == "destroyed"
    assert protocol.rows["choices.choice"] == 1
    assert protocol.rows["letters.letter"] == 1


def _places_with(word: str) -> list[str]:
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            statement = f'SELECT count(*) FROM "{table}" t WHERE to_jsonb(t)::text LIKE %s'
            cursor.execute(statement, [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_other_household_member_stays(archive, later):
    before = file_of(archive.other)
    _destroy(archive)

    assert file_of(archive.other) == before
    assert Household.objects.count() == 1


def test_empty_household_is_deleted_with_its_last_member(archive, later):
    alone = closed_person(4, serial=982)
    household = make.make_household(alone)
    HouseholdMember.objects.filter(person=alone).update(valid_until=datetime.date(2020, 11, 20))
    _destroy(archive)

    assert not Household.objects.filter(pk=household.pk).exists()
    assert not RowVersion.objects.filter(table="choices_household", row=household.pk).exists()


def test_sealed_log_is_valid_after_a_destruction(archive, later):
    record_reads(actor=archive.first, person_references=[archive.person.reference], what="person", reason="Ringde")
    seal_all()
    _destroy(archive)
    seal_all()

    assert verify() == []
    assert Read.objects.get().reason == ""


def test_text_erased_without_a_destruction_is_detected(archive):
    record_reads(actor=archive.first, person_references=[archive.person.reference], what="person", reason="Ringde")
    seal_all()
    with owner_without_triggers("audit_read"):
        Read.objects.update(reason="", text_salt="")

    assert [found.row for found in verify()] == [Read.objects.get().pk]


def test_old_searches_are_deleted(archive, later):
    for _year in (2015, 2040):
        record_search(actor=archive.first, person_references=[], what="people", search={"namn": "Asta"}, hits=0)
    old, new = Read.objects.order_by("id")
    with owner_without_triggers("audit_read"):
        Read.objects.filter(pk=old.pk).update(at=datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC))
        Read.objects.filter(pk=new.pk).update(at=datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC))
    _destroy(archive)

    assert list(Read.objects.order_by("id").values_list("search", flat=True)) == ["", "namn: Asta"]


def test_merged_record_is_destroyed_with_the_remaining_one(archive, later):
    """A replaced samordningsnummer: its record and choices belong to the same file."""
    before = closed_person(7, serial=984)
    Person.objects.filter(pk=before.pk).update(merged_into=archive.person)
    destruction = _destroy(archive)

    assert not Person.objects.filter(pk__in=[before.pk, archive.person.pk]).exists()
    assert set(destruction.files.values_list("person_reference", "outcome")) == {
        (before.reference, "destroyed"),
        (archive.person.reference, "destroyed"),
    }


def test_merged_record_born_on_the_25th_keeps_the_file(archive, later):
    before = closed_person(25, serial=984)
    Person.objects.filter(pk=before.pk).update(merged_into=archive.person)

    assert [file.kept for file in due_files(actor=archive.first, today=DUE)] == [True]
    with pytest.raises(ValidationError, match="Ingen akt"):
        propose_destruction(actor=archive.first)


def test_note_after_the_approval_spares_the_file(archive, later):
    destruction = propose_destruction(actor=archive.first)
    destruction = approve_destruction(destruction=destruction, actor=archive.second)
    record(actor=archive.first, action="contact.attempt", person_reference=archive.person.reference)
    destruction = carry_out(destruction=destruction, actor=archive.second)

    assert destruction.files.get().outcome == "spared"
    assert Person.objects.filter(pk=archive.person.pk).exists()


def test_own_proposal_cannot_be_approved(archive, later):
    destruction = propose_destruction(actor=archive.first)
    with pytest.raises(ValidationError, match="En annan person"):
        approve_destruction(destruction=destruction, actor=archive.first)
    with pytest.raises(IntegrityError, match="audit_destruction_four_eyes"), transaction.atomic():
        Destruction.objects.update(
            status="approved", approved_by=archive.first.user_id, approved_at="2020-01-01T00:00Z"
        )
    with pytest.raises(ValidationError, match="inte godkänd"):
        carry_out(destruction=destruction, actor=archive.second)
    assert Person.objects.filter(pk=archive.person.pk).exists()


def test_second_proposal_waits_for_the_first(archive, later):
    first = propose_destruction(actor=archive.first)
    with pytest.raises(ValidationError, match="redan ett förslag"):
        propose_destruction(actor=archive.second)
    cancel_destruction(destruction=first, actor=archive.second)

    assert propose_destruction(actor=archive.second).pk != first.pk


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.ADMIN, Role.LOG_REVIEWER, Role.MANAGER])
def test_destruction_needs_permission(archive, later, role):
    with pytest.raises(PermissionDenied):
        propose_destruction(actor=staff("x", role))


def test_database_refuses_unapproved_destruction(archive, later):
    """Also manual SQL: choices, log texts and history are deleted with an approved file only."""
    propose_destruction(actor=archive.first)
    attempts = [
        lambda: Choice.objects.filter(person=archive.person).first().wishes.all()._raw_delete("default"),
        lambda: Choice.objects.filter(person=archive.person)._raw_delete("default"),
        lambda: RowVersion.objects.all().delete(),
        lambda: Event.objects.update(reason="", text_salt=""),
        lambda: connection.cursor().execute(
            "SELECT audit_forget(%s, '{choices_person}', %s)", [archive.person.reference, [archive.person.pk]]
        ),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError, match=r"append-only|not approved"), transaction.atomic():
            attempt()


def test_approval_of_one_file_does_not_open_the_log_of_another(archive, later):
    record_reads(actor=archive.first, person_references=[archive.other.reference], what="person", reason="Ringde")
    destruction = propose_destruction(actor=archive.first)
    approve_destruction(destruction=destruction, actor=archive.second)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Read.objects.update(reason="", search="", text_salt="")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(action="retention.propose").update(actor="Någon Annan")


def test_interrupted_destruction_resumes(archive, later, monkeypatch):
    closed_person(8, serial=985)
    destruction = propose_destruction(actor=archive.first)
    destruction = approve_destruction(destruction=destruction, actor=archive.second)
    destroy, done = services._destroy_file, []

    def killed_after_one(*args: object) -> None:
        if done:
            raise RuntimeError("the worker was killed")
        destroy(*args)
        done.append(args)

    monkeypatch.setattr(services, "_destroy_file", killed_after_one)
    with pytest.raises(RuntimeError):
        carry_out(destruction=destruction, actor=archive.second)
    assert set(DestroyedFile.objects.values_list("outcome", flat=True)) == {"destroyed", "waiting"}
    monkeypatch.undo()
    carry_out(destruction=destruction, actor=archive.second)

    assert set(DestroyedFile.objects.values_list("outcome", flat=True)) == {"destroyed"}
