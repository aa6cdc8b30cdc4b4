"""A provider exit carried out from the pages: proposal, approval, letters, completion."""

import datetime

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import User
from administration.exits.selectors import exit_page
from allocation.facts.people import placement_on
from allocation.models import AllocationRun, ProviderExit
from allocation.services import apply_run, approve_run, decide_exit, start_exit
from letters.services import load_texts
from tests.world import HOURS, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)
ENDS = TODAY + 30 * DAY
MOVED_BY = TODAY + 45 * DAY


@pytest.fixture
def world():
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=100 * HOURS, q_minutes=100 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def clients(world):
    """One client with hours, one with an alarm only."""
    return [world.person(minutes=minutes, current=world.p) for minutes in (10 * HOURS, 0)]


@pytest.fixture
def leaving(world, clients) -> ProviderExit:
    exit = start_exit(
        provider=world.p, ends_on=ENDS, moved_by=MOVED_BY, reason="contract", rule="external", actor=SYSTEM
    )
    return decide_exit(exit=exit, approve=True, actor=SYSTEM)


def browser(role: str, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=staff(name, role).user_id))
    return client


def test_clients_move_by_an_approved_proposal(world, clients, leaving):
    other = world.person(minutes=5 * HOURS, current=world.q)
    world.choose(other, world.municipal, round=None, received_on=TODAY)
    admin = browser("admin", "forslag")
    page = reverse("casework:exit", args=[leaving.reference])
    assert "Gör ett förslag" in admin.get(page).content.decode()

    response = admin.post(reverse("casework:exit_propose", args=[leaving.reference]), {"starts_on": str(ENDS)})
    run = AllocationRun.objects.get(kind="exit")
    # The run places somebody else too, who is none of the clients.
    assert run.rows.get(person=other).act == "place"
    shown = exit_page(exit=leaving, actor=staff("karin", "senior_officer"), query=QueryDict())
    assert [(move.provider, move.persons, move.minutes) for move in shown.moves] == [("Utförare q", 2, 10 * HOURS)]
    assert response["Location"] == reverse("casework:run", args=[run.reference])
    assert {placement_on(person=person, day=ENDS).contract.provider.code for person in clients} == {"p"}

    apply_run(run=approve_run(run=run, actor=SYSTEM), actor=SYSTEM)
    # Alarm-only clients move too, to the other external provider.
    assert {placement_on(person=person, day=ENDS).contract.provider.code for person in clients} == {"q"}
    assert "Alla har en ny utförare" in admin.get(page).content.decode()
    admin.post(reverse("casework:exit_finish", args=[leaving.reference]))
    leaving.refresh_from_db()
    assert leaving.status == "done"


@pytest.mark.parametrize("day", ["", "i morgon", "2020-11-22", str(MOVED_BY + DAY), "9999-99-99"])
def test_impossible_date_is_refused_with_an_explanation(clients, leaving, day):
    response = browser("admin", "forslag").post(
        reverse("casework:exit_propose", args=[leaving.reference]), {"starts_on": day}
    )

    assert response.status_code == 422
    assert not AllocationRun.objects.exists()


def test_exit_is_not_completed_while_clients_remain(clients, leaving):
    response = browser("admin", "forslag").post(reverse("casework:exit_finish", args=[leaving.reference]), follow=True)

    assert "Personer som inte har någon ny utförare än: 2" in response.content.decode()
    leaving.refresh_from_db()
    assert leaving.status == "open"


@pytest.mark.parametrize(
    ("minutes", "persons", "shown"),
    [
        (100 * HOURS, None, "100 tim lediga under sina tak"),
        (None, None, "Utförare q, Norra </li>"),
        (None, 4, "Utförare q, Norra: 3 personer till"),
        # A full ceiling in persons leaves no hours free.
        (100 * HOURS, 1, "har 0 tim lediga under sina tak"),
    ],
)
def test_preview_counts_providers_without_a_ceiling_in_hours(world, clients, minutes, persons, shown):
    world.person(minutes=0, current=world.q)
    ceilings = world.contracts["q"].ceilings
    ceilings.update(minutes=minutes, persons=persons) if minutes or persons else ceilings.all().delete()
    asked = {"areas": "north", "reason": "contract", "ends_on": ENDS, "moved_by": MOVED_BY, "rule": "external"}
    page = browser("admin", "forslag").get(
        reverse("casework:provider_exit", args=["p"]), asked | {"meanwhile": "municipal"}
    )

    text = " ".join(page.content.decode().split())
    assert shown in text
    assert ("under sina tak" in text) == ("under sina tak" in shown)
