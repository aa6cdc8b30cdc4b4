"""Results of the survey: a table for each question and year, with small numbers hidden for every reader."""

import csv
import datetime
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from followup.models import Survey, SurveyTally
from followup.survey import configured_questions, publish_results
from oversight.followup.survey_results import question_results
from providers.models import SurveyResult
from tests import factories as make
from tests.world import SYSTEM, World, make_world

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    return make_world()


def survey_of(world: World, year: int, **counts: list[int]) -> Survey:
    """``counts``: provider code → answers to the question of influence, by value from 5 to 1 and no opinion."""
    closes = min(datetime.date(year, 12, 1), TODAY - DAY)
    survey = Survey.objects.create(
        year=year, opens_on=closes - 20 * DAY, closes_on=closes, questions=configured_questions()
    )
    for code, given in counts.items():
        contract = world.contracts[code]
        SurveyTally.objects.create(
            survey=survey, provider=contract.provider, area=contract.area, counts={"influence": given}
        )
    return survey


def test_cells_add_up_and_a_small_one_cannot_be_derived(world: World):
    survey = survey_of(world, 2020, p=[10, 5, 2, 1, 0, 6], q=[20, 0, 5, 5, 5, 7], kommunen=[8, 8, 8, 8, 8, 8])
    (result,) = question_results(survey)

    assert (result.code, result.text) == ("influence", "Jag kan påverka vilka tider personalen kommer.")
    cells = {code: cells for code, _name, cells in result.rows}
    # Three of p's have another opinion: hidden, with what it could be computed from.
    assert cells["p"][2] == ".."
    assert cells["p"][0] == ".."
    hidden = {(row, column) for row, found in cells.items() for column, cell in enumerate(found[1:]) if cell == ".."}
    assert all(len({row for row, of in hidden if of == column}) != 1 for _row, column in hidden)
    assert all(len([of for of in hidden if of[0] == row]) != 1 for row, _column in hidden)
    survey_of(world, 2019, p=[10, 5, 5, 5, 0, 6])
    (alone,) = question_results(Survey.objects.get(year=2019))
    assert alone.rows[0][2] == ["60\N{NO-BREAK SPACE}%", "15", "10", "6", "31"]


def test_page_and_file_agree_and_show_no_open_survey(world: World):
    survey_of(world, 2019, p=[10, 5, 5, 5, 0, 6], q=[3, 2, 5, 0, 1, 0])
    going = survey_of(world, 2020, p=[10, 5, 5, 5, 0, 6])
    going.closes_on = TODAY
    going.save()
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.MANAGER))

    page = client.get(reverse("casework:survey_results"))
    assert page.context["survey"].year == 2019
    assert [each.year for each in page.context["surveys"]] == [2019]
    response = client.get(reverse("casework:survey_results_file"), headers={"accept-language": "fi"})
    header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    assert header[:5] == ["År", "Frågans kod", "Fråga", "Utförarens kod", "Utförare"]
    assert [row[:2] + row[3:4] for row in rows] == [["2019", "influence", code] for code in ("p", "q", "")]
    assert [row[5:] for row in rows] == [cells for _code, _name, cells in page.context["results"][0].rows]
    for odd in ("?ar=2020", "?ar=x", "?ar=99999999999"):
        assert client.get(reverse("casework:survey_results") + odd).context["survey"].year == 2019


def test_influence_over_times_is_published_in_the_comparison(world: World):
    survey = survey_of(world, 2020, p=[20, 1, 3, 3, 3, 4])
    assert publish_results(survey=survey, actor=SYSTEM) == 1
    row = SurveyResult.objects.get()
    assert (row.question, row.positive_percent, row.answers) == (SurveyResult.Question.INFLUENCE, 70, 30)
    page = Client().get(reverse("providers:compare", args=[world.north.code]))
    assert page.status_code == 200
    assert "Kan påverka tiderna" in page.text
    assert "70 av 100" in page.text
