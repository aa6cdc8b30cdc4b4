"""Home page: current provider, next steps, receipt of the choice, queue places."""

import datetime

import pytest
from django.test import Client

from choices.models import ChoiceRound, Mandate
from common import clock
from handover.models import Order
from providers.models import NoAnswerRule
from providers.wording import IF_YOU_DO_NOTHING
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen

HOME = "/mitt/"


def _days(count: int) -> datetime.date:
    return clock.today() + datetime.timedelta(days=count)


def _round(opens: int, closes: int, **fields: object) -> ChoiceRound:
    days = {"opens_on": _days(opens), "closes_on": _days(closes), "starts_on": _days(90)}
    round: ChoiceRound = make.ChoiceRoundFactory.create(code="varen", **days, **fields)
    return round


def test_current_provider_with_start_and_contact(citizen: Client, mine: Mine):
    page = citizen.get(HOME).text

    assert "Kommunens hemtjänst" in page
    assert "De har hjälpt dig sedan 1 januari 2016." in page
    assert mine.own.provider.phone in page
    assert "Du har 25 timmar och 30 minuter hjälp i månaden." in page


def test_receipt_of_the_choice_and_queue_places(citizen: Client, mine: Mine):
    page = citizen.get(HOME).text

    assert "Vi fick ditt val 21 september 2020." in page
    assert mine.choice.reference in page
    assert "Du står i kö" in page
    assert page.index("<strong>Lindens omsorg</strong>") > page.index("Du står i kö")
    assert "Allt fortsätter som nu. Du behöver inte göra något." in page


def test_next_provider_and_its_start(citizen: Client, mine: Mine):
    mine.person.placements.update(valid_until="2020-12-07")
    make.PlacementFactory.create(person=mine.person, contract=mine.company, valid_from="2020-12-07")

    page = citizen.get(HOME).text

    assert "Från 7 december 2020: Lindens omsorg" in page
    assert "Du står i kö" not in page


def test_person_without_a_provider_gets_a_phone_number(citizen: Client, mine: Mine):
    mine.person.placements.all().delete()

    page = citizen.get(HOME).text

    assert "Vi ser inte att någon utförare hjälper dig i dag." in page
    assert "behöver du hjälp nu? Ring" in page
    assert "Vi letar efter en utförare åt dig." in page
    assert "Allt fortsätter som nu" not in page


def test_interim_provider_is_labelled(citizen: Client, mine: Mine):
    mine.person.placements.update(interim=True)

    assert "De hjälper dig tills du får den utförare du väntar på" in citizen.get(HOME).text


@pytest.mark.parametrize("rule", NoAnswerRule.values)
def test_open_round_shows_the_last_day_and_the_default(mine: Mine, rule):
    _round(-2, 10, no_answer_rule=rule)
    person = make.PersonFactory.create(area=mine.person.area)
    make.CareDecisionFactory.create(person=person)

    page = as_citizen(Client(), person).get(HOME).text

    assert "Sista dagen är <strong>3 december 2020</strong>." in page
    assert str(IF_YOU_DO_NOTHING[rule]) in page


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(-2, 10, "räknas nu också. Du behöver bara välja igen"), (-20, -1, "Vi går efter ditt val från 21 september")],
)
def test_earlier_choice_counts_in_a_round(citizen: Client, mine: Mine, opens: int, closes: int, words: str):
    _round(opens, closes)

    page = citizen.get(HOME).text

    assert words in page
    assert "Om du inte gör något" not in page
    assert "så här var det bestämt" not in page.lower()


def test_person_with_only_an_alarm_sees_their_provider(citizen: Client, mine: Mine):
    assert "När du larmar" not in citizen.get(HOME).text
    mine.person.care_decisions.update(minutes=0)

    assert "När du larmar är det Kommunens hemtjänst som kommer." in citizen.get(HOME).text


@pytest.mark.parametrize(
    ("told_by", "words"),
    [
        (5, "Nu delar vi ut platserna. Du får besked senast 28 november 2020."),
        # The announced day is over, and nothing is decided.
        (-1, "Nu delar vi ut platserna, och du får ett brev."),
    ],
)
def test_dates_of_a_closed_round_are_past(citizen: Client, mine: Mine, told_by: int, words: str):
    round = _round(-20, -5, told_by=_days(told_by))
    choice = make.ChoiceFactory.create(
        person=mine.person, round=round, received_on=_days(-10), ranking=[mine.other.provider]
    )

    for path in (HOME, f"/mitt/val/kvitto/{choice.reference}/"):
        page = citizen.get(path).text
        assert f"Sista dagen att välja var 18 november 2020. {words}" in page
        assert "Valet stänger" not in page
        assert "Du kan ändra ditt val så länge valet är öppet." not in page


def test_provider_that_has_not_called_in_time(citizen: Client, mine: Mine):
    mine.person.placements.update(valid_until="2020-12-07")
    then = make.PlacementFactory.create(person=mine.person, contract=mine.company, valid_from="2020-12-07")
    order = Order.objects.create(
        person=mine.person,
        placement=then,
        kind=Order.Kind.START,
        day=then.valid_from,
        receive_by=_days(-5),
        call_by=_days(0),
    )
    assert "Lindens omsorg ringer dig senast 23 november 2020." in citizen.get(HOME).text
    Order.objects.filter(pk=order.pk).update(call_by=_days(-1))

    page = citizen.get(HOME).text
    assert "Lindens omsorg skulle ringa dig senast 22 november 2020. Har de inte ringt? Ring oss." in page
    assert "ringer dig senast" not in page


@pytest.mark.parametrize("seen", [True, False])
def test_representative_sees_the_conditions_before_starting(mine: Mine, seen: bool):
    mandate = make.MandateFactory.create(person=mine.person)
    Mandate.objects.update(evidence_seen_at=clock.now() if seen else None)
    client = as_citizen(Client(), mine.person, mandate=mandate)

    home, start = client.get(HOME).text, client.get("/mitt/val/").text

    assert "Vi skickar ett brev till Aina Lund om allt du väljer." in home
    assert ("Du kan välja utförare, svara på erbjudanden" in home) == seen
    for page in (home, start):
        assert ("Du kan inte välja här än" in page) == (not seen)
    assert ('value="borja"' in start) == seen


def test_default_is_hidden_after_a_choice_in_the_round(citizen: Client, mine: Mine):
    round = _round(-2, 10)
    make.ChoiceFactory.create(person=mine.person, round=round, received_on=clock.today(), ranking=[mine.other.provider])

    page = citizen.get(HOME).text

    assert "Om du inte gör något" not in page
    assert "Vi fick ditt val 23 november 2020." in page
    assert "Det nya börjar gälla 21 februari 2021." in page
    # No queue place until the round is decided.
    assert "Du står i kö" not in page


@pytest.mark.parametrize(
    ("opens", "closes", "words"), [(3, 20, "Du får välja utförare från"), (-20, -1, "Sista dagen att välja var")]
)
def test_before_and_after_the_window(citizen: Client, mine: Mine, opens: int, closes: int, words: str):
    _round(opens, closes)

    assert words in citizen.get(HOME).text


def test_rounds_of_other_areas_and_drafts_are_hidden(citizen: Client, mine: Mine):
    _round(-2, 10, draft=True)
    elsewhere = make.ChoiceRoundFactory.create(
        code="annan",
        opens_on=_days(-2),
        closes_on=_days(10),
        starts_on=_days(90),
        areas=[make.AreaFactory.create(code="sodra")],
    )

    assert elsewhere.areas.get().code == "sodra"
    assert "Sista dagen är" not in citizen.get(HOME).text


def test_offer_is_first_with_its_last_day(citizen: Client, mine: Mine):
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company)

    page = citizen.get(HOME).text

    assert "Du kan få plats hos Lindens omsorg" in page
    assert "Svara senast <strong>3 december 2020</strong>" in page
    assert page.index(f"/mitt/erbjudande/{offer.reference}/") < page.index("Det här har du nu")


def test_expired_offer_is_asked_about_until_a_newer_choice(citizen: Client, mine: Mine):
    make.OfferFactory.create(person=mine.person, contract=mine.company, expired=True)
    assert "Vi har inte fått ditt svar" in citizen.get(HOME).text

    make.ChoiceFactory.create(
        person=mine.person, received_on=clock.today(), registered_at=_later(), ranking=[mine.company.provider]
    )
    assert "Vi har inte fått ditt svar" not in citizen.get(HOME).text


def _later() -> datetime.datetime:
    return clock.now() + datetime.timedelta(seconds=5)


def test_person_without_a_choice_is_informed(mine: Mine):
    person = make.PersonFactory.create()

    assert "Vi har inte fått något val från dig." in as_citizen(Client(), person).get(HOME).text


def test_representative_sees_person_and_basis_and_not_the_hours(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.GOD_MAN)

    page = as_citizen(Client(), mine.person, mandate=mandate).get(HOME).text

    assert "Du är inloggad som god man för Aina Lund." in page
    assert "hjälp i månaden" not in page


def test_choice_by_a_representative_is_shown_to_the_person(citizen: Client, mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.GOD_MAN)
    make.ChoiceFactory.create(
        person=mine.person, received_on=clock.today(), mandate=mandate, ranking=[mine.other.provider]
    )

    assert "Valet gjordes åt dig av: god man." in citizen.get(HOME).text


def test_home_page_has_a_bounded_number_of_queries(citizen: Client, mine: Mine, django_assert_max_num_queries):
    for _each in range(5):
        make.LetterFactory.create(person=mine.person, posted_on=clock.today(), kind="queue", cause_on=_days(-_each))

    with django_assert_max_num_queries(20):
        citizen.get(HOME)
