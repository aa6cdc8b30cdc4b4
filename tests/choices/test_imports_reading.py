"""Files from any program, and headers: equivalent files are read alike, unreadable ones reported."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from choices import imports
from choices.imports import ImportRefused
from choices.models import ImportFile, Person
from tests.import_files import PERSON, as_csv, as_xlsx, grid, take_in
from tests.world import SYSTEM, make_world, staff
from tests.world import test_number as number

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def refusal(content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ImportRefused) as refused:
        imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
    assert not Person.objects.exists()
    assert not ImportFile.objects.exists()
    return [(problem.row, problem.column, problem.message) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (as_csv(grid("persons", {})), "UTF-8"),
        (as_csv(grid("persons", {}), encoding="utf-8", delimiter=","), "UTF-8"),
        (as_csv(grid("persons", {}), encoding="cp1252"), "Windows-1252"),
        (as_xlsx(grid("persons", {})), "XLSX"),
    ],
    ids=["csv with bom", "commas", "windows", "xlsx"],
)
def test_every_file_format_gives_the_same_person(world, content, encoding):
    file = imports.read("persons", content)
    assert file.encoding == encoding
    imports.apply(kind="persons", table=file, actor=SYSTEM)
    person = Person.objects.get()
    assert (person.given_name, person.family_name, person.postal_code) == ("Åsa", "Öberg", "14555")
    assert person.identity_number == number(0)
    assert person.sort_name == "{cberg!{asa"


def test_spreadsheet_may_hold_real_dates_numbers_and_booleans(world):
    cells = grid("persons", {"avliden": "x", "sekretessmarkering": "x", "postnummer": "x", "personnummer": "x"})
    typed = {"avliden": datetime.datetime(2020, 10, 1), "sekretessmarkering": True, "postnummer": 14555}  # noqa: DTZ001
    typed["personnummer"] = int(number(0))
    cells[1] = [typed.get(header, cell) for header, cell in zip(*cells, strict=True)]
    imports.apply(kind="persons", table=imports.read("persons", as_xlsx(cells)), actor=SYSTEM)
    person = Person.objects.get()
    assert person.deceased_on == datetime.date(2020, 10, 1)
    assert person.confidential
    assert person.postal_code == "14555"


def test_headers_are_free_in_spelling_and_order(world):
    headers, row = grid("persons", {})
    cells = [[h.upper().replace(" ", "_") for h in reversed(headers)], list(reversed(row))]
    imports.apply(kind="persons", table=imports.read("persons", as_csv(cells)), actor=SYSTEM)
    assert Person.objects.get().given_name == "Åsa"


def test_empty_rows_are_skipped_but_counted(world):
    headers, row = grid("persons", {"språk": "svenska"})
    assert refusal(as_csv([headers, [""] * len(headers), row])) == [
        (3, "språk", "Skriv språkets kod med två eller tre bokstäver, till exempel sv, fi eller ar.")
    ]


def test_missing_duplicate_and_unknown_headers_are_reported(world):
    headers, row = grid("persons", {})
    place = headers.index("förnamn")
    headers[place] = "Asta Provsson"
    headers[headers.index("telefon")] = "c/o"
    assert refusal(as_csv([headers, row])) == [
        (1, "", f"Rubriken i kolumn {place + 1} finns inte i formatet. Rätta den eller ta bort kolumnen."),
        (1, "c/o", "Rubriken finns två gånger. Ta bort den ena kolumnen."),
        (1, "förnamn", "Kolumnen saknas. Lägg till den."),
    ]


def test_row_of_another_length_is_reported(world):
    headers, row = grid("persons", {})
    assert refusal(as_csv([headers, [*row, "mer"]])) == [
        (2, "", "Raden har 20 värden, rubrikraden har 19. Kontrollera skiljetecknen.")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Filen är tom."),
        (b"personnummer;\x81\n", "Filens teckenkodning går inte att läsa. Spara den som CSV UTF-8."),
        (b"a;b\n\x00;c\n", "Filen är inte en textfil. Spara den som CSV UTF-8 eller .xlsx."),
        (b'a;b\n"c;d\n', 'Citattecknen i filen går inte ihop. Kontrollera rader med " i.'),
        (b"PK\x03\x04 nothing more", "Filen går inte att läsa. Spara den på nytt som .xlsx."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Filen är i ett gammalt Excelformat. Spara den som .xlsx eller .csv."),
    ],
)
def test_unreadable_file_gets_instructions(world, content, message):
    assert refusal(content) == [(1, "", message)]


def test_import_needs_permission(world):
    officer, admin = staff("officer", "case_officer"), staff("admin", "admin")
    with pytest.raises(PermissionDenied):
        take_in("persons", {}, actor=officer)
    with pytest.raises(PermissionDenied):
        imports.preview(kind="persons", table=imports.read("persons", as_csv([list(PERSON)])), actor=officer)
    assert not Person.objects.exists()
    assert take_in("persons", {}, actor=admin).applied_by_id == admin.user_id
