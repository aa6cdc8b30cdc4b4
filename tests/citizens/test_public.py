"""Public pages: contents, and the order of providers."""

import datetime
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from choices.models import ChoiceRound
from common import clock
from providers import neutral_order
from providers.models import NoAnswerRule
from providers.wording import IF_YOU_DO_NOTHING
from tests import factories as make
from tests.town import Town

CODES = ["a", "b", "c", "d", "e"]


def _order(seed: str, codes: list[str]) -> list[str]:
    return neutral_order.shuffled(codes, seed=seed, key=str)


def test_every_provider_is_first_for_some_visitors():
    first = Counter(_order(f"{seed:016x}", CODES)[0] for seed in range(1000))

    assert set(first) == set(CODES)
    # 200 of 1000 each, give or take four standard deviations.
    assert all(150 <= count <= 250 for count in first.values())


def test_removed_provider_does_not_reshuffle_the_others():
    for seed in (f"{n:016x}" for n in range(50)):
        whole = _order(seed, CODES)
        assert _order(seed, ["a", "b", "d", "e"]) == [code for code in whole if code != "c"]


def test_visitor_gets_the_same_order_again(town: Town, client: Client):
    def shown(area: str) -> list[str]:
        cards = client.get(reverse("providers:compare", args=[area])).context["cards"]
        return [card.provider.code for card in cards]

    first = shown("norra")

    assert [shown("norra") for _ in range(3)] == [first] * 3
    assert shown("sodra") == first


def test_invalid_cookie_is_replaced(town: Town, client: Client):
    client.cookies[neutral_order.COOKIE] = "<script>"

    response = client.get(reverse("providers:compare", args=["norra"]))

    assert neutral_order.is_seed(response.cookies[neutral_order.COOKIE].value)


def test_provider_with_stopped_intake_is_shown_with_its_queue(town: Town, client: Client):
    page = client.get(reverse("providers:provider", args=["akerns"]))

    assert "de tar inte emot någon ny just nu. Du kan ställa dig i kö." in page.text


def test_future_provider_is_compared_before_its_start(town: Town, client: Client):
    coming = make.ProviderFactory.create(code="ny", name="Nya omsorgen")
    make.ContractFactory.create(provider=coming, area=town.areas[0], valid_from="2021-01-01")

    page = client.get(reverse("providers:compare", args=["norra"]))

    assert "ny" in [card.provider.code for card in page.context["cards"]]
    assert "De börjar 1 januari 2021." in page.text
    assert client.get(reverse("providers:provider", args=["ny"])).status_code == 200


def test_ending_contract_shows_its_last_day(town: Town, client: Client):
    town.companies[0].contracts.update(valid_until="2021-03-01")

    page = client.get(reverse("providers:provider", args=["lindens"]))

    assert "gäller till och med 28 februari 2021" in page.text


def test_provider_without_a_contract_is_not_found(town: Town, client: Client):
    gone = make.ProviderFactory.create(code="borta")
    make.ContractFactory.create(provider=gone, area=town.areas[0], valid_until="2020-11-23")

    assert client.get(reverse("providers:provider", args=["borta"])).status_code == 404


@pytest.mark.parametrize("written", ["14561", "145 61", " 145-61 "])
def test_postcode_notations_find_the_area(town: Town, client: Client, written):
    page = client.get(reverse("providers:area_help"), {"postnummer": written})

    assert "Du bor troligen i området Norra området" in page.text


@pytest.mark.parametrize("written", ["99999", "12", ""])
def test_phone_number_is_shown_without_an_answer(town: Town, client: Client, written):
    page = client.get(reverse("providers:area_help"), {"postnummer": written})

    assert "Du bor troligen" not in page.text
    assert "08-465 004 00" in page.text


def _start_with(client: Client, **round: object) -> str:
    make.MunicipalityFactory.create()
    make.ChoiceRoundFactory.create(**round)
    return client.get(reverse("start")).text


def _around_today(opens: int, closes: int) -> dict[str, datetime.date]:
    today = clock.today()
    return {
        "opens_on": today + datetime.timedelta(days=opens),
        "closes_on": today + datetime.timedelta(days=closes),
        "starts_on": today + datetime.timedelta(days=60),
    }


@pytest.mark.parametrize(
    ("opens", "closes", "heading"),
    [
        (1, 20, "Du kan välja från 24 november till och med 13 december 2020"),
        (0, 20, "Välj senast 13 december 2020"),
        (-20, 0, "Välj senast 23 november 2020"),
        (-20, -1, "Tiden att välja är slut"),
    ],
)
def test_start_page_follows_the_window(db: None, client: Client, opens, closes, heading):
    assert heading in _start_with(client, **_around_today(opens, closes))


@pytest.mark.parametrize("rule", NoAnswerRule.values)
def test_start_page_explains_the_default(db: None, client: Client, rule):
    page = _start_with(client, no_answer_rule=rule, **_around_today(0, 20))

    assert str(IF_YOU_DO_NOTHING[rule]) in page


def test_draft_round_is_hidden(db: None, client: Client):
    page = _start_with(client, draft=True, **_around_today(0, 20))

    assert "Välj senast" not in page
    assert client.get(reverse("round", args=["hosten-2020"])).status_code == 404


def test_seed_is_secret_until_the_round_is_closed(db: None, client: Client):
    make.MunicipalityFactory.create()
    round: ChoiceRound = make.ChoiceRoundFactory.create()
    address = reverse("round", args=[round.code])

    before = client.get(address).text
    ChoiceRound.objects.update(closed_at=clock.now())
    after = client.get(address).text

    assert round.seed_sha256 in before
    assert round.seed not in before
    assert round.seed in after


def test_start_page_works_without_a_municipality(db: None, client: Client):
    assert client.get(reverse("start")).status_code == 200
