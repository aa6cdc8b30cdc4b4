"""Queue place: in bands, with the reason; and leaving the queue."""

import datetime
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from allocation.public_availability import PLACES, place_band
from allocation.waiting_times import Estimate
from audit.models import Event
from choices.models import Mandate
from choices.selectors import wishes_left
from citizens.account.durations import duration_words
from common import clock
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen
from tests.factories import HOUR

QUEUE = "/mitt/ko/"


@given(st.integers(min_value=1, max_value=1000))
def test_every_place_is_in_one_band_of_three_or_more(place: int):
    band = place_band(place)

    holding = [each for each in PLACES if each[0] <= place <= each[1]]
    assert holding == ([] if band is None else [band])
    assert band is None or band[1] - band[0] >= 2


def test_bands_are_contiguous():
    assert PLACES[0][0] == 1
    assert all(before[1] + 1 == after[0] for before, after in pairwise(PLACES))


def test_approximate_place_and_reason(mine: Mine):
    person = mine.waiter(mine.company.provider, why="behind_waiting")

    page = as_citizen(Client(), person).get(QUEUE).text

    assert "Du står ungefär på plats 1–3 i kön till Lindens omsorg." in page
    assert "Andra står före dig i kön till Lindens omsorg." in page
    assert "Färre än 10 personer står i kön." in page


def test_places_follow_the_queue_order(mine: Mine):
    late = mine.waiter(mine.company.provider, since=datetime.date(2020, 11, 10))
    for _each in range(5):
        mine.waiter(mine.company.provider, since=datetime.date(2020, 10, 1))

    # Aina, the five, then the late one: place 7.
    assert "på plats 7–10" in as_citizen(Client(), late).get(QUEUE).text
    assert "på plats 1–3" in as_citizen(Client(), mine.person).get(QUEUE).text


def test_every_reason_has_a_text(mine: Mine):
    for why, words in {
        "ceiling": "Lindens omsorg har inte plats för all din hjälp just nu.",
        "share": "Just nu ger de så mycket som de får.",
        "intake_stopped": "Lindens omsorg tar inte emot någon ny just nu.",
    }.items():
        person = mine.waiter(mine.company.provider, why=why)
        assert words in as_citizen(Client(), person).get(QUEUE).text


def test_choice_after_the_last_run_is_explained(mine: Mine):
    person = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person, contract=mine.own)
    make.ChoiceFactory.create(person=person, ranking=[mine.company.provider])

    assert "Du är med nästa gång." in as_citizen(Client(), person).get(QUEUE).text


def test_place_is_hidden_while_a_round_is_decided(citizen: Client, mine: Mine):
    make.ChoiceRoundFactory.create(code="ny", opens_on=clock.today(), closes_on=clock.today(), starts_on="2021-01-01")

    page = citizen.get(QUEUE).text

    assert "Din plats vet vi först när vi har delat ut platserna." in page
    assert "på plats" not in page


def test_leaving_a_queue_keeps_the_other_dates(mine: Mine):
    person = mine.waiter(mine.company.provider, mine.other.provider)
    client = as_citizen(Client(), person)
    page = client.get("/mitt/ko/lindens/ta-bort/").text
    assert "Du står kvar i dina andra köer, på samma plats som nu." in page

    for _twice in range(2):
        client.post("/mitt/ko/lindens/ta-bort/")

    left = wishes_left(person.choices.get())
    assert [wish.provider.code for wish in left] == ["akerns", "kommunen"]
    assert {str(wish.queue_date) for wish in left} == {"2020-09-30"}
    assert person.amendments.count() == 1
    assert "Lindens omsorg</h2>" not in client.get(QUEUE).text


def test_leaving_a_queue_requires_being_in_it(citizen: Client, mine: Mine):
    assert citizen.post("/mitt/ko/akerns/ta-bort/")["Location"] == QUEUE
    assert citizen.get("/mitt/ko/finns-inte/ta-bort/").status_code == 404
    assert mine.person.choices.count() == 1


def test_with_an_offer_the_queue_is_left_by_declining(citizen: Client, mine: Mine):
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company)

    answer = citizen.post("/mitt/ko/lindens/ta-bort/")

    assert answer["Location"] == f"/mitt/erbjudande/{offer.reference}/"
    assert mine.person.choices.count() == 1


def test_person_without_a_provider_keeps_the_only_wish(mine: Mine):
    person = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=person)
    make.ChoiceFactory.create(person=person, ranking=[mine.company.provider])

    answer = as_citizen(Client(), person).post("/mitt/ko/lindens/ta-bort/")

    assert answer.status_code == 409
    assert "Ring oss, så hjälper vi dig." in answer.text
    assert person.choices.count() == 1


def test_representative_confirms_before_leaving(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.PROXY, evidence_seen_at=clock.now())
    client = as_citizen(Client(), mine.person, mandate=mandate)

    assert client.post("/mitt/ko/lindens/ta-bort/").status_code == 422
    client.post("/mitt/ko/lindens/ta-bort/", {"assured": ["covers"]})

    assert mine.person.amendments.get().mandate == mandate
    assert Event.objects.get(action="choice.amend_wish").data["assured"] == ["covers"]


@pytest.mark.parametrize("size", [1, 30])
def test_queue_is_queried_once_at_any_length(mine: Mine, size: int, django_assert_max_num_queries):
    for _each in range(size):
        mine.waiter(mine.company.provider)
    client = as_citizen(Client(), mine.person)

    with django_assert_max_num_queries(16):
        client.get(QUEUE)


def _history(mine: Mine, days: list[int], *, minutes: int = 25 * HOUR) -> None:
    """People placed after so many days, who were with the municipality first."""
    since = datetime.date(2020, 1, 1)
    for each in days:
        person = mine.waiter(mine.company.provider, since=since)
        person.outcome_rows.update(minutes=minutes)
        day = since + datetime.timedelta(days=each)
        person.placements.update(valid_until=day)
        registered = datetime.datetime(2020, 1, 2, tzinfo=clock.STOCKHOLM)
        make.PlacementFactory.create(
            person=person, contract=mine.company, valid_from=day, registered_at=registered, run=None
        )


def test_waiting_time_is_shown_with_enough_observations(citizen: Client, mine: Mine):
    # Aina has waited 54 days. Of people who had waited as long, eight of ten waited 36 to 146 days more.
    _history(mine, [90, 90, *range(100, 200, 6), 200, 200, 300])

    page = citizen.get(QUEUE).text

    assert "Det brukar ta 1–5 månader till." in page
    assert "har ungefär lika mycket hjälp" in page
    assert "Det stämde för åtta av tio." in page


def test_nineteen_observations_are_too_few(citizen: Client, mine: Mine):
    _history(mine, [100] * 19)

    assert "Vi vet inte än hur länge det tar." in citizen.get(QUEUE).text


def test_all_hours_are_used_when_few_people_have_similar_hours(citizen: Client, mine: Mine):
    _history(mine, [100] * 12)
    _history(mine, [100] * 12, minutes=90 * HOUR)

    page = citizen.get(QUEUE).text

    assert "Det brukar ta 6–7 veckor till." in page
    assert "har ungefär lika mycket hjälp" not in page


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(60, 90, 120), "Det brukar ta 2–4 månader till."),
        (Estimate(59, 90, 121), "Det brukar ta 1–5 månader till."),
        (Estimate(7, 20, 30), "Det brukar ta 1–5 veckor till."),
        (Estimate(0, 0, 0), "Det brukar ta högst 1 vecka till."),
        (Estimate(3, 90, 365), "Det brukar ta högst 13 månader till."),
        (Estimate(30, 100, None), "Hälften har fått plats inom 4 månader. Andra väntar längre"),
    ],
)
def test_waiting_time_text_is_never_shorter_than_the_estimate(estimate: Estimate, words: str):
    assert duration_words(estimate).startswith(words)
