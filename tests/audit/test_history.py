"""Row history: earlier versions of legal rows are kept, however the row is changed."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from audit.models import RowVersion
from audit.selectors import versions_of
from audit.services import record
from choices.models import CareDecision, Person
from tests import factories as make

KEPT = {
    "providers": [
        "municipality", "contract", "ceiling", "guarantee", "sharestep", "quotachange", "profilechange"
    ],
    "choices": [
        "person", "caredecision", "household", "householdmember", "mandate", "mandateholder", "choiceround"
    ],
    "allocation": ["allocationrun", "placement", "offer", "areadate", "providerexit"],
    "letters": ["lettertext", "roundproof"],
    "reimbursement": ["absence", "manualline", "term"],
}  # fmt: skip


@pytest.fixture
def people(db: None) -> list[Person]:
    return [make.PersonFactory.create(street=f"Gatan {number}") for number in range(3)]


def _old(column: str) -> list[object]:
    return [version.old[column] for version in RowVersion.objects.order_by("row")]


def test_bulk_update_is_recorded_per_row(people):
    Person.objects.update(street="Vägen 1")

    assert _old("street") == ["Gatan 0", "Gatan 1", "Gatan 2"]


def test_manual_sql_is_recorded_without_an_event(people):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE choices_person SET street = 'Vägen 1' WHERE id = %s", [people[0].pk])

    (version,) = versions_of(people[0])
    assert version.stored.old["street"] == "Gatan 0"
    assert version.events == []


def test_update_without_a_change_is_not_recorded(people):
    people[0].save()

    assert not RowVersion.objects.exists()


def test_inserts_are_not_recorded(people):
    assert not RowVersion.objects.exists()


def test_deleted_row_is_kept(people):
    decision = make.CareDecisionFactory.create(person=people[0])
    CareDecision.objects.filter(pk=decision.pk).delete()

    version = RowVersion.objects.get(table="choices_caredecision")
    assert (version.operation, version.old["minutes"]) == ("DELETE", decision.minutes)


def test_transaction_links_history_to_actor_and_reason(transactional_db):
    person = make.PersonFactory.create(phone="1")
    for phone, reason in (("2", "Ringde"), ("3", "Skrev")):
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(phone=phone)
            record(actor=Actor.system("test"), action="person.phone", reason=reason)

    phones = [
        (version.stored.old["phone"], [event.reason for event in version.events]) for version in versions_of(person)
    ]
    assert phones == [("1", ["Ringde"]), ("2", ["Skrev"])]


@pytest.mark.parametrize("change", [{"old": {}}, None])
def test_history_is_append_only(people, change):
    Person.objects.update(street="Vägen 1")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RowVersion.objects.update(**change) if change else RowVersion.objects.all().delete()


@pytest.mark.parametrize(("app", "model"), [(app, model) for app, models in KEPT.items() for model in models])
def test_each_legal_table_keeps_its_history(db, app, model):
    table = apps.get_model(app, model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'", [table])
        names = {name for (name,) in cursor.fetchall()}

    assert {f"{table}_keep_updated", f"{table}_keep_deleted"} <= names
