"""A couple with a joint choice, in a browser: one declines, and the other is asked before any change."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from allocation.facts.people import now_and_next
from allocation.models import ContactTask, Offer
from choices.models import Household, HouseholdMember
from common import clock
from tests import factories as make
from tests.administration.runs.test_runs_browser import check
from tests.citizens.account.conftest import make_mine
from tests.citizens.signing_in import as_citizen
from tests.world import staff


@pytest.fixture
def pair(transactional_db: None, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    mine = make_mine()
    home = Household.objects.create()
    people = [mine.waiter(mine.company.provider, mine.other.provider, given_name=name) for name in ("Asta", "Sixten")]
    for person in people:
        ranking = [mine.company.provider, mine.other.provider]
        make.ChoiceFactory.create(person=person, round=None, together=True, ranking=ranking)
        HouseholdMember.objects.create(household=home, person=person, valid_from=make.LONG_AGO)
        make.OfferFactory.create(person=person, contract=mine.company, unit=home.reference)
    return people


def test_one_declines_and_the_other_answers_alone(page: Page, live_server, pair, context):
    def become(client: Client) -> None:
        context.clear_cookies()
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    asta, sixten = pair
    offers = {offer.person: offer for offer in Offer.objects.all()}
    address = {person: f"{live_server.url}/mitt/erbjudande/{offer.reference}/" for person, offer in offers.items()}

    # Sixten declines on the web.
    become(as_citizen(Client(), sixten))
    page.goto(address[sixten])
    page.get_by_label("Nej, jag vill inte byta").check()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Skicka mitt nej").click()
    expect(page.get_by_role("heading", name="Du har tackat nej")).to_be_visible()
    faults = check(page, "together-no")
    assert "Asta" not in page.content()

    # Both are on the call list; the officer sees whose consent is missing.
    officer = Client()
    officer.force_login(User.objects.get(pk=staff("anna", "case_officer").user_id))
    become(officer)
    page.goto(live_server.url + reverse("casework:offer", args=[offers[asta].reference]))
    expect(page.get_by_text("kan inte få platsen tillsammans")).to_be_visible()
    expect(page.get_by_text("Svar saknas från:")).to_be_visible()
    faults += check(page, "together-officer")
    task = ContactTask.objects.get(person=asta, kind="split")
    assert ContactTask.objects.filter(person=sixten, kind="split").exists()
    page.goto(live_server.url + reverse("casework:call", args=[task.reference]))
    expect(page.get_by_text("Ni kan inte få platsen hos Lindens omsorg tillsammans.")).to_be_visible()
    faults += check(page, "together-call")

    # Asta reads the question, without Sixten's answer, and takes the place herself.
    become(as_citizen(Client(), asta))
    page.goto(address[asta])
    expect(page.get_by_role("heading", name="Vill du byta till Lindens omsorg ensam?")).to_be_visible()
    assert "Sixten" not in page.content()
    faults += check(page, "together-apart")
    page.get_by_label("Ja, jag vill byta").check()
    page.get_by_role("button", name="Fortsätt").click()
    faults += check(page, "together-check")
    page.get_by_role("button", name="Ja, skicka mitt svar").click()
    expect(page.get_by_role("heading", name="Du har tackat ja")).to_be_visible()
    assert now_and_next(person=asta, day=clock.today())[1]
    assert now_and_next(person=sixten, day=clock.today())[1] is None
    assert not faults, "\n".join(faults)


def test_one_leaves_a_queue_and_the_other_decides_on_waiting_alone(page: Page, live_server, pair, context):
    asta, sixten = pair
    Offer.objects.all().delete()
    as_citizen(Client(), sixten).post("/mitt/ko/lindens/ta-bort/")
    value = as_citizen(Client(), asta).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/mitt/")
    expect(page.get_by_role("heading", name="Ni väntar inte längre tillsammans")).to_be_visible()
    faults = check(page, "together-home")
    page.get_by_role("link", name="Säg om du vill vänta ensam").click()
    faults += check(page, "together-alone")
    page.get_by_role("button", name="Ja, jag vill vänta ensam").click()
    expect(page.get_by_text("Nu väntar du ensam.")).to_be_visible()
    expect(page.get_by_role("heading", name="Ni väntar inte längre tillsammans")).to_have_count(0)
    assert asta.amendments.get().kind == "alone"
    assert not faults, "\n".join(faults)
