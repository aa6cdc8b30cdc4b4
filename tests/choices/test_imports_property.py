"""Any valid file survives the round trip through import and export, and a second import changes nothing."""

import datetime
import unicodedata

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from choices import imports
from choices.imports.cells import NO_ADDRESS
from choices.models import HouseholdMember, Person
from choices.swedish_order import sort_key
from tests.import_files import as_csv, as_xlsx, grid
from tests.long_form import examples
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

# Letters, marks, digits and punctuation of names and addresses, and separators that the file must escape.
_SIGNS = st.characters(
    categories=["Lu", "Ll", "Lo", "Nd"],
    include_characters=" -.'/&;,\"åäöÅÄÖéü",
    # Letters that look like a space.
    exclude_characters="\u115f\u1160\u3164\uffa0",
)


def _clean(word: str) -> str:
    return " ".join(unicodedata.normalize("NFC", word).split())


def _says_something(word: str) -> bool:
    """Not only digits and punctuation, and none of the words for "not known"."""
    return any(map(str.isalpha, word)) and word.casefold() not in NO_ADDRESS


_WORDS = st.text(_SIGNS, min_size=1, max_size=27).filter(
    lambda word: _clean(word).isprintable() and _says_something(_clean(word))
)


@pytest.fixture
def world():
    return make_world()


@st.composite
def persons(draw):
    rows = []
    for serial in draw(st.sets(st.integers(0, 400), min_size=1, max_size=8)):
        home = draw(st.booleans())
        rows.append(
            {
                "personnummer": number(serial),
                "förnamn": draw(_WORDS),
                "efternamn": draw(_WORDS),
                "språk": draw(st.sampled_from(["sv", "fi", "syr", ""])),
                "gatuadress": draw(_WORDS) if home else "",
                "postnummer": draw(st.from_regex(r"[1-9][0-9]{2} ?[0-9]{2}", fullmatch=True)) if home else "",
                "postort": draw(_WORDS) if home else "",
                "skyddad folkbokföring": "nej" if home else draw(st.sampled_from(["ja", "nej"])),
                "avliden": draw(st.dates(datetime.date(1990, 1, 1), datetime.date(2020, 11, 23)) | st.just("")),
                "hushåll": draw(st.sampled_from(["", "H1", "H2"])),
            }
        )
    return rows


@given(rows=persons(), write=st.sampled_from([as_csv, as_xlsx]))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_valid_file_survives_the_round_trip(world, rows, write):
    with transaction.atomic():
        content = write(grid("persons", *rows))
        receipt = imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
        assert (receipt.rows, receipt.added) == (len(rows), len(rows))
        for row in rows:
            person = Person.objects.get(identity_number=row["personnummer"])
            assert person.given_name == _clean(row["förnamn"])
            assert person.town == _clean(row["postort"])
            assert person.postal_code == row["postnummer"].replace(" ", "")
            assert person.language == (row["språk"] or "sv")
            assert person.deceased_on == (row["avliden"] or None)
            assert person.protected_registration == (row["skyddad folkbokföring"] == "ja")
            assert person.sort_name == sort_key(person.family_name, person.given_name)
            households = HouseholdMember.objects.filter(person=person).values_list(
                "household__source_reference", flat=True
            )
            assert list(households) == ([row["hushåll"]] if row["hushåll"] else [])
        again = imports.preview(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
        assert (again.added, again.changed, again.unchanged) == (0, 0, len(rows))
        transaction.set_rollback(True)
