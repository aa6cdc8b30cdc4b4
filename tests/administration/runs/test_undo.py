"""A run is undone from its page, with placements and letters, until something has been printed."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import User
from administration.night import do_night
from allocation.facts.people import placement_on
from letters.models import Letter, PrintBatch
from letters.services import load_texts
from tests.world import SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TONIGHT = datetime.date(2020, 11, 23)


@pytest.fixture
def world():
    world = make_world(share_bp=5000, no_answer_rule="keep")
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    world.person()
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def run(world):
    person = world.person()
    world.choose(person, world.p, round=None, received_on=datetime.date(2020, 11, 2))
    return do_night(business_date=TONIGHT, actor=SYSTEM).run


def undo(client, run):
    staff("ansvarig", "senior_officer")
    client.force_login(User.objects.get(username="ansvarig"))
    assert "Ångra fördelningen" in client.get(reverse("casework:run", args=[run.reference])).content.decode()
    response = client.post(reverse("casework:undo", args=[run.reference]), {"reason": "Fel tak", "seen": run.status})
    run.refresh_from_db()
    return [str(message) for message in get_messages(response.wsgi_request)]


def provider_of(run):
    placement = placement_on(person=run.rows.get().person, day=run.effective_date)
    return placement and placement.contract.provider.code


def test_undo_removes_placements_and_letters(client, run):
    assert provider_of(run) == "p"
    assert undo(client, run) == ["Fördelningen är ångrad. Alla behåller den utförare de hade."]
    assert run.status == "undone"
    assert provider_of(run) == "kommunen"
    assert [(letter.route, letter.hold_reason) for letter in Letter.objects.all()] == [
        ("hold", "Fördelningen ångrades.")
    ]
    assert "Ångra fördelningen" not in client.get(reverse("casework:run", args=[run.reference])).content.decode()


def test_printed_run_cannot_be_undone(client, run):
    batch = PrintBatch.objects.create(
        run=run, stack=f"run-{run.reference}", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="x"
    )
    run.letters.update(batch=batch)
    (message,) = undo(client, run)
    assert "redan skickade till tryck" in message
    assert run.status == "applied"
    assert provider_of(run) == "p"
