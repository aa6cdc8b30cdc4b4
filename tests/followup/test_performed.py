"""Performed time from a file, against granted time; continuity as measured."""

import datetime

import pytest

from choices import imports
from choices.models import ImportFile
from followup.models import PerformedMonth
from followup.performed import continuity, performed_in, public_continuity
from tests import factories as make
from tests.import_files import as_csv
from tests.world import SYSTEM, make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
HEADERS = ["månad", "utförare", "referens", "utförda minuter", "olika personal 14 dagar"]
OCTOBER = datetime.date(2020, 10, 1)


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world()


def table(*rows, headers=HEADERS):
    return imports.read("performed", as_csv([headers, *rows]))


def take_in(*rows, headers=HEADERS):
    return imports.apply(kind="performed", table=table(*rows, headers=headers), actor=SYSTEM)


def faults(*rows):
    return [
        (problem.row, problem.column, problem.message)
        for problem in imports.preview(kind="performed", table=table(*rows), actor=SYSTEM).errors
    ]


def test_a_file_is_taken_in_changed_and_the_same_twice_changes_nothing(world):
    one, other = world.person(current=world.p), world.person(current=world.p)
    row, second = ["2020-10", "p", one.reference, "570", "7"], ["2020-10", "p", other.reference, "600", ""]

    first = take_in(row, second)
    assert take_in(row, second) == first
    changed = take_in(["2020-10", "p", one.reference, "580", "8"])
    without = take_in(["2020-10", "p", one.reference, "590"], headers=HEADERS[:4])

    assert (first.added, changed.changed, without.changed) == (2, 1, 1)
    assert list(PerformedMonth.objects.order_by("person").values_list("minutes", "staff")) == [(590, 8), (600, None)]
    assert ImportFile.objects.filter(kind="performed").count() == 3


def test_each_wrong_cell_is_reported_and_nothing_is_written(world):
    person, stranger = world.person(current=world.p), world.person(current=world.q)

    def row(*cells):
        return [*cells, *["2020-10", "p", person.reference, "570", "7"][len(cells) :]]

    last = "Månaden är inte slut än. Ta bort raden, och lämna den i en senare fil."
    unknown = "Referensen finns inte. Ta den ur filen med era klienter, eller ta bort raden."
    not_client = "Klienten hade inte utföraren någon dag den månaden. Kontrollera månaden, eller ta bort raden."
    for wrong, column, message in [
        (row("2020-13"), "månad", "Skriv en månad i formen ÅÅÅÅ-MM."),
        (row("oktober"), "månad", "Skriv en månad i formen ÅÅÅÅ-MM."),
        (row("2020-11"), "månad", last),
        (row("2020-09", "okänd"), "utförare", "Värdet finns inte. Skriv något av: kommunen, p, q."),
        (row("2020-09", "p", "ingen"), "referens", unknown),
        (row("2020-09", "p", stranger.reference), "referens", not_client),
        (row("2015-09"), "referens", not_client),
        (row("2020-09", "p", person.reference, "9,5 h"), "utförda minuter",
         "Skriv ett heltal, 0 eller mer, utan decimaler och utan enhet."),
        (row("2020-09", "p", person.reference, "570", "0"), "olika personal 14 dagar",
         "Ingen personal är ingen mätning. Töm cellen om det inte är mätt."),
        (row(), "referens", "Klienten har redan den månaden på rad 2. Ta bort den ena raden."),
    ]:  # fmt: skip
        assert faults(row(), wrong) == [(3, column, message)]
        with pytest.raises(imports.ImportRefused):
            take_in(row(), wrong)
    assert not PerformedMonth.objects.exists()


def test_time_after_a_death_is_refused_also_when_the_placement_ended_later(world):
    """The night ends the placement on the day on which the death is known."""
    dead = world.person(current=world.p, deceased_on=datetime.date(2020, 9, 1))
    dead.placements.update(valid_until=TODAY)
    never = world.person(current=world.p, deceased_on=datetime.date(2020, 9, 20))
    never.placements.update(valid_from=datetime.date(2020, 9, 21), valid_until=datetime.date(2020, 9, 25))

    not_client = "Klienten hade inte utföraren någon dag den månaden. Kontrollera månaden, eller ta bort raden."
    for person, month in ((dead, "2020-10"), (never, "2020-09")):
        assert faults([month, "p", person.reference, "570", ""]) == [(2, "referens", not_client)]
    assert faults(["2020-09", "p", dead.reference, "30", ""]) == []


def test_hours_taken_for_minutes_are_a_doubt(world):
    person = world.person(current=world.p, minutes=600)

    preview = imports.preview(
        kind="performed", table=table(["2020-10", "p", person.reference, "34200", ""]), actor=SYSTEM
    )

    assert [(doubt.code, doubt.rows) for doubt in preview.doubts] == [("minutes", (2,))]


def test_minutes_that_are_hours_are_a_doubt(world):
    people = [world.person(current=world.p) for _each in range(5)]

    def doubts(minutes: str, count: int = 5) -> list[tuple[str, int]]:
        rows = [["2020-10", "p", person.reference, minutes, ""] for person in people[:count]]
        found = imports.preview(kind="performed", table=table(*rows), actor=SYSTEM)
        return [(doubt.code, doubt.count) for doubt in found.doubts]

    # Ten hours are granted.
    assert doubts("10") == [("hours", 5)]
    assert doubts("10", count=4) == doubts("60") == doubts("0") == []


def test_the_quotient_is_of_those_who_are_reported_and_a_day_of_the_month_is_a_part_of_it(world, settings):
    settings.FOLLOWUP_TOLERANCE = (85, 110)
    whole, half = world.person(current=world.p, minutes=3100), world.person(minutes=3100)
    world.person(current=world.p, minutes=999)
    half.placements.update(valid_until=OCTOBER + datetime.timedelta(days=21))
    make.PlacementFactory.create(
        person=half, contract=world.contracts["p"], valid_from=OCTOBER + datetime.timedelta(days=21)
    )
    protected = world.person(current=world.p, minutes=5000, confidential=True)
    take_in(
        ["2020-10", "p", whole.reference, "3000", "9"],
        ["2020-10", "p", half.reference, "800", "6"],
        ["2020-10", "p", protected.reference, "10", "1"],
    )

    found = performed_in(months=[OCTOBER])[OCTOBER]

    assert (found["p"].persons, found["p"].reported) == (3, 2)
    assert found["p"].quotient == (3800, 4100)
    assert not found["p"].is_for_dialogue
    # The other provider has reported nothing: no quotient, and no flag that could be taken for a good one.
    assert (found["kommunen"].reported, found["kommunen"].quotient) == (0, None)
    settings.FOLLOWUP_TOLERANCE = (95, 110)
    assert found["p"].is_for_dialogue
    assert not found["kommunen"].is_for_dialogue


def test_continuity_is_of_the_last_month_measured_and_public_only_of_enough_people(world, settings):
    settings.CONTINUITY_FEWEST_PEOPLE = 3
    people = [world.person(current=world.p) for _ in range(3)]
    few = world.person(current=world.q)
    take_in(*(["2020-09", "p", person.reference, "600", "20"] for person in people))
    take_in(
        *(["2020-10", "p", person.reference, "600", str(met)] for person, met in zip(people, (7, 8, 8), strict=True))
    )
    take_in(
        ["2020-10", "q", few.reference, "600", "3"], ["2020-10", "p", world.person(current=world.p).reference, "1", ""]
    )

    found = continuity(day=TODAY)

    assert (found["p"].month, found["p"].persons, found["p"].staff, found["p"].tenths) == (OCTOBER, 3, 23, 77)
    assert found["q"].persons == 1
    assert public_continuity(day=TODAY) == {"p": found["p"], "q": None}
    # Too old is not reported.
    assert continuity(day=datetime.date(2021, 6, 1)) == {}
