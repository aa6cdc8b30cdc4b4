"""A workbook is read as displayed, or refused by row and column. Each test is a regression."""

import datetime
import io
import zipfile

import pytest

from choices import imports
from choices.imports import ImportRefused
from choices.imports.reading import package, rows, workbook
from choices.models import Person
from tests.choices.workbooks import MAIN, book, packed, parts, row, sheet
from tests.import_files import DECISION, PERSON, take_in
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

UNREADABLE = "Filen går inte att läsa. Spara den på nytt som .xlsx."
NOT_COMPUTED = "Cellen är en formel som inte är beräknad. Öppna filen i Excel och spara den, eller skriv värdet."
HIDDEN_BY_FORMAT = "Cellens format ändrar eller döljer det som står i den. Formatera kolumnen som text."


@pytest.fixture
def world():
    return make_world()


def persons(cells: dict[str, str], *, attributes: str = "", extra: tuple[str, ...] = (), **more: object) -> bytes:
    """A file of one person, with some of its cells as XML."""
    return book(row(*PERSON), row(*(PERSON | cells).values(), attributes=attributes), *extra, **more)


def faults(content: bytes, kind: str = "persons") -> list[tuple[int, str, str]]:
    try:
        problems = imports.preview(kind=kind, table=imports.read(kind, content), actor=SYSTEM).errors
    except ImportRefused as refused:
        problems = refused.problems
    return [(problem.row, problem.column, problem.message) for problem in problems]


def person_of(content: bytes) -> Person:
    imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
    return Person.objects.get()


def test_uncomputed_formula_does_not_remove_protection(world):
    hidden = {"gatuadress": "", "postnummer": "", "postort": ""}
    take_in("persons", {"sekretessmarkering": "ja", "skyddad folkbokföring": "ja", **hidden})
    formula = '<c><f>IF(1=1,"ja","nej")</f></c>'
    content = persons({"sekretessmarkering": formula, "skyddad folkbokföring": formula, **hidden})
    assert faults(content) == [
        (2, "sekretessmarkering", NOT_COMPUTED),
        (2, "skyddad folkbokföring", NOT_COMPUTED),
    ]
    with pytest.raises(ImportRefused):
        imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
    person = Person.objects.get()
    assert person.confidential
    assert person.protected_registration


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("till och med", '<c s="1"><f>DATE(2020,12,31)</f></c>'),
        ("minuter per månad", "<c><f>480*60</f></c>"),
        ("minuter per månad", "<c><f>480*60</f><v></v></c>"),
        ("beslut", '<c t="str"><f>HYPERLINK("https://example.org","B-1")</f></c>'),
    ],
)
def test_formulas_without_value_are_refused(world, column, cell):
    take_in("persons", {})
    content = book(row(*DECISION), row(*(DECISION | {column: cell}).values()), formats=["yyyy-mm-dd"])
    assert faults(content, "decisions") == [(2, column, NOT_COMPUTED)]


def test_formula_with_a_value_is_read_as_displayed(world):
    link = '<c t="str"><f>HYPERLINK("https://example.org","Åsa")</f><v>Åsa</v></c>'
    empty = '<c t="str"><f>IF(1=1,"","x")</f><v></v></c>'
    person = person_of(persons({"förnamn": link, "telefon": empty}))
    assert (person.given_name, person.phone) == ("Åsa", "")


def test_placeholder_values_of_formulas_are_refused(world):
    # XlsxWriter writes 0 for every formula and asks Excel to compute them when it opens the file.
    cell = '<c t="str"><f>IF(1=1,"ja","nej")</f><v>0</v></c>'
    content = persons({"sekretessmarkering": cell}, calculation='<calcPr fullCalcOnLoad="1"/>')
    assert faults(content) == [(2, "sekretessmarkering", NOT_COMPUTED)]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#SAKNAS!", "#VÄRDEFEL!", "#DIV/0!", "#NAMN?", "####"])
def test_error_value_is_no_name(world, error):
    assert faults(persons({"efternamn": f'<c t="e"><v>{error}</v></c>'})) == [
        (2, "efternamn", "Cellen visar ett fel. Skriv värdet.")
    ]
    assert faults(persons({"gatuadress": error})) == [(2, "gatuadress", "Cellen visar ett fel. Skriv värdet.")]


@pytest.mark.parametrize(
    ("column", "value", "code", "field", "stored"),
    [
        ("telefon", "701740605", "0000000000", "phone", "0701740605"),
        ("postnummer", "14555", "000\\ 00", "postal_code", "14555"),
        ("personnummer", number(0), "00000000-0000", "identity_number", number(0)),
        ("personnummer", number(0), "General", "identity_number", number(0)),
        ("personnummer", f"{int(number(0)):.11E}", "General", "identity_number", number(0)),
        ("gatuadress", "7", '"Provgränd "0', "street", "Provgränd 7"),
        ("gatuadress", "0.5", '"Väg "0%', "street", "Väg 50%"),
        ("efternamn", "Ek", "_-* #,##0_-;-* #,##0_-;_-* -_-;_-@_-", "family_name", "Ek"),
        ("efternamn", "Ek", "yyyy\\-mm\\-dd;@", "family_name", "Ek"),
        ("avliden", "44136", "yyyy\\-mm\\-dd;@", "deceased_on", datetime.date(2020, 11, 1)),
        ("avliden", "44136", "[$-F800]dddd, mmmm dd, yyyy", "deceased_on", datetime.date(2020, 11, 1)),
    ],
)
def test_value_is_as_displayed(world, column, value, code, field, stored):
    kind = ' t="str"' if value.isalpha() else ""
    person = person_of(persons({column: f'<c s="1"{kind}><v>{value}</v></c>'}, formats=[code]))
    assert getattr(person, field) == stored


@pytest.mark.parametrize(
    ("column", "cell", "code", "message"),
    [
        ("efternamn", '<c s="1"><v>3</v></c>', ";;;", HIDDEN_BY_FORMAT),
        ("efternamn", '<c s="1"><v>3</v></c>', "# ?/?", HIDDEN_BY_FORMAT),
        ("telefon", '<c s="1"><v>3</v></c>', f"0.{'0' * 30}", HIDDEN_BY_FORMAT),
        ("telefon", '<c s="1"><v>3</v></c>', f"0{'%' * 20}", HIDDEN_BY_FORMAT),
        ("efternamn", '<c s="1" t="str"><v>Ek</v></c>', ";;;", HIDDEN_BY_FORMAT),
        ("sekretessmarkering", '<c s="1" t="inlineStr"><is><t>nej</t></is></c>', '0;0;0;"ja"', HIDDEN_BY_FORMAT),
        ("gatuadress", '<c s="1" t="str"><v>Väg 1</v></c>', '"c/o "@', HIDDEN_BY_FORMAT),
        ("hushåll", '<c s="1"><v>1234567890123456</v></c>', "0",
         "Talet har fler siffror än ett kalkylprogram kan hålla. Formatera kolumnen som text och skriv det på nytt."),
        ("telefon", "<c><v>701740605</v></c>", "0",
         "Telefonnumret saknar nollan i början. Skriv det med riktnummer, till exempel 070-174 06 05."),
        ("avliden", '<c s="1"><v>44136</v></c>', "yyyy",
         "Cellen visar inte ett datum med år, månad och dag. Formatera den som datum."),
        ("avliden", '<c s="1"><v>44136.5</v></c>', "yyyy-mm-dd hh:mm",
         "Cellen visar inte ett datum med år, månad och dag. Formatera den som datum."),
        ("avliden", "<c><v>44136</v></c>", "0", "Skriv ett datum som finns, i formen ÅÅÅÅ-MM-DD."),
        ("hushåll", '<c s="1"><v>44136</v></c>', "yyyy-mm-dd",
         "Cellen är ett datum. Formatera kolumnen som text och skriv värdet på nytt."),
        ("hushåll", '<c t="b"><v>1</v></c>', "0",
         "Cellen är sant eller falskt. Formatera kolumnen som text och skriv värdet på nytt."),
    ],
)  # fmt: skip
def test_hidden_content_is_refused(world, column, cell, code, message):
    assert faults(persons({column: cell}, formats=[code])) == [(2, column, message)]


def test_dates_of_the_other_calendar_and_as_text(world):
    later = '<workbookPr date1904="1"/>'
    cell = '<c s="1"><v>42674</v></c>'
    assert person_of(persons({"avliden": cell}, formats=["yyyy-mm-dd"], properties=later)).deceased_on == datetime.date(
        2020, 11, 1
    )
    assert person_of(persons({"avliden": "20201101"})).deceased_on == datetime.date(2020, 11, 1)
    assert person_of(persons({"avliden": '<c t="d"><v>2020-11-01T00:00:00</v></c>'})).deceased_on.day == 1


def test_visible_sheet_is_read_and_named_in_the_report(world):
    table = sheet(
        row(*PERSON, attributes='r="1"'),
        row(*PERSON.values(), attributes='r="2"'),
        row(*[""] * 3, attributes='r="3"'),
        row(*(PERSON | {"personnummer": number(1)}).values(), attributes='r="5" hidden="1"'),
        before='<cols><col min="2" max="3" hidden="1"/></cols>',
    )
    old = sheet(row(*PERSON), row(*(PERSON | {"efternamn": "Gammal"}).values()))
    content = packed(
        parts({"Gamla": old, "Nya": table, "Pivot": old}, states={"Gamla": "hidden"})
        | {"xl/worksheets/sheet3.xml": old}
    )
    file = imports.read("persons", content, filename="personer.xlsx")
    preview = imports.preview(kind="persons", table=file, actor=SYSTEM)
    assert preview.described == [
        "Fil: personer.xlsx.",
        "Blad: Nya.",
        "2 rader är lästa.",
        "Inte lästa blad: Pivot.",
        "1 av dem är dold i kalkylbladet.",
        "Dolda kolumner är också lästa: 2.",
        "1 tom rad är utelämnad.",
    ]
    assert [number for number, _cells, _marks in file.rows] == [2, 5]
    assert preview.added == 2


def test_merged_cells_are_refused(world):
    content = persons({}, after='<mergeCells><mergeCell ref="B2:C2"/><mergeCell ref="Z90:Z91"/></mergeCells>')
    assert faults(content) == [(2, "", "Cellerna B2:C2 är sammanfogade. Dela dem och fyll i varje cell.")]


def test_line_breaks_do_not_reach_the_envelope(world):
    person = person_of(persons({"gatuadress": "Provgränd 1_x000D_", "postort": "Nors\nborg"}))
    assert (person.street, person.town) == ("Provgränd 1", "Nors borg")
    [fault] = faults(persons({"gatuadress": "Provgränd_x0007_"}))
    assert fault[1] == "gatuadress"


def test_rich_text_without_its_pronunciation(world):
    rich = "<si><r><t>Å</t></r><r><t>sa</t></r><rPh sb='0' eb='1'><t>osa</t></rPh></si>"
    assert person_of(persons({"förnamn": '<c t="s"><v>0</v></c>'}, strings=[rich])).given_name == "Åsa"


RIGHT = parts({"Blad1": sheet(row(*PERSON), row(*PERSON.values()))})
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SHEET = "xl/worksheets/sheet1.xml"
DTD = '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({SHEET: RIGHT[SHEET].replace("</row>", "", 1)}, UNREADABLE),
        ({SHEET: RIGHT[SHEET].replace("<worksheet", DTD + "<worksheet")}, UNREADABLE),
        ({SHEET: ""}, UNREADABLE),
        ({SHEET: RIGHT[SHEET].replace("<worksheet", "<chartsheet").replace("</worksheet", "</chartsheet")}, UNREADABLE),
        ({"xl/workbook.xml": RIGHT["xl/workbook.xml"].replace(MAIN, STRICT)},
         "Filen är sparad som Strict Open XML. Spara den som vanlig Excel-arbetsbok (.xlsx)."),
        ({"xl/_rels/workbook.xml.rels": RIGHT["xl/_rels/workbook.xml.rels"].replace("/worksheet\"", "/chartsheet\"")},
         "Arbetsboken har inget synligt blad med celler. Visa bladet som ska läsas in."),
        ({SHEET: sheet()}, "Bladet Blad1 är tomt."),
        ({SHEET: sheet(row("", ""), row(*PERSON))}, "Rubrikerna ska stå på rad 1. Ta bort tomma rader ovanför."),
        ({SHEET: sheet(row(*PERSON, attributes='r="3"'))},
         "Rubrikerna ska stå på rad 1. Ta bort tomma rader ovanför."),
        ({"xl/workbook.bin": b"x"}, "Filen är en binär arbetsbok (.xlsb). Spara den som .xlsx."),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"},
         "Filen är ett OpenDocument-dokument. Spara den som .xlsx eller .csv."),
        ({"word/document.xml": "<x/>"}, "Filen är ingen Excel-arbetsbok. Spara tabellen som .xlsx eller .csv."),
    ],
)  # fmt: skip
def test_file_without_a_table_gets_one_message(world, changed, message):
    assert faults(packed(RIGHT | changed)) == [(1, "", message)]


def test_old_and_encrypted_workbooks_are_distinguished(world):
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert faults(container) == [(1, "", "Filen är i ett gammalt Excelformat. Spara den som .xlsx eller .csv.")]
    locked = container + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    assert faults(locked) == [(1, "", "Filen har ett lösenord. Ta bort lösenordet och spara den på nytt.")]


def test_empty_fill_and_truncated_file(world):
    # The empty fill is in every workbook of these tests.
    content = packed(RIGHT)
    assert faults(content) == []
    assert faults(content[: len(content) // 2]) == [(1, "", UNREADABLE)]


def test_zip_bombs_are_stopped_by_their_unpacked_size(world, monkeypatch):
    monkeypatch.setattr(package, "MAX_UNPACKED_BYTES", 400_000)
    monkeypatch.setattr(workbook, "MAX_ROW_BYTES", 100_000)
    monkeypatch.setattr(rows, "MAX_ROWS", 100)
    too_big = [(1, "", "Filen är för stor. Dela upp den i flera.")]
    line = row(*PERSON.values())
    # Many empty rows, one endless row, endless strings, more rows than a table of people has.
    assert faults(packed(RIGHT | {SHEET: sheet(row(*PERSON), row("") * 9000)})) == too_big
    assert faults(packed(RIGHT | {SHEET: sheet(row(*PERSON), row(*["x" * 100] * 1000))})) == too_big
    assert faults(packed(RIGHT | {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si/>" * 90_000}</sst>'})) == too_big
    too_many = (1, "", "Filen har för många rader. Dela upp den i flera, på högst 100 rader.")
    assert faults(packed(RIGHT | {SHEET: sheet(row(*PERSON), line * 101)})) == [too_many]
    assert faults(packed(RIGHT | {SHEET: sheet(row(*PERSON), row(*["x"] * 300))})) == [
        (1, "", "Raden 2 har för många kolumner.")
    ]


@pytest.mark.parametrize("number", ["0", "-1", "1", "1048577", "3000000000", "9" * 5000])
def test_row_number_outside_the_sheet_is_reported(world, number):
    assert faults(book(row(*PERSON), row(*PERSON.values(), attributes=f'r="{number}"'))) == [(1, "", UNREADABLE)]
    assert faults(book(row(*PERSON), row(*PERSON.values(), attributes='r="1048576"'))) == []


def test_archive_with_false_sizes(world):
    content = bytearray(packed(RIGHT))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    found = bytes(content).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert faults(found) == [(1, "", UNREADABLE)]


def test_too_many_errors_end_the_reading_with_a_message(world):
    wrong = [(PERSON | {"personnummer": number(n), "språk": "xyz"}).values() for n in range(400)]
    found = faults(book(row(*PERSON), *(row(*cells) for cells in wrong)))
    assert len(found) == 302
    assert found[-1] == (303, "", "Läsningen slutade här, för felen är fler än 300. Rätta dem och försök igen.")
