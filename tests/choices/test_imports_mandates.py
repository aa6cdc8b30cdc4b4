import datetime

import pytest

from choices.models import Mandate, MandateHolder
from tests.import_files import faults, take_in
from tests.world import make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

TWO = number(1)
SISTER = {"företrädarens namn": "Ülkü Öberg", "företrädarens personnummer": number(40)}


@pytest.fixture
def world():
    made = make_world()
    take_in("persons", {}, {"personnummer": TWO})
    return made


def test_relatives_who_act_jointly_share_one_mandate(world):
    receipt = take_in("mandates", {}, SISTER, {"personnummer": TWO, "slag": "God man", "gemensamt": "nej"})
    assert receipt.added == 3
    joint = Mandate.objects.get(kind="relative")
    assert joint.joint
    assert {holder.name for holder in joint.holders.all()} == {"Élise Öberg", "Ülkü Öberg"}
    assert Mandate.objects.get(kind="god_man").holders.count() == 1
    # The file is no evidence seen by an officer.
    assert joint.evidence_seen_at is None


def test_second_import_changes_nothing(world):
    first = take_in("mandates", {}, SISTER)
    assert take_in("mandates", {}, SISTER) == first
    assert (Mandate.objects.count(), MandateHolder.objects.count()) == (1, 2)


def test_mandate_ends_and_a_holder_moves(world):
    take_in("mandates", {}, SISTER)
    end = {"till och med": "2020-10-31"}
    receipt = take_in("mandates", end, {**SISTER, **end, "företrädarens telefon": "08-465 004 01"})
    assert (receipt.added, receipt.changed) == (0, 2)
    assert Mandate.objects.get().valid_until == datetime.date(2020, 11, 1)
    assert MandateHolder.objects.get(name="Ülkü Öberg").phone == "08-465 004 01"


def test_further_holder_is_added(world):
    take_in("mandates", {})
    receipt = take_in("mandates", {}, SISTER)
    assert (receipt.added, receipt.unchanged) == (1, 1)
    assert Mandate.objects.get().holders.count() == 2


WRONG = [
    (
        {"slag": "Granne"},
        "slag",
        "Värdet finns inte. Skriv något av: Anhörig, Framtidsfullmakt, Förvaltare, God man, Ombud med fullmakt.",
    ),
    ({"personnummer": number(9)}, "personnummer", "Personen finns inte i systemet. Läs in personen först."),
    ({"underlag": ""}, "underlag", "Fyll i ett värde."),
    ({"till och med": "2019-12-31"}, "till och med", "Sista dagen ligger före första dagen. Rätta ett av datumen."),
    (
        {"företrädarens personnummer": number(0)},
        "företrädarens personnummer",
        "Personen kan inte företräda sig själv. Rätta ett av numren.",
    ),
    (
        {"personnummer": TWO, "omfattning": "Allt"},
        "omfattning",
        "Raderna om samma ställföreträdarskap säger olika. Skriv omfattning, underlag och datum lika.",
    ),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG)
def test_invalid_cell_is_reported_and_nothing_is_written(world, change, column, message):
    assert faults("mandates", {"personnummer": TWO}, {**SISTER, **change}) == [(3, column, message)]
    assert not Mandate.objects.exists()


def test_duplicate_holder(world):
    assert faults("mandates", {}, {}) == [
        (3, "företrädarens namn", "Företrädaren finns redan på rad 2. Ta bort den ena raden.")
    ]
