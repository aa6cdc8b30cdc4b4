"""Import of current providers from the care system: history is closed and continued, never moved."""

import datetime

import pytest

from accounts.actors import Actor
from accounts.roles import Role
from allocation.models import Placement
from choices.models import ImportFile
from letters.consistency import manual_placements_without_letter
from tests.factories import UserFactory
from tests.import_files import faults, take_in
from tests.world import make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

TWO = number(1)
TOO_EARLY = "Personen har redan en annan utförare från den dagen eller senare. Rätta datumet."


@pytest.fixture
def world():
    made = make_world()
    take_in("persons", {}, {"personnummer": TWO})
    return made


def history() -> list[tuple[str, str, str | None]]:
    return [
        (p.contract.provider.code, str(p.valid_from), p.valid_until and str(p.valid_until))
        for p in Placement.objects.select_related("contract__provider").order_by("person", "valid_from")
    ]


WRONG = [
    ({"personnummer": number(9)}, "personnummer", "Personen finns inte i systemet. Läs in personen först."),
    ({"utförare": "okänd"}, "utförare", "Värdet finns inte. Skriv något av: kommunen, p, q."),
    (
        {"från": "2015-12-31"},
        "utförare",
        "Utföraren har inget avtal i personens område den dagen. Kontrollera utföraren och datumet.",
    ),
    ({"personnummer": TWO}, "personnummer", "Personen finns redan på rad 2. Ta bort den ena raden."),
    ({"från": "i våras"}, "från", "Skriv ett datum som finns, i formen ÅÅÅÅ-MM-DD."),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG)
def test_invalid_cell_is_reported_and_nothing_is_written(world, change, column, message):
    assert faults("placements", {"personnummer": TWO}, change) == [(3, column, message)]
    assert not Placement.objects.exists()


def test_second_import_changes_nothing(world):
    first = take_in("placements", {}, {"personnummer": TWO, "utförare": "p"})
    assert history() == [("kommunen", "2020-01-10", None), ("p", "2020-01-10", None)]
    assert take_in("placements", {}, {"personnummer": TWO, "utförare": "p"}) == first
    assert Placement.objects.count() == 2
    assert ImportFile.objects.filter(kind="placements").count() == 1


def test_another_provider_ends_the_earlier_placement(world):
    take_in("placements", {})
    receipt = take_in("placements", {"utförare": "p", "från": "2020-03-01"})
    assert (receipt.added, receipt.changed) == (0, 1)
    assert history() == [("kommunen", "2020-01-10", "2020-03-01"), ("p", "2020-03-01", None)]
    assert Placement.objects.first().end_reason == "Ny uppgift från verksamhetssystemet"


def test_same_provider_with_another_first_day_is_no_change(world):
    take_in("placements", {})
    assert take_in("placements", {"från": "2020-06-01"}).unchanged == 1
    assert history() == [("kommunen", "2020-01-10", None)]


@pytest.mark.parametrize("day", ["2020-01-10", "2019-01-01"])
def test_another_provider_on_the_same_day_or_before_is_refused(world, day):
    take_in("placements", {})
    assert faults("placements", {"utförare": "p", "från": day}) == [(2, "från", TOO_EARLY)]


def test_future_placement_is_unchanged(world):
    take_in("placements", {})
    old = Placement.objects.get()
    start = datetime.date(2021, 1, 1)
    old.valid_until = start
    old.save()
    Placement.objects.create(person=old.person, contract=world.contracts["p"], valid_from=start)
    assert take_in("placements", {}, {"personnummer": TWO}).unchanged == 1
    assert faults("placements", {"utförare": "q", "från": "2020-12-01"}) == [(2, "från", TOO_EARLY)]
    assert history()[:2] == [("kommunen", "2020-01-10", "2021-01-01"), ("p", "2021-01-01", None)]


def test_imported_placement_has_no_deciding_user(world):
    """Every imported placement stood on the work list as one decided by hand without a letter."""
    officer = Actor.staff(UserFactory.with_role(Role.ADMIN))
    take_in("placements", {}, {"personnummer": TWO}, actor=officer)

    assert set(Placement.objects.values_list("decided_by", flat=True)) == {None}
    assert not manual_placements_without_letter().exists()
