"""Queues, room and the current choice are computed only in the facts; protection is a condition of one module, and
rounding the work of one."""

import re
from pathlib import Path

import pytest
from django.db import connection

from choices.models import Choice, Person
from secrecy.protected import not_protected, protected, protected_sql
from tests import factories as make

ROOT = Path(__file__).resolve().parents[3]

# SQL that reads the tables of placements, offers, choices, wishes or care decisions.
_TABLE = re.compile(
    r"\b(?:FROM|JOIN)\s+(?:allocation_(?:placement|offer|areadate)|choices_(?:choice|wish|caredecision))\b"
)
# Uncorrected versions of a choice, by the ORM. (Absences have such a method too.)
_STANDING = re.compile(r"(?<!Absence\.objects)\.standing\(\)")

# Protection as a condition of a query, by the ORM or in SQL.
_PROTECTION = re.compile(
    r"\b(?:confidential|protected_registration)=(?:True|False)|\bconfidential OR \w+\.protected_registration"
)

# Rounding a quotient, and minutes cut off to hours.
_ROUNDING = re.compile(r"// *\(2 \*|minutes\)? *// *60\b")

# Allowed exceptions, each with its reason.
ALLOWED = {
    "allocation/imports.py": "what a file says, compared with the rows it would become",
    "allocation/nightly/endings.py": "ends rows: death, move, no decision; and takes back offers",
    "allocation/nightly/interim.py": "gives an interim provider to those without any placement, whatever its contract",
    "allocation/queue_spells.py": "how long people have waited in all versions of their choices, past ones too",
    "allocation/services/apply.py": "writes what a run decided, row by row",
    "choices/imports/decisions.py": "decisions in a file compared with those that are stored",
    "choices/imports/choice_forms.py": "forms in a file compared with choices that are stored",
    "followup/performed_file.py": "performed time in a file compared with placements and granted help",
    "oversight/retention/notes.py": "whether somebody has had help since, for when notes are to go",
    "oversight/review/sampling.py": "draws placements to be looked at again",
    # By the ORM. tests/allocation/facts/test_facts_property.py compares them with the relations.
    "choices/models/person.py": "the querysets of people in care and without an answer",
    "choices/selectors.py": "the current choice of one person, and the version before the one that is being registered",
    "choices/late_registration.py": "the versions of a person, to find those with wrong dates",
}


def _files():
    left_out = {"migrations", "tests", "benchmarks", "node_modules", ".venv", "facts", "var", "demo"}
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.sql")]):
        parts = path.relative_to(ROOT).parts
        if not left_out & set(parts) or parts[:2] == ("letters", "facts"):
            yield path


def test_facts_are_defined_once():
    found = set()
    for path in _files():
        text = path.read_text("utf-8")
        if _TABLE.search(text) or _STANDING.search(text):
            found.add(str(path.relative_to(ROOT)))
    # An addition: query allocation.facts, or add the reason here. A removal: delete it from the list.
    assert found == set(ALLOWED)


def test_quotients_are_rounded_by_one_module():
    found = {str(path.relative_to(ROOT)) for path in _files() if _ROUNDING.search(path.read_text("utf-8"))}
    # The payment engine knows nothing of the project. A full number of hours that somebody needs is rounded up. A time
    # since something happened is no quantity.
    assert found == {
        "common/rounding.py", "reimbursement/engine/months.py", "desk/views/queues.py", "oversight/health/checks.py",
    }  # fmt: skip


def test_protection_is_a_condition_of_one_module():
    found = {str(path.relative_to(ROOT)) for path in _files() if _PROTECTION.search(path.read_text("utf-8"))}
    # A constraint of skyddad folkbokföring alone, a made-up person, and a trigger.
    assert found == {"choices/models/person.py", "staff_ui/gallery.py", "citizens/sql/letter_codes.sql"}


@pytest.mark.django_db
@pytest.mark.parametrize("confidential", [False, True])
@pytest.mark.parametrize("registration", [False, True])
def test_condition_of_protection_is_that_of_one_person(confidential, registration):
    address = dict.fromkeys(("street", "postal_code", "town"), "") if registration else {}
    person = make.PersonFactory.create(confidential=confidential, protected_registration=registration, **address)
    choice = make.ChoiceFactory.create(person=person)
    for expected, condition in ((person.is_protected, protected), (not person.is_protected, not_protected)):
        assert Person.objects.filter(condition()).exists() is expected
        assert Choice.objects.filter(condition("person"), pk=choice.pk).exists() is expected
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {protected_sql('p')} FROM choices_person p WHERE p.id = %s", [person.pk])
        assert cursor.fetchone() == (person.is_protected,)
