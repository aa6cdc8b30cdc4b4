"""One search field for people: number, phonetic name, address, reference."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Read
from choices import identity
from choices.models import Person
from desk.search import find
from letters.models import PaperForm
from tests import factories as make
from tests.world import SYSTEM, staff

pytestmark = pytest.mark.django_db


def _named(name: str, **fields: object) -> Person:
    given, _, family = name.partition(" ")
    return make.PersonFactory.create(given_name=given, family_name=family, **fields)


def _names(text: str, actor: Actor = SYSTEM) -> list[str]:
    found = find(text=text, actor=actor).references
    names = {person.reference: person.full_name for person in Person.objects.all()}
    return [names[reference] for reference in found]


@pytest.fixture
def people() -> dict[str, Person]:
    names = ("Märta Åberg", "Marta Aberg", "Sven Karlsson", "Kristina Wiklund", "Zahra Al-Sayed", "Gustav Gustafsson")
    return {name: _named(name) for name in names}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("karlsson", "Sven Karlsson"),
        ("Carlson sven", "Sven Karlsson"),
        ("viklund", "Kristina Wiklund"),
        ("Christina", "Kristina Wiklund"),
        ("Sahra al sayed", "Zahra Al-Sayed"),
        ("Al-Sayed", "Zahra Al-Sayed"),
        ("gustavson", "Gustav Gustafsson"),
        ("ÅBERG", "Märta Åberg"),
        ("aberg", "Marta Aberg"),
        ("Karslsson", "Sven Karlsson"),
        ("Wikulnd", "Kristina Wiklund"),
        ("Krisina Viclund", "Kristina Wiklund"),
    ],
)
def test_name_is_found_phonetically_and_misspelled(people, text, first):
    assert _names(text)[0] == first


def test_both_spellings_are_shown_the_exact_one_first(people):
    assert _names("märta åberg") == ["Märta Åberg", "Marta Aberg"]
    assert _names("marta aberg") == ["Marta Aberg", "Märta Åberg"]


def test_dissimilar_name_finds_nobody(people):
    assert _names("Qwrtpx") == []


def test_similar_names_are_shown_only_without_an_exact_match(people):
    assert not find(text="karlsson", actor=SYSTEM).alike
    assert find(text="karslsson", actor=SYSTEM).alike


@pytest.mark.parametrize(
    "text",
    [
        "19391204-9800",
        "193912049800",
        "391204-9800",
        "3912049800",
        "19391204 - 9800",
        "391204+9800",
        "19391204\u20119800",
        "１９３９１２０４９８００",
    ],
)
def test_full_number_leads_to_the_person(text):
    number = "183912049800" if "+" in text else "193912049800"
    person = make.PersonFactory.create(identity_number=number)

    assert find(text=text, actor=SYSTEM).references == [person.reference]
    assert find(text=text, actor=SYSTEM).sure


@pytest.mark.parametrize(
    ("number", "text"),
    [("193005609809", "19300560-9809"), ("193005609809", "193005"), ("992019123456", "992019123456"),
     ("992019123456", "99201912"), ("192001019807", "200101-9807")],
)  # fmt: skip
def test_numbers_with_unknown_dates_and_of_any_century_are_found(number, text):
    person = make.PersonFactory.create(identity_number=number)
    assert find(text=text, actor=SYSTEM).references == [person.reference]


def test_number_prefix_gives_a_list():
    person = make.PersonFactory.create(identity_number="193912049800")

    for text in ("19391204", "391204", "391204-98", "1939120498"):
        found = find(text=text, actor=SYSTEM)
        assert (found.references, found.sure) == ([person.reference], False), text


def test_number_with_a_wrong_check_digit_is_reported():
    found = find(text="19391204-9804", actor=SYSTEM)

    assert found.references == []
    assert "Sista siffran" in found.hint


def test_address_postcode_and_phone_number_are_searched():
    person = _named("Aina Ek", street="Ängsvägen 14 A", postal_code="14572", town="Norsborg", phone="070-174 06 99")
    _named("Bo Ek", street="Ängsvägen 2", postal_code="14573", town="Norsborg", phone="08-465 004 12")

    for text in ("ängsvägen 14", "angsvagen 14", "145 72", "14572 ek", "070-1740699", "070174", "+46 70 174 06 99"):
        assert _names(text) == [person.full_name], text


def test_any_reference_leads_to_its_person(town):
    person, letter = town.person, town.letter
    choice = person.choices.get()
    call = town.call

    for row in (person, letter, choice, call):
        spaced = f"{row.reference[:4]} {row.reference[4:8]}-{row.reference[8:]}".lower()
        found = find(text=spaced, actor=SYSTEM)
        assert (found.references, found.sure) == ([person.reference], True)


def test_protected_people_and_other_areas_are_not_found(town):
    actor = Actor.staff(town.staff[Role.CASE_OFFICER])
    hidden = town.protected

    by_word = ("Hemlig", "Hemmlig", hidden.identity_number[:8])
    by_whole = (hidden.identity_number, hidden.identity_number[2:], hidden.reference, town.protected_letter.reference)
    for text in (*by_word, *by_whole):
        assert hidden.reference not in find(text=text, actor=actor).references
    # With the permission, names still match no protected person.
    for text in by_word:
        assert hidden.reference not in find(text=text, actor=SYSTEM).references
    for text in by_whole:
        assert hidden.reference in find(text=text, actor=SYSTEM).references


def test_single_exact_match_opens_the_page_without_storing_the_number(town, signed_in):
    client: Client = signed_in(Role.CASE_OFFICER)
    number = town.person.identity_number

    response = client.post(reverse("casework:find"), {"q": identity.for_display(number)})

    assert response.url == reverse("casework:person", args=[town.person.reference])
    search = Read.objects.get(what="find.search")
    assert number[-4:] not in search.search
    assert search.hits == 1
    client.post(reverse("casework:find"), {"q": number[:8]})
    assert number[:8] not in str(dict(client.session))


def test_list_logs_everybody_it_shows_each_time(town, signed_in):
    client: Client = signed_in(Role.CASE_OFFICER)
    response = client.post(reverse("casework:find"), {"q": "provgränd"}, follow=True)
    shown = {person.reference for person in response.context["persons"]}
    looks = Read.objects.filter(what="find")

    assert len(shown) > 3
    assert set(looks.values_list("person_reference", flat=True)) == shown
    client.get(reverse("casework:find"))
    assert looks.count() == 2 * len(shown)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Răzvan Țîrlea", ["razvan", "tirlea", "RĂZVAN", "Rãzvan"]),
        ("Nguyễn Đặng", ["nguyen", "dang", "Nguyễn"]),
        ("Ilze Šķēle", ["skele", "Šķele", "SKĒLE"]),
        ("Þórdís Guðmundsdóttir", ["tordis", "Thordis", "gudmundsdottir"]),
        ("Łukasz Żółć", ["lukasz", "zolc", "ŁUKASZ"]),
        ("Ayşe Yıldırım", ["ayse", "yildirim", "YILDIRIM", "Yıldırım"]),
        ("Səbinə Œuvray", ["sebine", "oeuvray"]),
        ("Жанна Петрова", ["жанна", "ПЕТРОВА"]),
        ("Ελένη Παππά", ["ελενη", "ΠΑΠΠΑ"]),
        ("李 小龙", ["李", "小龙"]),
        ("فاطمة حسن", ["فاطمة", "حسن"]),
    ],
)
def test_international_names_are_found_in_any_spelling(name, asked):
    _named("Bo Ek")
    _named(name)
    for text in asked:
        assert _names(text) == [name], text


def test_single_name_is_a_full_name():
    _named("Sukarno")
    assert _names("sukarno") == ["Sukarno"]
    assert Person.objects.get(given_name="Sukarno").listed_name == "Sukarno"


@pytest.mark.parametrize("protected", [False, True])
def test_number_that_a_person_had_before_leads_to_the_record_that_remains(protected):
    person = make.PersonFactory.create(identity_number="193912069807", confidential=protected)
    make.PersonFactory.create(identity_number="193912049800", merged_into=person)

    found = find(text="19391204-9800", actor=SYSTEM)

    assert (found.references, found.sure) == ([person.reference], True)
    assert find(text="19391204", actor=SYSTEM).references == []


@pytest.mark.parametrize("merged", [False, True])
def test_reference_on_a_paper_leads_to_the_record_that_remains(merged):
    person = make.PersonFactory.create()
    owner = make.PersonFactory.create(merged_into=person) if merged else person
    choice = make.ChoiceFactory.create(person=owner)
    form = PaperForm.objects.create(person=owner, round=choice.round)

    for reference in (owner.reference, choice.reference, form.reference):
        assert find(text=reference, actor=SYSTEM).references == [person.reference]
    Person.objects.filter(pk=person.pk).update(confidential=True)
    assert find(text=form.reference, actor=staff("h", "case_officer")).references == []
