import datetime

import pytest

from choices import imports
from choices.models import CareDecision, Person
from providers import services
from tests.import_files import faults, table, take_in
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

ONE, TWO = number(0), number(1)
DAY = datetime.date
OVERLAP_STORED = (
    "Perioden krockar med ett beslut om samma insats som redan finns. Ta med det beslutet i filen med rätt slutdatum."
)

BEFORE_BIRTH = "Datumet ligger före födelsedatumet. Rätta datumet eller numret."


@pytest.fixture
def world():
    made = make_world()
    services.add_service_type(code="larm", name="Larm", follows_choice=True, actor=SYSTEM)
    take_in("persons", {}, {"personnummer": TWO})
    return made


def periods() -> list[tuple[str, int, datetime.date, datetime.date | None]]:
    return list(
        CareDecision.objects.order_by("source_reference").values_list(
            "source_reference", "minutes", "valid_from", "valid_until"
        )
    )


WRONG = [
    ({"personnummer": number(9)}, "personnummer", "Personen finns inte i systemet. Läs in personen först."),
    ({"beslut": ""}, "beslut", "Fyll i ett värde."),
    ({"insats": "städ"}, "insats", "Värdet finns inte. Skriv något av: hemtjanst, larm."),
    (
        {"minuter per månad": "-5"},
        "minuter per månad",
        "Skriv ett heltal, 0 eller mer, utan decimaler och utan enhet.",
    ),
    (
        {"minuter per månad": "10,5"},
        "minuter per månad",
        "Skriv ett heltal, 0 eller mer, utan decimaler och utan enhet.",
    ),
    ({"minuter per månad": "89281"}, "minuter per månad", "Talet är för stort. Högst 89280."),
    ({"från": ""}, "från", "Fyll i ett värde."),
    (
        {"till och med": "2020-01-09"},
        "till och med",
        "Sista dagen ligger före första dagen. Rätta ett av datumen.",
    ),
    ({"beslutsdatum": "2021-01-01"}, "beslutsdatum", "Datumet ligger i framtiden. Kontrollera året."),
    # The date that some programs write for "none".
    ({"beslutsdatum": "1900-01-01"}, "beslutsdatum", BEFORE_BIRTH),
    ({"från": "1920-01-10"}, "från", BEFORE_BIRTH),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG)
def test_invalid_cell_is_reported_and_nothing_is_written(world, change, column, message):
    assert faults("decisions", {"personnummer": TWO, "beslut": "B-2"}, change) == [(3, column, message)]
    assert not CareDecision.objects.exists()


def test_last_day_is_part_of_the_period(world):
    take_in("decisions", {"till och med": "2020-12-31", "minuter per månad": "0"})
    assert periods() == [("B-1", 0, DAY(2020, 1, 10), DAY(2021, 1, 1))]


def test_second_import_changes_nothing(world):
    first = take_in("decisions", {})
    assert take_in("decisions", {}) == first


def test_duplicate_decision_in_a_file(world):
    assert faults("decisions", {}, {"personnummer": TWO}) == [
        (3, "beslut", "Samma värde finns redan på rad 2. Ta bort den ena raden.")
    ]


def test_decisions_of_one_service_may_not_overlap_in_the_file(world):
    assert faults(
        "decisions",
        {"till och med": "2020-06-30"},
        {"beslut": "B-2", "från": "2020-06-30"},
        {"beslut": "B-3", "insats": "larm"},
        {"beslut": "B-4", "personnummer": TWO},
    ) == [(3, "från", "Perioden krockar med beslutet om samma insats på rad 2. Rätta datumen.")]


def test_adjacent_decisions_do_not_overlap(world):
    take_in("decisions", {"till och med": "2020-06-30"}, {"beslut": "B-2", "från": "2020-07-01"})
    assert len(periods()) == 2


def test_decision_may_not_overlap_a_stored_one(world):
    take_in("decisions", {})
    assert faults("decisions", {"beslut": "B-2", "från": "2020-07-01"}) == [(2, "från", OVERLAP_STORED)]
    # Except if the same file ends the stored one.
    take_in("decisions", {"beslut": "B-2", "från": "2020-07-01"}, {"till och med": "2020-06-30"})
    assert periods() == [("B-1", 600, DAY(2020, 1, 10), DAY(2020, 7, 1)), ("B-2", 600, DAY(2020, 7, 1), None)]


@pytest.mark.parametrize("first", ["B-1", "B-2"])
def test_border_between_two_decisions_moves_either_way(world, first):
    take_in("decisions", {"till och med": "2020-06-30"}, {"beslut": "B-2", "från": "2020-07-01"})
    rows = [{"beslut": "B-1", "till och med": "2020-08-31"}, {"beslut": "B-2", "från": "2020-09-01"}]
    back = [{"beslut": "B-1", "till och med": "2020-03-31"}, {"beslut": "B-2", "från": "2020-04-01"}]
    for change, border in ((rows, DAY(2020, 9, 1)), (back, DAY(2020, 4, 1))):
        take_in("decisions", *(change if first == "B-1" else reversed(change)))
        assert [until or since for _ref, _minutes, since, until in periods()] == [border, border]


def test_two_decisions_may_swap(world):
    take_in("decisions", {"till och med": "2020-06-30"}, {"beslut": "B-2", "från": "2020-07-01"})
    take_in(
        "decisions",
        {"beslut": "B-1", "från": "2020-07-01"},
        {"beslut": "B-2", "från": "2020-01-10", "till och med": "2020-06-30"},
    )
    assert [row[0] for row in sorted(periods(), key=lambda row: row[2])] == ["B-2", "B-1"]


def test_decision_stays_with_its_person(world):
    take_in("decisions", {})
    assert faults("decisions", {"personnummer": TWO}) == [
        (2, "beslut", "Beslutet hör till en annan person. Kontrollera beslutets beteckning och personnumret.")
    ]


def test_merged_person_is_found_by_the_old_number(world):
    survivor = Person.objects.get(identity_number=TWO)
    Person.objects.filter(identity_number=ONE).update(merged_into=survivor)
    take_in("decisions", {})
    assert CareDecision.objects.get().person == survivor


def test_preview_names_the_changed_columns(world):
    take_in("decisions", {})
    preview = imports.preview(
        kind="decisions",
        table=table("decisions", {"minuter per månad": "601", "till och med": "2021-01-31"}),
        actor=SYSTEM,
    )
    assert preview.changed_fields == {"minuter per månad": 1, "till och med": 1}
