"""The interchange format and the municipality's own names: the same rows as in a table, with the same checks."""

import json
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command

from choices import imports
from choices.imports import ImportRefused
from choices.models import CareDecision, Person
from tests.import_files import RIGHT_ROW, as_csv, faults, grid
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(Path("choices/imports/schema/care-system-1.json").read_text())
HEADER = {"schema": "care-system/1", "kind": "persons"}
PERSON = {
    "personnummer": number(0), "förnamn": "Åsa", "efternamn": "Öberg", "område": "north", "gatuadress": "Provgränd 1",
    "postnummer": "14555", "postort": "Norsborg", "sekretessmarkering": False, "skyddad folkbokföring": False,
    "avliden": None,
}  # fmt: skip


@pytest.fixture
def world():
    return make_world()


def lines(*objects: object) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in objects).encode()


def problems(content: bytes, kind: str = "persons") -> list[tuple[int, str]]:
    try:
        found = imports.preview(kind=kind, table=imports.read(kind, content), actor=SYSTEM).errors
    except ImportRefused as refused:
        found = refused.problems
    return [(problem.row, problem.message) for problem in found]


def test_schema_columns_equal_the_code(world):
    for code, kind in imports.kinds().items():
        own = SCHEMA["$defs"][code]
        assert list(own["properties"]) == [column.header for column in kind.columns()]
        assert own["required"] == [column.header for column in kind.columns() if column.filled or column.never_cut]
    assert SCHEMA["$defs"]["header"]["properties"]["kind"]["enum"] == sorted(imports.kinds())


@pytest.mark.parametrize("kind", RIGHT_ROW)
def test_valid_row_matches_the_schema(world, kind):
    validator = jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind}"})
    validator.validate(RIGHT_ROW[kind])
    assert not validator.is_valid(RIGHT_ROW[kind] | {"okänd": ""})


def test_file_is_imported_like_a_table(world):
    imports.apply(kind="persons", table=imports.read("persons", lines(HEADER, PERSON)), actor=SYSTEM)
    decision = {
        "personnummer": int(number(0)), "beslut": "B-1", "insats": "hemtjanst", "minuter per månad": 600,
        "beslutsdatum": "2020-01-01", "från": "2020-01-10", "till och med": "9999-12-31",
    }  # fmt: skip
    file = imports.read("decisions", lines({"schema": "care-system/1", "kind": "decisions"}, decision))
    imports.apply(kind="decisions", table=file, actor=SYSTEM)
    assert CareDecision.objects.get().minutes == 600
    again = imports.preview(kind="persons", table=imports.read("persons", as_csv(grid("persons", {}))), actor=SYSTEM)
    assert again.changed_fields == {"telefon": 1}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (lines({"schema": "care-system/2", "kind": "persons"}, PERSON),
         (1, 'Första raden ska säga formatet: {"schema": "care-system/1", "kind": "persons"}.')),
        (lines({**HEADER, "kind": "choices"}), (1, "Filen är av ett annat slag än persons. Välj rätt slag.")),
        (lines(HEADER, PERSON | {"förnamn": ["Åsa"]}),
         (2, "Värdet ska vara text, ett heltal, true, false eller null.")),
        (lines(HEADER, {k: v for k, v in PERSON.items() if k != "sekretessmarkering"}, PERSON),
         (2, "Raden slutar före den här kolumnen. Fyll i värdet.")),
        (lines(HEADER, PERSON | {"efternamn": True}),
         (2, "Cellen är sant eller falskt. Formatera kolumnen som text och skriv värdet på nytt.")),
        (lines(HEADER) + b'\n{"a": 1, "a": 2}',
         (2, "Raden är inget JSON-objekt med varje nyckel en gång och tal utan decimaler. Rätta den.")),
        (lines(HEADER, 5),
         (2, "Raden är inget JSON-objekt med varje nyckel en gång och tal utan decimaler. Rätta den.")),
        (lines(HEADER, {"a": 0.5}),
         (2, "Raden är inget JSON-objekt med varje nyckel en gång och tal utan decimaler. Rätta den.")),
        (b'{"schema": ' + b"[" * 100_000,
         (1, "Raden är inget JSON-objekt med varje nyckel en gång och tal utan decimaler. Rätta den.")),
    ],
)  # fmt: skip
def test_file_of_another_kind_is_reported(world, content, found):
    assert found in problems(content)
    assert not Person.objects.exists()


def test_keys_and_values_that_no_page_can_show_are_reported(world):
    message = "Värdet ska vara text, ett heltal, true, false eller null."
    wrong = imports.preview(
        kind="persons", table=imports.read("persons", lines(HEADER, PERSON | {"c/o": {}, "hushåll": []})), actor=SYSTEM
    )
    assert [(each.row, each.column, each.message) for each in wrong.errors] == [
        (2, "c/o", message),
        (2, "hushåll", message),
    ]
    # Half of a surrogate pair is no text: nothing can encode it.
    content = lines(HEADER) + b'\n{"\\ud800": [1], "hush\xc3\xa5ll": "\\ud800"}'
    found = imports.preview(kind="persons", table=imports.read("persons", content), actor=SYSTEM).errors
    assert (2, "Värdet innehåller tecken som inte syns. Skriv det på nytt.") in problems(content)
    assert all((each.column + each.message).encode() for each in found)


MAPPING = """
version = 1
[persons]
ignore = ["Ålder"]
[persons.columns]
"Pers.nr" = "personnummer"
"Tilltalsnamn" = "förnamn"
"SEKR" = "sekretessmarkering"
[persons.values."område"]
"Alby" = "north"
[persons.values.sekretessmarkering]
"0" = "nej"
"1" = "ja"
[persons.values."skyddad folkbokföring"]
"" = "nej"
"""


def test_municipal_names_and_codes_are_mapped(world, tmp_path, settings):
    headers, row = grid("persons", {"område": " ALBY ", "sekretessmarkering": "1", "skyddad folkbokföring": ""})
    own = {"personnummer": "Pers.nr", "förnamn": "tilltalsnamn", "sekretessmarkering": "Sekr"}
    headers = ["Ålder", *(own.get(header, header) for header in headers)]
    file, mapping = tmp_path / "p.csv", tmp_path / "kolumner.toml"
    file.write_bytes(as_csv([headers, ["81", *row]]))
    mapping.write_text(MAPPING)
    assert any("finns inte i formatet" in message for _row, message in problems(file.read_bytes()))
    settings.IMPORT_MAPPING = str(mapping)
    call_command("import_file", "persons", str(file))
    person = Person.objects.get()
    assert (person.given_name, person.area.code, person.confidential) == ("Åsa", "north", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = 2", "ska börja med version = 1"),
        ("version = 1\n[person.columns]", "nämner slag som inte finns: person."),
        ('version = 1\n[persons.columns]\n"a" = "b"', "Formatet har inga kolumner som heter b."),
        ('version = 1\n[persons.columns]\n"a" = 1', "text till text"),
        ("version = 1\n[persons]\nother = 1", "columns, values och ignore"),
        ("version = 1\npersons = 3", "columns, values och ignore"),
        ('version = 1\n[persons]\nvalues = "x"', "columns, values och ignore"),
        ("version = 1\n[persons.values]\ntelefon = 5", "columns, values och ignore"),
        ("version = 1\n[persons]\nignore = 5", "columns, values och ignore"),
        ("version = 1\n[persons]\nignore = [5]", "columns, values och ignore"),
        ("version = ", "går inte att läsa"),
    ],
)
def test_invalid_mapping_is_reported(world, tmp_path, text, told):
    mapping = tmp_path / "kolumner.toml"
    mapping.write_text(text)
    with pytest.raises(ImportRefused) as refused:
        imports.read_mapping(mapping, "persons")
    assert told in refused.value.problems[0].message


def test_two_columns_cannot_map_to_one(world, tmp_path):
    mapping = tmp_path / "kolumner.toml"
    mapping.write_text('version = 1\n[persons.columns]\n"telefon" = "förnamn"')
    file = imports.mapped(
        imports.read("persons", as_csv(grid("persons", {}))), imports.read_mapping(mapping, "persons")
    )
    errors = imports.preview(kind="persons", table=file, actor=SYSTEM).errors
    assert ("förnamn", "Rubriken finns två gånger. Ta bort den ena kolumnen.") in [
        (e.column, e.message) for e in errors
    ]
    assert faults("persons", {"förnamn": ""}) == [(2, "förnamn", "Fyll i ett värde.")]
