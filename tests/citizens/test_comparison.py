"""Public information on room and queues: in bands, and nothing before a round is decided."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from allocation.public_availability import bands, queue_band
from common import clock
from providers.models import Contract, ShareStep
from tests import factories as make
from tests.factories import HOUR
from tests.town import Town

pytestmark = pytest.mark.django_db


def _contract(minutes: int, **fields: object) -> Contract:
    make.MunicipalityFactory.create()
    return make.ContractFactory.create(ceiling=minutes, **fields)


def _client_of(contract: Contract, minutes: int) -> None:
    person = make.PersonFactory.create(area=contract.area)
    make.CareDecisionFactory.create(person=person, minutes=minutes)
    make.PlacementFactory.create(person=person, contract=contract)


def _band(contract: Contract):
    return bands(area=contract.area, day=clock.today())[contract.provider_id]


@pytest.mark.parametrize(("held", "room"), [(0, "yes"), (90, "yes"), (95, "few"), (100, "full"), (110, "full")])
def test_room_follows_the_ceiling(held: int, room: str):
    contract = _contract(100 * HOUR)
    if held:
        _client_of(contract, held * HOUR)

    assert _band(contract).room == room


def test_full_share_leaves_no_room_under_a_high_ceiling():
    contract = _contract(1000 * HOUR)
    own = make.ContractFactory.create(provider=make.ProviderFactory.create(municipal=True))
    _client_of(contract, 20 * HOUR)
    _client_of(own, 80 * HOUR)
    assert _band(contract).room == "yes"

    ShareStep.objects.create(area=contract.area, valid_from=datetime.date(2020, 1, 1), share_bp=2000)

    assert _band(contract).room == "full"
    assert _band(own).room == "own"


def test_room_is_after_the_waiting_queue():
    contract = _contract(1000 * HOUR)
    own = make.ContractFactory.create(provider=make.ProviderFactory.create(municipal=True))
    _client_of(own, 10 * HOUR)
    person = own.placements.get().person
    assert _band(contract).queue == 0

    make.ChoiceFactory.create(person=person, ranking=[contract.provider, own.provider])

    assert (_band(contract).room, _band(contract).queue) == ("full", 1)


@pytest.mark.parametrize(
    ("waiting", "lower"), [(0, 0), (1, 1), (9, 1), (10, 10), (24, 10), (25, 25), (100, 100), (999, 100)]
)
def test_small_counts_are_hidden(waiting: int, lower: int):
    assert queue_band(waiting) == lower


def test_room_is_hidden_while_a_round_is_open(town: Town):
    found = bands(area=town.areas[0], day=clock.today())

    assert {band.room for band in found.values()} == {"own", "later", "stopped"}
    assert {band.queue for band in found.values()} == {None}


def _shown(page) -> set[str]:
    return {card.provider.code for card in page.context["cards"]}


def test_two_or_three_providers_are_compared_in_order(town: Town, client: Client):
    address = reverse("providers:compare", args=["norra"])
    all_of_them = [card.provider.code for card in client.get(address).context["cards"]]

    page = client.get(address, {"valj": ["vaxtorp", "lindens", "kommunen"]})

    assert [card.provider.code for card in page.context["cards"]] == [
        code for code in all_of_them if code in {"vaxtorp", "lindens", "kommunen"}
    ]
    assert "Visa alla utförare" in page.text


@pytest.mark.parametrize("picked", [["lindens"], ["finns-inte", "<b>"], ["lindens", "vaxtorp", "akerns", "kommunen"]])
def test_other_numbers_show_all_with_an_explanation(town: Town, client: Client, picked: list[str]):
    page = client.get(reverse("providers:compare", args=["norra"]), {"valj": picked})

    assert len(_shown(page)) == 5
    assert "Kryssa för två eller tre" in page.text
    assert "<b>" not in page.text


def test_survey_has_its_source_and_few_answers_are_hidden(town: Town, client: Client):
    page = client.get(reverse("providers:provider", args=["lindens"]))
    few = client.get(reverse("providers:provider", args=["bjorkens"]))

    assert "87 av 100 är nöjda" in page.text
    assert "Källa: Brukarundersökningen, maj 2020." in page.text
    assert "87 av 100" not in few.text
    assert "få har svarat" in few.text
