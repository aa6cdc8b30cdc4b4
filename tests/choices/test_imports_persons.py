import datetime

import pytest

from audit.models import Event
from choices import imports
from choices.models import Household, HouseholdMember, ImportFile, Person
from common import clock
from tests.import_files import PERSON, faults, grid, table, take_in
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = (number(serial) for serial in range(3))
ADDRESS_HALF = "Adressen är inte hel. Fyll i gatuadress, postnummer och postort, eller töm alla tre."
NO_ADDRESS = "Den som har skyddad folkbokföring ska inte ha någon adress hos oss. Töm cellen."
NOT_KNOWN = "Värdet betyder att uppgiften saknas. Skriv uppgiften, eller töm cellen."
MENTIONED = "Det ser ut som ett personnummer. Skriv det bara i kolumnerna för personnummer."
NO_PHONE = "Det är inget telefonnummer. Skriv ett, eller töm cellen."
LOOKS_PROTECTED = "Det ser ut som att personen har skyddade uppgifter. Skriv ja i en av kolumnerna om det."
HIDDEN = {"skyddad folkbokföring": "ja", "gatuadress": "", "postnummer": "", "postort": ""}


@pytest.fixture
def world():
    return make_world()


def in_household_of(number: str) -> list[str]:
    return [
        member.household.source_reference
        for member in HouseholdMember.objects.on(clock.today()).filter(person__identity_number=number)
    ]


WRONG = [
    ({"personnummer": ""}, "personnummer", "Fyll i ett värde."),
    ({"personnummer": "hej"}, "personnummer", "Skriv numret med tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."),
    ({"personnummer": "193013459807"}, "personnummer", "Numret börjar inte med ett datum som finns."),
    (
        {"personnummer": ONE[:-1] + str((int(ONE[-1]) + 1) % 10)},
        "personnummer",
        "Sista siffran stämmer inte. Kontrollera att numret är rätt skrivet.",
    ),
    ({"förnamn": ""}, "förnamn", "Fyll i ett värde."),
    ({"efternamn": "Ö" * 81}, "efternamn", "Texten är för lång. Högst 80 tecken."),
    ({"efternamn": "Ö\u200bberg"}, "efternamn", "Värdet innehåller tecken som inte syns. Skriv det på nytt."),
    (
        {"språk": "svenska"},
        "språk",
        "Skriv språkets kod med två eller tre bokstäver, till exempel sv, fi eller ar.",
    ),
    ({"område": "öster"}, "område", "Värdet finns inte. Skriv något av: north."),
    ({"postnummer": "1455"}, "postnummer", "Skriv postnumret med fem siffror, till exempel 147 85."),
    ({"postnummer": "045 55"}, "postnummer", "Skriv postnumret med fem siffror, till exempel 147 85."),
    ({"postort": "N" * 28}, "postort", "Texten är för lång. Högst 27 tecken."),
    ({"postort": ""}, "postort", ADDRESS_HALF),
    ({"gatuadress": "P" * 61}, "gatuadress", "Texten är för lång. Högst 60 tecken."),
    ({"telefon": "ring dottern"}, "telefon", "Skriv ett telefonnummer med siffror, till exempel 070-174 06 05."),
    ({"telefon": "0701740605 / 0853061000"}, "telefon", "Talet har för många siffror. Skriv bara ett telefonnummer."),
    ({"telefon": "---------"}, "telefon", "Skriv ett telefonnummer med siffror, till exempel 070-174 06 05."),
    ({"telefon": "070-000 00 00"}, "telefon", NO_PHONE),
    ({"telefon": "+070-174 06 05"}, "telefon", NO_PHONE),
    (
        {"telefon": "8123456"},
        "telefon",
        "Telefonnumret saknar nollan i början. Skriv det med riktnummer, till exempel 070-174 06 05.",
    ),
    ({"efternamn": "-"}, "efternamn", NOT_KNOWN),
    ({"förnamn": "?"}, "förnamn", NOT_KNOWN),
    ({"gatuadress": "Okänd adress"}, "gatuadress", NOT_KNOWN),
    ({"postort": "NULL"}, "postort", NOT_KNOWN),
    ({"förnamn": "\u3164"}, "förnamn", "Värdet innehåller tecken som inte syns. Skriv det på nytt."),
    ({"efternamn": f"Öberg {ONE}"}, "efternamn", MENTIONED),
    ({"c/o": f"c/o Ek {ONE[:8]}-{ONE[8:]}"}, "c/o", MENTIONED),
    ({"gatuadress": "Skyddad"}, "gatuadress", LOOKS_PROTECTED),
    ({"förnamn": "Sekretessmarkerad", "efternamn": "Person"}, "förnamn", LOOKS_PROTECTED),
    # An empty cell is not a no.
    ({"sekretessmarkering": ""}, "sekretessmarkering", "Fyll i ett värde."),
    ({"skyddad folkbokföring": ""}, "skyddad folkbokföring", "Fyll i ett värde."),
    ({"sekretessmarkering": "kanske"}, "sekretessmarkering", "Skriv ja eller nej."),
    ({"avliden": "2020-02-30"}, "avliden", "Skriv ett datum som finns, i formen ÅÅÅÅ-MM-DD."),
    ({"avliden": "2020-11-24"}, "avliden", "Datumet ligger i framtiden. Kontrollera året."),
    ({**HIDDEN, "c/o": "c/o Ek"}, "c/o", NO_ADDRESS),
    ({**HIDDEN, "postort": "Norsborg"}, "postort", NO_ADDRESS),
    (
        {"post gatuadress": "Box 1", "post postnummer": "14"} | {"post postort": "Tumba"},
        "post postnummer",
        "Skriv postnumret med fem siffror, till exempel 147 85.",
    ),
    ({"post gatuadress": "Box 1", "post postnummer": "14785"}, "post postort", ADDRESS_HALF),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG, ids=[f"{w[1]} {i}" for i, w in enumerate(WRONG)])
def test_invalid_cell_is_reported_and_nothing_is_written(world, change, column, message):
    other = {"personnummer": TWO}
    assert faults("persons", other, change) == [(3, column, message)]
    assert not Person.objects.exists()
    assert not ImportFile.objects.exists()
    assert not Event.objects.filter(action__startswith="import").exists()


def test_all_errors_are_reported_at_once_without_personal_data(world):
    found = faults(
        "persons",
        {"område": "öster", "postnummer": "1"},
        {},
        {"personnummer": TWO, "språk": "1", "avliden": "i går"},
    )
    assert [(row, column) for row, column, _message in found] == [
        (2, "område"),
        (2, "postnummer"),
        (3, "personnummer"),
        (4, "avliden"),
        (4, "språk"),
    ]
    assert found[2][2] == "Samma värde finns redan på rad 2. Ta bort den ena raden."
    told = " ".join(message for _row, _column, message in found)
    assert not any(secret in told for secret in (ONE, TWO, "Åsa", "Öberg"))


def test_preview_shows_the_difference_and_writes_nothing(world):
    take_in("persons", {}, {"personnummer": TWO}, {"personnummer": THREE})
    preview = imports.preview(
        kind="persons",
        table=table(
            "persons",
            {},
            {"personnummer": TWO, "efternamn": "Ek", "telefon": ""},
            {"personnummer": THREE, "efternamn": "Al"},
            {"personnummer": number(3)},
        ),
        actor=SYSTEM,
    )
    assert (preview.added, preview.changed, preview.unchanged, preview.rows) == (1, 2, 1, 4)
    assert preview.changed_fields == {"efternamn": 2, "telefon": 1}
    assert [(s.row, s.added, s.fields) for s in preview.samples] == [
        (3, False, ("efternamn", "telefon")),
        (4, False, ("efternamn",)),
        (5, True, ()),
    ]
    assert Person.objects.count() == 3
    assert not Person.objects.exclude(family_name="Öberg").exists()
    assert ImportFile.objects.count() == 1


def test_change_is_stored_and_the_reference_kept(world):
    take_in("persons", {})
    before = Person.objects.get()
    receipt = take_in("persons", {"efternamn": "Ek", "avliden": "2020-11-01"})
    after = Person.objects.get()
    assert (receipt.added, receipt.changed, receipt.unchanged) == (0, 1, 0)
    assert after.reference == before.reference
    assert (after.family_name, after.sort_name) == ("Ek", "ek!{asa")
    assert after.deceased_on == datetime.date(2020, 11, 1)


def test_second_import_changes_and_logs_nothing(world):
    first = take_in("persons", {"hushåll": "H1"}, {"personnummer": TWO, "hushåll": "H1"})
    rows = list(Person.objects.order_by("id").values()), list(HouseholdMember.objects.values())
    events = Event.objects.count()
    assert take_in("persons", {"hushåll": "H1"}, {"personnummer": TWO, "hushåll": "H1"}) == first
    assert (list(Person.objects.order_by("id").values()), list(HouseholdMember.objects.values())) == rows
    assert ImportFile.objects.count() == 1
    assert Event.objects.count() == events


def test_older_file_is_a_real_change(world):
    take_in("persons", {})
    take_in("persons", {"efternamn": "Ek"})
    assert take_in("persons", {}).changed == 1
    assert Person.objects.get().family_name == "Öberg"
    assert [event.data["changed"] for event in Event.objects.filter(action="import.persons").order_by("id")] == [
        0,
        1,
        1,
    ]


def test_omitted_columns_are_unchanged(world):
    take_in("persons", {"språk": "fi", "hushåll": "H1"})
    headers, row = grid("persons", {"språk": "sv", "telefon": "08-465 004 00"})
    keep = [place for place, header in enumerate(headers) if header not in ("språk", "hushåll")]
    cells = [[line[place] for place in keep] for line in (headers, row)]
    content = "\n".join(";".join(line) for line in cells).encode()
    imports.apply(kind="persons", table=imports.read("persons", content), actor=SYSTEM)
    person = Person.objects.get()
    assert (person.language, person.phone) == ("fi", "08-465 004 00")
    assert in_household_of(ONE) == ["H1"]


def test_households_are_created_left_and_joined(world):
    take_in("persons", {"hushåll": "H1"}, {"personnummer": TWO, "hushåll": "H1"}, {"personnummer": THREE})
    assert Household.objects.count() == 1
    HouseholdMember.objects.update(valid_from=datetime.date(2020, 1, 1))
    preview_fields = imports.preview(
        kind="persons", table=table("persons", {"hushåll": "H2"}, {"personnummer": TWO}), actor=SYSTEM
    ).changed_fields
    assert preview_fields == {"hushåll": 2}
    take_in("persons", {"hushåll": "H2"}, {"personnummer": TWO}, {"personnummer": THREE, "hushåll": "H2"})
    assert [in_household_of(number) for number in (ONE, TWO, THREE)] == [["H2"], [], ["H2"]]
    # Past memberships are kept.
    ended = HouseholdMember.objects.filter(household__source_reference="H1")
    assert {member.valid_until for member in ended} == {clock.today()}
    assert ended.count() == 2


def test_household_created_today_by_mistake_is_deleted(world):
    take_in("persons", {"hushåll": "H1"})
    take_in("persons", {"hushåll": "H2"})
    assert HouseholdMember.objects.count() == 1
    assert in_household_of(ONE) == ["H2"]


def test_old_number_after_a_merger_is_refused(world):
    take_in("persons", {}, {"personnummer": TWO})
    new = Person.objects.get(identity_number=TWO)
    Person.objects.filter(identity_number=ONE).update(merged_into=new)
    assert faults("persons", PERSON) == [(2, "personnummer", "Personen har fått ett nytt nummer. Använd det nya.")]


@pytest.mark.parametrize(
    ("written", "stored", "kind"),
    [
        (f"{ONE[:8]}-{ONE[8:]}", ONE, "personal"),
        ("200101+9807", "192001019807", "personal"),
        ("19300161-9844", "193001619844", "coordination"),
        ("19300560-9809", "193005609809", "coordination"),
        ("19300101-98T1", "1930010198T1", "reserve"),
        ("992019123456", "992019123456", "reserve"),
    ],
)
def test_kinds_of_numbers(world, written, stored, kind):
    take_in("persons", {"personnummer": written})
    person = Person.objects.get()
    assert (person.identity_number, person.identity_kind) == (stored, kind)


def test_deceased_and_protected_people_are_imported(world):
    take_in("persons", {**HIDDEN, "avliden": "2020-11-01"})
    person = Person.objects.get()
    assert person.protected_registration
    assert person.street == person.postal_code == person.town == ""


def test_person_with_a_single_name(world):
    take_in("persons", {"förnamn": "Sukarno", "efternamn": ""})
    person = Person.objects.get()
    assert (person.full_name, person.listed_name, person.sort_name) == ("Sukarno", "Sukarno", "sukarno")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("070\u2013174 06 05", "070-174 06 05"),
        ("+46 (0)70 174 06 05", "+46 (0)70 174 06 05"),
        ("0046 70 174 06 05", "0046 70 174 06 05"),
        ("08-12 34 56", "08-12 34 56"),
    ],
)
def test_notations_of_a_phone_number(world, written, stored):
    take_in("persons", {"telefon": written, "avliden": "2020\u201011\u201001"})
    person = Person.objects.get()
    assert (person.phone, person.deceased_on) == (stored, datetime.date(2020, 11, 1))


def test_protected_word_is_accepted_for_a_protected_person(world):
    take_in("persons", {"sekretessmarkering": "ja", "gatuadress": "Skyddad"})
    assert Person.objects.get().confidential
