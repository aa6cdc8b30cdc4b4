"""A run person by person: reasons, neighbours in the queue, and hidden people."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from administration.runs.compare import compare
from administration.runs.people import OUTCOMES
from allocation.models import AllocationRun, OutcomeRow
from allocation.models.run import MOVES
from audit.models import Read
from choices.models import CareDecision
from providers.models import Area
from tests import factories as make
from tests.administration.runs.conftest import Closed, client_of
from tests.world import HOURS

SEEN = {*(f"Provsson {n}" for n in range(1, 6)), "Först", "Andra", "Fjärde", "=Femte"}


@pytest.fixture
def run(closed: Closed, admin) -> AllocationRun:
    return closed.propose(admin)


def _people(run: AllocationRun, actor, query: str = "") -> list[str]:
    page = client_of(actor).get(reverse("casework:run_people", args=[run.reference]) + query)
    assert page.status_code == 200
    return [person.family_name for person in page.context["page"]]


def _why(closed: Closed, number: int, run: AllocationRun, actor):
    address = reverse("casework:run_why", args=[closed.queue[number].reference])
    return client_of(actor).get(f"{address}?korning={run.reference}")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?utfall=val", {"Först"}),
        ("?utfall=vantar", {"Andra", "Fjärde", "=Femte"}),
        ("?utfall=byter", {"Först"}),
        ("?utforare=p", {"Först"}),
        ("?utfall=vantar&utforare=p", set()),
        ("?omrade=south", set()),
        ("?utfall=hittas-inte&omrade=nowhere", SEEN),
    ],
)  # fmt: skip
def test_url_selects_people_and_never_a_protected_person(run, officer, query, names):
    assert set(_people(run, officer, query)) == names


def test_every_filter_is_a_valid_query(run, officer):
    for word in OUTCOMES:
        _people(run, officer, f"?utfall={word}")


def test_only_displayed_people_are_logged(closed, run, officer):
    _people(run, officer, "?utfall=vantar")

    seen = Read.objects.filter(what="run_people").values_list("person_reference", flat=True)
    assert sorted(seen) == sorted(closed.queue[number].reference for number in (1, 3, 4))


def test_neighbours_in_the_queue_are_shown(closed, run, senior):
    page = _why(closed, 3, run, senior)

    (line,) = page.context["shown"].lines
    assert (line.place, line.why) == (3, "Utförare p har inte plats för all din hjälp just nu.")
    assert line.minutes_ahead == 20 * HOURS
    assert [place.person for place in line.before] == [closed.queue[2]]
    assert [place.person for place in line.after] == [closed.queue[4]]
    assert line.before[0].queue_date == datetime.date(2020, 9, 10)
    seen = set(Read.objects.filter(what="run_why").values_list("person_reference", flat=True))
    assert seen == {closed.queue[number].reference for number in (2, 3, 4)}


def test_hidden_person_in_the_queue_is_not_given_away(closed, run, officer):
    """Neither by a row without a name, nor by a gap between places, nor by the hours of those before."""
    page = _why(closed, 3, run, officer)

    (line,) = page.context["shown"].lines
    assert (line.place, line.minutes_ahead) == (None, None)
    assert [(place.place, place.person) for place in line.before] == [(None, closed.queue[1])]
    assert [(place.place, place.person) for place in line.after] == [(None, closed.queue[4])]
    assert "Du står ungefär på plats 1–3 i kön till Utförare p." in page.text
    for told in ("Hemlig", closed.queue[2].reference, "Plats 3 i kön", "Någon du inte har behörighet att se"):
        assert told not in page.text
    assert closed.queue[2].reference not in Read.objects.values_list("person_reference", flat=True)


def test_officer_of_another_area_sees_nobody(closed, run, officer):
    user = User.objects.get(pk=officer.user_id)
    user.all_areas = False
    user.save()
    Area.objects.get(code="south").officers.add(user)

    assert _people(run, officer) == []
    assert _why(closed, 3, run, officer).status_code == 404


def test_person_with_a_met_wish_sees_the_current_head_of_the_queue(closed, run, senior):
    shown = _why(closed, 0, run, senior).context["shown"]

    assert shown.lines == []
    assert [place.person for place in shown.first_after] == [closed.queue[1]]


def test_queue_dates_are_of_the_run_after_a_new_choice(closed, run, senior):
    world = closed.world
    world.choose(closed.queue[4], world.q, round=None, received_on=datetime.date(2020, 11, 2))

    (line,) = _why(closed, 3, run, senior).context["shown"].lines
    assert [place.queue_date for place in line.after] == [datetime.date(2020, 9, 12)]


def test_person_outside_the_run_gets_a_message(closed, senior):
    page = client_of(senior).get(reverse("casework:run_why", args=[closed.queue[0].reference]))

    assert "inte varit med i någon fördelning" in page.text


@pytest.fixture
def second(closed, run, admin) -> AllocationRun:
    """A second run gives q to one person, and has one person less."""
    world = closed.world
    world.choose(closed.queue[1], world.q, round=None, received_on=datetime.date(2020, 11, 2))
    CareDecision.objects.filter(person=closed.queue[4]).update(valid_until=datetime.date(2020, 12, 1))
    return closed.propose(admin)


def test_comparison_of_two_runs(run, second):
    run.refresh_from_db()
    shown = compare(run, second)

    assert (shown.differ, shown.only_first, shown.only_other) == (1, 1, 0)
    counts = {str(pair.name): (pair.first, pair.other, pair.change) for pair in shown.counts}
    assert counts["Personer"] == (10, 9, -1)
    assert counts["Tidigare val: har val 1"] == (1, 2, 1)
    minutes = {pair.name: pair.change for pair in shown.areas[0].minutes}
    assert minutes == {"Utförare kommunen": -20 * HOURS, "Utförare p": 0, "Utförare q": 10 * HOURS}


def test_people_with_differences_are_named_to_officers_only(closed, run, second, officer, admin):
    address = reverse("casework:run_compare", args=[run.reference]) + f"?med={second.reference}"
    page = client_of(officer).get(address)

    (person,) = page.context["page"]
    assert person == closed.queue[1]
    assert [row.provider.code for row in person.outcomes] == ["kommunen", "q"]
    assert [read.person_reference for read in Read.objects.filter(what="run_compare")] == [person.reference]
    assert "page" not in client_of(admin).get(address).context


def test_only_runs_of_one_kind_are_compared(closed, run, senior):
    other = AllocationRun.objects.create(
        kind="night", business_date=run.business_date, effective_date=run.effective_date, seed="s", label="natt"
    )
    address = reverse("casework:run_compare", args=[run.reference])

    assert client_of(senior).get(f"{address}?med={other.reference}").status_code == 404


def test_query_count_is_independent_of_people(closed, admin, officer):
    def queries(run: AllocationRun) -> list[int]:
        client = client_of(officer)
        addresses = [
            reverse("casework:run", args=[run.reference]),
            reverse("casework:run_people", args=[run.reference]),
            reverse("casework:run_why", args=[closed.queue[3].reference]) + f"?korning={run.reference}",
        ]
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            found.append(len(asked))
        return found

    few = queries(closed.propose(admin))
    for number in range(30):
        person = closed.world.person(family_name=f"Till {number}")
        closed.world.choose(person, closed.world.p, round=None, received_on=datetime.date(2020, 9, 25))
    assert queries(closed.propose(admin)) == few


@pytest.mark.parametrize("act", OutcomeRow.Act)
@pytest.mark.parametrize("before", ["none", "the same", "another"])
def test_moves_of_a_row_and_of_a_stored_row_are_the_same(db: None, before: str, act: OutcomeRow.Act):
    provider, other = make.ProviderFactory.create_batch(2)
    row = make.OutcomeRowFactory.create(
        provider=provider, provider_before={"none": None, "the same": provider, "another": other}[before], act=act
    )

    is_move = before == "another" and act != OutcomeRow.Act.OFFER
    assert row.moves == OutcomeRow.objects.filter(MOVES).exists() == is_move
