"""Events after the demo's round, and its nights."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from administration.night import do_night
from allocation.models import AllocationRun, ContactTask, Night, Offer, Placement
from allocation.services import apply_run, approve_run, propose_round
from choices.models import ChoiceRound, Person
from choices.services import close_round
from common import clock
from demo import municipality, nights, show
from letters.models import Letter, PrintBatch
from letters.services import load_texts
from secrecy.protected import protected
from tests.demo.test_municipality import QUIET
from tests.demo.test_sign_in import offered_parts
from tests.world import HOURS, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def folders(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.LETTER_DROP = str(tmp_path / "drop")
    return tmp_path


@pytest.fixture
def decided(folders):
    """The demo's municipality, small, with its round applied; without letters."""
    show.build(people=400, seed=3, console=QUIET)
    proposer, approver = municipality.actor("admin"), municipality.actor("ansvarig")
    run = propose_round(round=close_round(round=municipality.the_round(), actor=proposer), actor=proposer)
    return apply_run(run=approve_run(run=run, actor=approver), actor=approver)


def test_stories_of_the_demo_happen_once_and_each_has_its_person(decided):
    # The schedule may do the night before a place is offered: its list is then outdated.
    do_night(business_date=clock.today(), actor=SYSTEM)
    for _ in range(2):
        show.go_on(QUIET)

    assert ChoiceRound.objects.count() == 2
    assert AllocationRun.objects.filter(kind=AllocationRun.Kind.NIGHT, status=AllocationRun.Status.APPLIED).count() == 1
    assert Night.objects.count() == 1
    assert not Letter.objects.filter(route="print", posted_on=None).exists()
    offers = Offer.objects.all()
    assert {offer.status for offer in offers} == {Offer.Status.OPEN}
    assert len({offer.unit for offer in offers}) == 1
    assert Letter.objects.filter(offer__in=offers, holder=None).count() == len(offers)
    assert not offers.filter(person__in=Person.objects.filter(protected())).exists()
    # The newest person wants the most popular provider, which is full.
    assert ContactTask.objects.filter(kind=ContactTask.Kind.MOVED).exists()
    client = Client()
    assert {"valjer", "onskad", "koar", "erbjudande", "flyttad", "par", "dotter", "tyst", "larm"} <= set(
        offered_parts(client)
    )
    chooses = client.post(reverse("demo:enter", args=["valjer"]), follow=True).text
    assert reverse("citizens:choosing") in chooses


def test_next_day_does_the_night_and_posts_its_letters(folders, client: Client):
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    world.person(minutes=200 * HOURS)
    waits = world.person(minutes=5 * HOURS)
    world.choose(waits, world.p, round=None, received_on=clock.today() - 3 * DAY)
    staff("admin", Role.ADMIN)
    staff("ansvarig", Role.SENIOR_OFFICER)
    load_texts(actor=SYSTEM)
    before = clock.today()

    page = client.post(reverse("demo:next_day"), {"seen": before, "approve": "on"}, follow=True).text
    assert clock.today() == before + DAY
    night = Night.objects.get()
    assert (night.business_date, night.run.status) == (before + DAY, AllocationRun.Status.APPLIED)
    assert "Natten är gjord" in page
    assert "Så gick natten till 24 november" in page
    assert Placement.objects.filter(person=waits, contract=world.contracts["p"]).exists()
    letter = Letter.objects.get(person=waits)
    assert letter.posted_on == before + DAY
    assert PrintBatch.objects.get().status == PrintBatch.Status.POSTED
    # Of two visitors who press at once the second moves nothing.
    client.post(reverse("demo:next_day"), {"seen": before, "approve": "on"})
    assert clock.today() == before + DAY
    assert not nights.next_day(seen=before, approve=True)


def test_clock_of_the_demo_goes_forward_only(settings, tmp_path):
    settings.CLOCK_FILE = tmp_path / "demo" / "clock"
    before = clock.today()
    clock.move_to(before - DAY)
    assert clock.today() == before
    clock.move_to(before + 9 * DAY)
    assert clock.today() == before + 9 * DAY
    # A date of its own in the settings is required.
    settings.CLOCK_TODAY = None
    assert abs(clock.now() - datetime.datetime.now(tz=clock.STOCKHOLM)) < datetime.timedelta(minutes=1)
