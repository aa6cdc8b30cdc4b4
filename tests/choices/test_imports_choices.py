import datetime

import pytest

from choices.amendments import amend
from choices.models import Amendment, Choice, Person, Wish
from choices.services import register_choice
from common import clock
from providers import services
from tests.import_files import faults, take_in
from tests.world import LONG_AGO, SYSTEM, WINDOW_CLOSES, make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db

ONE, TWO = number(0), number(1)
WINDOW = "Valet kom in utanför valomgångens tid. Töm kolumnen valomgång eller rätta datumet."
TWICE = "Du har valt samma utförare två gånger. Välj varje utförare en gång."
OUTSIDE = {"valomgång": ""}


@pytest.fixture
def world():
    made = make_world()
    take_in("persons", {}, {"personnummer": TWO})
    services.add_provider(code="far", name="Långt bort", kind="private", actor=SYSTEM)
    return made


def queue() -> list[tuple[str, str, int, str]]:
    """Received date, provider, rank, queue date, in version order."""
    wishes = Wish.objects.select_related("choice", "provider").order_by("choice__received_on", "choice_id", "rank")
    return [(str(w.choice.received_on), w.provider.code, w.rank, str(w.queue_date)) for w in wishes]


WRONG = [
    ({"personnummer": number(9)}, "personnummer", "Personen finns inte i systemet. Läs in personen först."),
    ({"valomgång": "1999"}, "valomgång", "Värdet finns inte. Skriv något av: 2020."),
    ({"kom in": "2020-09-07"}, "kom in", WINDOW),
    ({"kom in": "2020-10-01", "registrerad": ""}, "kom in", WINDOW),
    ({**OUTSIDE, "kom in": "2020-11-24", "registrerad": ""}, "kom in", "Datumet ligger i framtiden. Kontrollera året."),
    (
        {"registrerad": "2020-09-09"},
        "registrerad",
        "Valet kan inte vara registrerat innan det kom in. Rätta ett av datumen.",
    ),
    (
        {**OUTSIDE, "kom in": "2002-11-20", "registrerad": ""},
        "kom in",
        "Då fanns det ingen utförare att välja. Kontrollera året.",
    ),
    ({"registrerad": "2020-11-24"}, "registrerad", "Datumet ligger i framtiden. Kontrollera året."),
    ({"kanal": "Duva"}, "kanal", "Värdet finns inte. Skriv något av: Besök, Blankett, E-post, E-tjänst, Telefon."),
    ({"val 1": "okänd"}, "val 1", "Värdet finns inte. Skriv något av: far, kommunen, p, q."),
    ({"val 2": "far"}, "val 2", "Utföraren finns inte i personens område. Välj en som finns där."),
    ({"val 2": "p"}, "val 2", TWICE),
    ({"val 3": "q"}, "val 2", "Det är en lucka i ordningen. Fyll i valen från val 1 utan hopp."),
    ({"val 1": ""}, "val 1", "Ange minst en utförare, eller skriv ja i kolumnen vill inte välja."),
    (
        {"vill inte välja": "ja"},
        "vill inte välja",
        "Den som inte vill välja kan inte också ange utförare. Ta bort det ena.",
    ),
    (
        {"personnummer": TWO, "registrerad": ""},
        "personnummer",
        "Samma val finns redan på rad 2. Ta bort den ena raden.",
    ),
]


@pytest.mark.parametrize(("change", "column", "message"), WRONG)
def test_invalid_cell_is_reported_and_nothing_is_written(world, change, column, message):
    assert faults("choices", {"personnummer": TWO}, change) == [(3, column, message)]
    assert not Choice.objects.exists()


def test_round_of_another_area(world):
    south = services.add_area(code="south", name="Södra", actor=SYSTEM)
    services.add_contract(provider=world.p, area=south, valid_from=LONG_AGO, actor=SYSTEM)
    Person.objects.update(area=south)
    assert faults("choices", {}) == [
        (2, "valomgång", "Valomgången gäller inte personens område. Töm kolumnen valomgång.")
    ]


def test_form_is_imported_completely(world):
    take_in(
        "choices",
        {"val 2": "q", "val 3": "kommunen", "tillsammans": "ja", "vill köa": "nej", "tillfällig utförare": "nej"},
        {"personnummer": TWO, "val 1": "", "vill inte välja": "ja", "kanal": "besök"},
    )
    first, second = Choice.objects.order_by("id")
    assert [wish.provider.code for wish in first.wishes.order_by("rank")] == ["p", "q", "kommunen"]
    assert (first.together, first.queue_if_full, first.accepts_interim) == (True, False, False)
    assert first.round == world.round
    assert first.registered_at.astimezone(clock.STOCKHOLM).date() == datetime.date(2020, 9, 14)
    assert (second.declines_to_choose, second.channel, second.wishes.count()) == (True, "visit", 0)


def test_same_choice_again_is_no_new_version(world):
    first = take_in("choices", {"val 2": "q"})
    assert take_in("choices", {"val 2": "q"}) == first
    # Registered on another day it is still the same choice; in another order it is a new one.
    assert take_in("choices", {"val 2": "q", "registrerad": "2020-09-20"}).unchanged == 1
    assert Choice.objects.count() == 1
    assert take_in("choices", {"val 1": "q", "val 2": "p"}).added == 1


def test_choices_of_a_round_share_the_date_of_its_last_day(world):
    take_in("choices", {}, {"personnummer": TWO, "kom in": "2020-09-29", "registrerad": ""})
    assert {date for *_rest, date in queue()} == {str(WINDOW_CLOSES)}


def test_two_versions_in_one_file_keep_unbroken_queue_dates(world):
    # Not in the order of receipt.
    take_in(
        "choices",
        {**OUTSIDE, "kom in": "2020-10-20", "registrerad": "", "val 1": "q", "val 2": "p"},
        {**OUTSIDE, "kom in": "2020-10-05", "registrerad": "", "val 1": "p"},
        {**OUTSIDE, "kom in": "2020-11-02", "registrerad": "", "val 1": "q"},
        {**OUTSIDE, "kom in": "2020-11-10", "registrerad": "", "val 1": "p", "val 2": "q"},
    )
    assert queue() == [
        ("2020-10-05", "p", 1, "2020-10-05"),
        ("2020-10-20", "q", 1, "2020-10-20"),
        ("2020-10-20", "p", 2, "2020-10-05"),
        ("2020-11-02", "q", 1, "2020-10-20"),
        # p was dropped for a while and gets a new date.
        ("2020-11-10", "p", 1, "2020-11-10"),
        ("2020-11-10", "q", 2, "2020-10-20"),
    ]


def test_version_from_the_desk_is_continued(world):
    person = Person.objects.get(identity_number=ONE)
    register_choice(
        person=person, ranking=[world.p], received_on=datetime.date(2020, 10, 1), channel="phone", actor=SYSTEM
    )
    take_in("choices", {**OUTSIDE, "kom in": "2020-10-08", "registrerad": "", "val 2": "q"})
    assert queue()[1:] == [("2020-10-08", "p", 1, "2020-10-01"), ("2020-10-08", "q", 2, "2020-10-08")]


def test_late_form_is_dated_from_earlier_versions(world):
    take_in("choices", {**OUTSIDE, "kom in": "2020-11-10", "registrerad": "", "val 1": "q"})
    take_in("choices", {**OUTSIDE, "kom in": "2020-10-10", "registrerad": "2020-11-20", "val 1": "p"})
    assert queue() == [("2020-10-10", "p", 1, "2020-10-10"), ("2020-11-10", "q", 1, "2020-11-10")]


def test_ended_wish_that_returns_by_a_form_gets_a_new_date(world):
    person = Person.objects.get(identity_number=ONE)
    register_choice(
        person=person,
        ranking=[world.p, world.q],
        received_on=datetime.date(2020, 10, 1),
        channel="phone",
        actor=SYSTEM,
    )
    amend(
        person=person,
        kind=Amendment.Kind.ENDS_WISH,
        provider=world.p,
        channel="phone",
        said_on=datetime.date(2020, 10, 6),
        actor=SYSTEM,
    )
    take_in("choices", {**OUTSIDE, "kom in": "2020-11-10", "registrerad": "", "val 1": "p", "val 2": "q"})
    assert queue()[2:] == [("2020-11-10", "p", 1, "2020-11-10"), ("2020-11-10", "q", 2, "2020-10-01")]


def test_unknown_provider_gives_one_error(world):
    assert faults("choices", {"val 1": "okänd", "val 2": "p"}) == [
        (2, "val 1", "Värdet finns inte. Skriv något av: far, kommunen, p, q.")
    ]


def test_deceased_persons_form_is_imported(world):
    Person.objects.update(deceased_on=datetime.date(2020, 10, 1))
    assert take_in("choices", {}).added == 1
