"""Absences: reported, corrected by a new version, imported; nothing is overwritten and nothing overlaps."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from choices.models import Person
from reimbursement.absences import correct_absence, report_absence, withdraw_absence
from reimbursement.models import Absence
from tests import factories as make
from tests.import_files import faults, take_in
from tests.reimbursement.closing.accounts import DAY
from tests.world import World, make_world, staff
from tests.world import test_number as number

pytestmark = pytest.mark.django_db
FIRST, BACK = DAY(2020, 11, 10), DAY(2020, 11, 18)
STAY = {"kind": "hospital", "planned": False, "valid_from": FIRST, "valid_until": BACK}
OVERLAP = "Personen är redan frånvarande under den tiden. Rätta den perioden i stället."


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def standing() -> list[tuple[str, str, str | None]]:
    rows = Absence.objects.standing().order_by("valid_from", "id")
    return [(row.kind, str(row.valid_from), row.valid_until and str(row.valid_until)) for row in rows]


def test_a_correction_is_a_new_version_and_the_old_one_stays(person: Person):
    officer = staff("maja", Role.CASE_OFFICER)
    old = report_absence(person=person, **STAY, actor=officer)
    new = correct_absence(absence=old, **STAY | {"valid_until": DAY(2020, 11, 20)}, actor=officer)

    old.refresh_from_db()
    assert (old.valid_until, new.replaces, new.registered_by_id) == (BACK, old, officer.user_id)
    assert old.ended_at is not None
    assert standing() == [("hospital", "2020-11-10", "2020-11-20")]
    assert list(Event.objects.values_list("action", flat=True).order_by("id"))[-2:] == [
        "absence.report",
        "absence.correct",
    ]
    with pytest.raises(ValidationError, match="Någon annan"):
        withdraw_absence(absence=old, reason="Fel person", actor=officer)
    withdraw_absence(absence=new, reason="Fel person", actor=officer)
    assert standing() == []


def test_absences_of_a_person_do_not_overlap(person: Person):
    officer = staff("maja", Role.CASE_OFFICER)
    report_absence(person=person, **STAY, actor=officer)
    with pytest.raises(ValidationError, match=OVERLAP):
        report_absence(person=person, **STAY | {"kind": "travel", "valid_from": DAY(2020, 11, 17)}, actor=officer)
    # The day of return is no day away; a death may be reported in the midst of it.
    report_absence(person=person, **STAY | {"valid_from": BACK, "valid_until": None}, actor=officer)
    death = {"kind": "death", "planned": False, "valid_until": None}
    report_absence(person=person, **death, valid_from=DAY(2020, 11, 12), actor=officer)
    with pytest.raises(ValidationError, match="redan registrerat"):
        report_absence(person=person, **death, valid_from=DAY(2020, 11, 13), actor=officer)
    for kind, constraint in (("hospital", "no_overlap"), ("death", "one_death")):
        with pytest.raises(IntegrityError, match=f"reimbursement_absence_{constraint}"), transaction.atomic():
            Absence.objects.create(person=person, kind=kind, valid_from=FIRST, source="officer", reported_on=FIRST)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"valid_until": FIRST}, "efter startdatum"),
        ({"reported_on": DAY(2020, 11, 24)}, "inte varit än"),
        ({"valid_from": DAY(2022, 1, 1), "valid_until": None}, "mer än ett år"),
        ({"kind": "death"}, "ingen sista dag"),
        ({"kind": "death", "valid_from": DAY(2020, 11, 24), "valid_until": None}, "inte varit än"),
        ({"kind": "sjuk"}, "inget giltigt alternativ"),
    ],
)
def test_impossible_days_are_refused(person: Person, change: dict, words: str):
    with pytest.raises(ValidationError, match=words):
        report_absence(person=person, **STAY | change, actor=staff("maja", Role.CASE_OFFICER))
    assert not Absence.objects.exists()


OFFICERS_AND_PLANNERS = {Role.CASE_OFFICER, Role.SENIOR_OFFICER, Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED}


@pytest.mark.parametrize("role", sorted(set(Role) - OFFICERS_AND_PLANNERS))
def test_other_roles_report_nothing(person: Person, role: Role):
    with pytest.raises(PermissionDenied):
        report_absence(person=person, **STAY, actor=Actor.staff(make.UserFactory.with_role(role)))


def test_a_provider_reports_of_its_own_clients_and_corrects_its_own_reports(world: World, person: Person):
    theirs, others = (
        Actor.staff(make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=provider))
        for provider in (world.municipal, world.p)
    )
    with pytest.raises(ValidationError, match="inte hjälp av er"):
        report_absence(person=person, **STAY, actor=others)
    own = report_absence(person=person, **STAY, actor=theirs)
    assert (own.source, own.provider) == ("provider", world.municipal)
    with pytest.raises(ValidationError, match="någon annan"):
        withdraw_absence(absence=own, reason="Fel", actor=others)
    # On the day after the placement has ended a death can still be reported; other days are the next provider's.
    person.placements.update(valid_until=DAY(2020, 11, 20))
    with pytest.raises(ValidationError, match="inte hjälp av er"):
        report_absence(person=person, **STAY | {"valid_from": DAY(2020, 11, 20), "valid_until": None}, actor=theirs)
    death = {"kind": "death", "planned": False, "valid_from": DAY(2020, 11, 20), "valid_until": None}
    report_absence(person=person, **death, actor=theirs)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reimbursement_absence SET valid_until = valid_until + 1",
        "UPDATE reimbursement_absence SET ended_at = now(), kind = 'travel'",
        "UPDATE reimbursement_absence SET ended_at = NULL",
        "DELETE FROM reimbursement_absence",
    ],
)
def test_the_database_overwrites_nothing(person: Person, statement: str):
    absence = report_absence(person=person, **STAY, actor=staff("maja", Role.CASE_OFFICER))
    if "NULL" in statement:
        withdraw_absence(absence=absence, reason="Fel", actor=staff("eva", Role.CASE_OFFICER))
    with pytest.raises(DatabaseError, match="new row"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Files -----------------------------------------------------------------------------------------------------------

WRONG = [
    ({"frånvaro": "sjuk"}, "frånvaro", "Värdet finns inte. Skriv något av: avliden, korttid, resa, sjukhus."),
    ({"sista dagen borta": "2020-11-01"}, "sista dagen borta", None),
    ({"frånvaro": "avliden", "planerad": "ja"}, "frånvaro", None),
    ({"rapporterad": "2020-11-24"}, "rapporterad", "Dagen har inte varit än. Rätta dagen."),
    ({"personnummer": number(9)}, "personnummer", "Personen finns inte i systemet. Läs in personen först."),
    ({"första dagen borta": "2020-11-17"}, "första dagen borta", "Perioden krockar med rad 2. Rätta datumen."),
    ({}, "första dagen borta", "Samma första dag finns redan på rad 2. Ta bort den ena raden."),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG)
def test_wrong_row_is_reported_and_nothing_is_written(world: World, change: dict, column: str, message: str | None):
    take_in("persons", {})
    other = {"första dagen borta": "2020-11-20", "sista dagen borta": ""} if change else {}
    ((row, of, said),) = faults("absences", {}, other | change)
    assert (row, of) == (3, column)
    assert message in (None, said)
    assert not Absence.objects.exists()


def test_a_file_twice_changes_nothing_and_another_end_is_a_new_version(world: World):
    take_in("persons", {})
    first = take_in("absences", {}, {"första dagen borta": "2020-12-01", "sista dagen borta": ""})
    assert standing() == [("hospital", "2020-11-10", "2020-11-18"), ("hospital", "2020-12-01", None)]
    assert take_in("absences", {}, {"första dagen borta": "2020-12-01", "sista dagen borta": ""}) == first

    take_in("absences", {"sista dagen borta": "2020-11-19"})
    assert standing() == [("hospital", "2020-11-10", "2020-11-20"), ("hospital", "2020-12-01", None)]
    assert Absence.objects.count() == 3
    assert {row.source for row in Absence.objects.all()} == {"import"}


def test_a_file_may_not_overlap_what_is_there_unless_it_corrects_it(world: World):
    take_in("persons", {})
    take_in("absences", {})
    later = {"första dagen borta": "2020-11-15", "sista dagen borta": ""}
    assert [column for _row, column, _message in faults("absences", later)] == ["första dagen borta"]
    take_in("absences", later, {"sista dagen borta": "2020-11-14"})
    assert standing() == [("hospital", "2020-11-10", "2020-11-15"), ("hospital", "2020-11-15", None)]
