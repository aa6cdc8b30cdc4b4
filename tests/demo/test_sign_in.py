"""The demo's sign-in: a few invented people, and nobody else."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from allocation.services import apply_run, approve_run, propose_round
from choices.models import Mandate
from choices.services import close_round
from demo.stories import add_daughter
from providers.models import Contract
from tests import factories as make
from tests.world import LONG_AGO, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """One person with a met wish, one waiting, one without answer, one alarm-only, and one protected."""
    world = make_world(p_minutes=15 * 60)
    for hidden in (world.person(confidential=True, given_name="Hemlig"), world.person(), world.person()):
        world.choose(hidden, world.p)
    world.person(given_name="Tyst")
    world.choose(world.person(minutes=0, given_name="Larm"), world.municipal)
    world.person(minutes=500 * 60)
    close_round(round=world.round, actor=SYSTEM)
    run = propose_round(round=world.round, actor=SYSTEM)
    senior = staff("karin", Role.SENIOR_OFFICER)
    apply_run(run=approve_run(run=run, actor=senior), actor=senior)
    return world


def offered_parts(client: Client) -> list[str]:
    return re.findall(
        rf'action="{reverse("demo:sign_in")}(\w+)/"', client.get(reverse("demo:sign_in")).content.decode()
    )


def test_demo_login_is_offered_and_leads_to_each_persons_page(world):
    client = Client()
    assert reverse("demo:sign_in") in client.get(reverse("citizens:login")).content.decode()
    offered = offered_parts(client)
    assert {"koar", "tyst", "larm"} <= set(offered)
    for key in offered:
        response = client.post(reverse("demo:enter", args=[key]), follow=True)
        assert response.redirect_chain[-1][0] == reverse("citizens:home")
        assert response.status_code == 200


def test_representative_selects_the_person(world):
    person = world.person()
    helper = world.person(given_name="Hjälpsam")
    mandate = Mandate.objects.create(
        person=person, kind=Mandate.Kind.PROXY, scope="allt", evidence="fullmakt", valid_from=LONG_AGO
    )
    mandate.holders.create(name="Hjälpsam", identity_number=helper.identity_number)
    response = Client().post(reverse("demo:enter", args=["foretradare"]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("citizens:select_person")


def test_daughter_can_choose_at_once(world):
    world.person(given_name="Mamma")
    staff("handlaggare", Role.CASE_OFFICER)
    for _ in range(2):
        add_daughter(seed=1)

    assert Mandate.objects.count() == 1
    client = Client()
    assert "dotter" in offered_parts(client)
    home = client.post(reverse("demo:enter", args=["dotter"]), follow=True).text
    assert "Du kan välja utförare" in home
    assert "Du kan inte välja här än" not in home


def test_person_with_an_offer_is_offered(world):
    assert "erbjudande" not in offered_parts(Client())
    person = world.person(given_name="Anbud")
    make.OfferFactory.create(person=person, contract=Contract.objects.exclude(provider__kind="municipal").first())

    client = Client()
    assert "erbjudande" in offered_parts(client)
    assert "Du kan få plats hos" in client.post(reverse("demo:enter", args=["erbjudande"]), follow=True).text


def test_no_protected_person_or_number_is_shown(world):
    content = Client().get(reverse("demo:sign_in")).content.decode()
    assert "Hemlig" not in content
    assert not re.search(r"\d{8}-?\d{4}", content)
    assert Client().post(reverse("demo:enter", args=["nagon"])).status_code == 404


def test_redirect_stays_within_the_site(world):
    response = Client().post(reverse("demo:enter", args=["tyst"]), {"next": "https://elsewhere.example/"})
    assert response["Location"] == reverse("citizens:home")
