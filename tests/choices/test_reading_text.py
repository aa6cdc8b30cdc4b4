"""CSV as saved by common programs: as tolerant as a workbook and never more. Each test is a regression."""

import unicodedata

import pytest

from choices import imports
from choices.imports import ImportRefused
from choices.models import Person
from tests.import_files import DECISION, as_csv, grid
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

HEADERS, ROW = grid("persons", {})


@pytest.fixture
def world():
    return make_world()


def faults(content: bytes, kind: str = "persons") -> list[tuple[int, str, str]]:
    try:
        problems = imports.preview(kind=kind, table=imports.read(kind, content), actor=SYSTEM).errors
    except ImportRefused as refused:
        problems = refused.problems
    return [(problem.row, problem.column, problem.message) for problem in problems]


def person_of(content: bytes) -> Person:
    imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
    return Person.objects.get()


def test_missing_cells_at_the_end_are_empty(world):
    # The last column is the household.
    assert faults(as_csv([HEADERS, ROW[:-1]])) == []
    assert faults(as_csv([[*HEADERS, "", ""], [*ROW, "", ""]])) == []
    assert faults(as_csv([HEADERS, [*ROW, "", " ", ""]])) == []


def test_missing_protection_cell_is_not_a_no(world):
    short = ROW[: HEADERS.index("skyddad folkbokföring")]
    assert faults(as_csv([HEADERS, short])) == [
        (2, "skyddad folkbokföring", "Raden slutar före den här kolumnen. Fyll i värdet.")
    ]


def test_column_without_a_header_is_ignored_when_empty(world):
    headers = [*HEADERS[:3], "", *HEADERS[3:]]
    assert faults(as_csv([headers, [*ROW[:3], "", *ROW[3:]]])) == []
    assert faults(as_csv([headers, [*ROW[:3], "x", *ROW[3:]]])) == [
        (2, "", "Kolumn 4 har ett värde men ingen rubrik. Skriv rubriken eller ta bort kolumnen.")
    ]


@pytest.mark.parametrize(
    ("change", "separator"),
    [
        (lambda text: "sep=;\r\n" + text, "semikolon"),
        (lambda text: "\ufeff\ufeff" + text, "semikolon"),
        (lambda text: text.replace("förnamn", "för\u200bnamn\u00a0", 1), "semikolon"),
        (lambda text: unicodedata.normalize("NFD", text), "semikolon"),
        (lambda text: text.replace("c/o", "C/O").replace("post gatuadress", "post\u2011gatuadress"), "semikolon"),
        (lambda text: text.replace(";", "\t"), "tabb"),
        (lambda text: "sep=|\n" + text.replace(";", "|"), "lodstreck"),
        (lambda text: text.replace("\r\n", "\r"), "semikolon"),
    ],
)
def test_look_alike_headers_and_separators_are_accepted(world, change, separator):
    text = as_csv([HEADERS, ROW], encoding="utf-8").decode()
    file = imports.read("persons", change(text).encode())
    assert file.separator == separator
    person = person_of(change(text).encode())
    assert (person.given_name, person.family_name) == ("Åsa", "Öberg")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252", "iso-8859-1"])
def test_certain_encodings_are_read(world, encoding):
    content = as_csv([HEADERS, ROW], encoding=encoding)
    assert person_of(content).given_name == "Åsa"
    said = imports.read("persons", content, "p.csv").described()
    assert said[:2] == [
        "Fil: p.csv.",
        f"Teckenkodning: {imports.read('persons', content).encoding}. Skiljetecken: semikolon.",
    ]


TWICE = as_csv([HEADERS, ROW]).decode("cp1252", errors="ignore").encode()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (as_csv([HEADERS, ROW], encoding="cp850"),
         (1, "", "Filen ser ut att vara sparad i DOS (cp850). Spara den som CSV UTF-8.")),
        (as_csv([HEADERS, ROW], encoding="mac_roman"),
         (1, "", "Filen ser ut att vara sparad i Mac Roman. Spara den som CSV UTF-8.")),
        (TWICE, (1, "", "Å, ä och ö är kodade två gånger. Spara filen på nytt som CSV UTF-8.")),
        (as_csv([HEADERS, ROW], encoding="utf-8") + b"\xe5;\r\n",
         (1, "", "Filen blandar UTF-8 med en annan teckenkodning. Spara den som CSV UTF-8.")),
        (as_csv([HEADERS, ROW]).replace("Öberg".encode(), "\ufffdberg".encode()),
         (2, "efternamn", "Ett tecken i värdet har gått förlorat. Skriv det på nytt.")),
        (as_csv([HEADERS, ROW], encoding="utf-16")[:-1],
         (1, "", "Filen har tecken som inte hör till UTF-16. Spara den som CSV UTF-8.")),
        (b"%PDF-1.7\n", (1, "", "Filen är ett dokument (PDF), ingen tabell. Spara den som .csv eller .xlsx.")),
        (b"\xef\xbb\xbf<html><table><tr><td>personnummer",
         (1, "", "Filen är en webbsida eller XML, ingen tabell. Öppna den i Excel och spara den som .xlsx.")),
        (b"\r\n\r\npersonnummer;f\r\n", (1, "", "Rubrikerna ska stå på rad 1. Ta bort tomma rader ovanför.")),
        (b"   \r\n", (1, "", "Filen är tom.")),
        # Each row would be padded to the width of the headers: 100 kB would become gigabytes.
        (b";".join([b"a"] * 50_000) + b"\n" + b"x\n" * 2000, (1, "", "Filen har för många kolumner.")),
        (b"sep=x\r\npersonnummerxf\r\n",
         (1, "", "Skiljetecknet på första raden går inte att läsa. Använd semikolon.")),
    ],
)  # fmt: skip
def test_ambiguous_text_is_reported(world, content, fault):
    assert faults(content) == [fault]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("gatuadress", '=HYPERLINK("x";"y")', "Värdet är en formel. Skriv det som formeln ger."),
        ("efternamn", "#SAKNAS!", "Cellen visar ett fel. Skriv värdet."),
        ("hushåll", "NULL", "Värdet betyder att uppgiften saknas. Skriv beteckningen, eller töm cellen."),
        ("hushåll", "0", "Värdet betyder att uppgiften saknas. Skriv beteckningen, eller töm cellen."),
        ("hushåll", "-", "Värdet betyder att uppgiften saknas. Skriv beteckningen, eller töm cellen."),
        ("språk", "xyz", "Skriv språkets kod med två eller tre bokstäver, till exempel sv, fi eller ar."),
        ("post land", "FI", "Skriv landets namn, till exempel Finland."),
        ("c/o", "c/o", "Skriv namnet efter c/o, eller töm cellen."),
        ("personnummer", "19300101-XXXX", "De sista siffrorna saknas. Skriv alla siffror."),
        ("avliden", "1929-12-31", "Datumet ligger före födelsedatumet. Rätta datumet eller numret."),
    ],
)
def test_placeholders_are_not_read_as_values(world, column, cell, message):
    mail = {"post gatuadress": "Gata 2", "post postnummer": "0150", "post postort": "X"} if "land" in column else {}
    found = [fault for fault in faults(as_csv(grid("persons", {column: cell, **mail}))) if fault[1] == column]
    assert found == [(2, column, message)]


def test_synonyms_of_other_systems_are_accepted(world):
    mail = {"post gatuadress": "Gata 2", "post postnummer": "14785", "post postort": "Tumba"}
    cells = {"språk": "FIN", "c/o": "C/O: c/o Ek", "post land": "SE", "post c/o": "Berg", **mail}
    person = person_of(as_csv(grid("persons", cells)))
    assert (person.language, person.care_of, person.mail_country, person.mail_care_of) == (
        "fi",
        "c/o Ek",
        "",
        "c/o Berg",
    )
    open_ended = DECISION | {"till och med": "9999-12-31", "minuter per månad": "1 500"}
    receipt = imports.apply(
        kind="decisions",
        table=imports.read("decisions", as_csv([list(DECISION), list(open_ended.values())])),
        actor=SYSTEM,
    )
    decision = person.care_decisions.get()
    assert (receipt.added, decision.valid_until, decision.minutes) == (1, None, 1500)


def test_digits_of_another_script_are_no_second_identity(world):
    person_of(as_csv([HEADERS, ROW]))
    arabic = number(0).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    preview = imports.preview(
        kind="persons", table=imports.read("persons", as_csv(grid("persons", {"personnummer": arabic}))), actor=SYSTEM
    )
    assert (preview.added, preview.unchanged) == (0, 1)
