"""Public information on room and queues: in bands, and nothing before a round is decided."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from lxml import html

from allocation import public_waits
from allocation.public_availability import bands, queue_band
from allocation.waiting_times import Spell
from common import clock
from providers.models import Contract, Provider, ShareStep, SurveyResult
from providers.public import mean_of
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


@pytest.mark.parametrize(("days", "room"), [(1, "ends"), (7, "ends"), (400, "yes")])
def test_contract_that_ends_before_anybody_could_begin_is_no_room(days: int, room: str):
    contract = _contract(1000 * HOUR)
    own = make.ContractFactory.create(provider=make.ProviderFactory.create(municipal=True))
    _client_of(own, 10 * HOUR)
    contract.valid_until = clock.today() + datetime.timedelta(days=days)
    contract.save()
    assert _band(contract).room == room


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

    shown, hidden = _answers(page)["Nöjda med hemtjänsten"], _answers(few)["Nöjda med hemtjänsten"]
    assert "87 av 100 64 svar" in shown
    assert "Källa: Brukarundersökningen, maj 2020." in shown
    assert "För få för en siffra" in hidden
    assert "87 av 100" not in hidden.partition("Medel i kommunen")[0]


def _answers(page) -> dict[str, str]:
    (found,) = html.fromstring(page.text).xpath("//main//dl")
    return {_words(term): _words(term.getnext()) for term in found.findall("dt")}


def _words(element) -> str:
    return " ".join(element.text_content().split())


def _table(page) -> dict[str, dict[str, str]]:
    """Question code → provider code → answer."""
    rows = html.fromstring(page.text).xpath("//tr[@data-question]")
    return {
        row.get("data-question"): {cell.get("data-provider"): _words(cell) for cell in row.findall("td")}
        for row in rows
    }


def test_missing_figures_are_shown_as_words(town: Town, client: Client):
    table = _table(client.get(reverse("providers:compare", args=["norra"])))

    assert table["satisfied"]["lindens"] == "87 av 100 64 svar"
    assert table["satisfied"]["bjorkens"] == "För få för en siffra"
    assert set(table["contact"].values()) == {"Ingen siffra än"}
    assert set(table["staff"].values()) == {"Har inte redovisat"}
    assert set(table["wait"].values()) == {"Ingen siffra än"}


def test_phone_and_table_give_the_same_answers(town: Town, client: Client):
    page = client.get(reverse("providers:compare", args=["norra"]))
    names = {card.provider.name: card.provider.code for card in page.context["cards"]}
    expected = [
        {
            names[_words(group.find("dt"))]: _words(group.find("dd"))
            for group in question.xpath("./dl/div[not(@class='compare-mean')]")
        }
        for question in html.fromstring(page.text).xpath("//details[@name='fraga']")
    ]

    assert expected == list(_table(page).values())


def test_mean_is_weighted_and_without_hidden_figures():
    def result(percent: int, answers: int) -> SurveyResult:
        return SurveyResult(question="satisfied", positive_percent=percent, answers=answers)

    assert mean_of([result(90, 30), result(60, 60), result(0, 29)]) == (70, 90)
    assert mean_of([result(90, 30), result(0, 29)]) is None
    assert not SurveyResult(question="nurses", answers=9).may_be_shown
    assert SurveyResult(question="nurses", answers=10).may_be_shown


@pytest.mark.parametrize(
    ("asked", "fit", "unanswered"),
    [
        ({"sprak": "tr"}, {"kommunen"}, {"akerns"}),
        ({"mat": "halal"}, {"vaxtorp"}, {"akerns"}),
        ({"ideell": "1"}, {"akerns"}, set()),
        ({"mat": "halal", "ideell": "1"}, set(), {"akerns"}),
        ({"valj": ["kommunen", "vaxtorp"], "sprak": "tr"}, {"kommunen"}, set()),
        ({"mat": "<b>", "sprak": "zz"}, set(), {"akerns"}),
    ],
)
def test_filters_distinguish_missing_answers(
    town: Town, client: Client, asked: dict[str, object], fit: set[str], unanswered: set[str]
):
    Provider.objects.filter(code="vaxtorp").update(meals=["halal"])
    Provider.objects.filter(code="akerns").update(meals=[], staff_languages=[], kind=Provider.Kind.NON_PROFIT)

    page = client.get(reverse("providers:compare", args=["norra"]), asked)

    assert _shown(page) == fit
    assert {card.provider.code for card in page.context["unanswered"]} == unanswered
    assert f"Du ser {len(fit)} av 5 utförare." in page.text


def test_length_of_past_waits_is_of_enough_people(monkeypatch: pytest.MonkeyPatch, db: None):
    contract = make.ContractFactory.create()
    spells = [Spell(30, met=True)] * 20 + [Spell(90, met=False)] * 5
    monkeypatch.setattr(public_waits, "spells_of", lambda contract, day: [("", each) for each in spells])

    def waits() -> dict[int, public_waits.PastWait]:
        cache.clear()
        return public_waits.past_waits(area=contract.area, day=clock.today())

    assert waits() == {contract.provider_id: public_waits.PastWait(days=30, persons=20)}
    spells.pop(0)
    assert waits() == {}
