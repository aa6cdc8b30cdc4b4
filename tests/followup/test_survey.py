"""The yearly survey: one answer for each person, by code, e-ID or paper, and nothing that says who answered what."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event, RowVersion
from choices.models import Person
from common import clock
from followup.models import Survey, SurveyTally, SurveyTicket
from followup.survey import answer_by_code, make_codes, publish_results, results, start_survey
from providers.models import SurveyResult
from tests import factories as make
from tests.citizens.signing_in import as_citizen
from tests.world import SYSTEM, World, make_world

TODAY = datetime.date(2020, 11, 23)
YES = {"satisfied": "5", "treated_well": "4", "safe": "3"}


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    return make_world()


def opened(world: World, people: int = 3) -> tuple[Survey, list[str]]:
    for _ in range(people):
        world.person(current=world.p)
    survey = start_survey(opens_on=TODAY, closes_on=TODAY + datetime.timedelta(days=20), actor=SYSTEM)
    return survey, codes_of(survey)


def codes_of(survey: Survey) -> list[str]:
    nobody = Person.objects.none().values("pk")
    return [code for _ticket, code in make_codes(survey=survey, with_letter=nobody, actor=SYSTEM)]


def test_two_surveys_are_not_open_at_once(world: World):
    """One over the new year, and another year's on its last day: the form of one would be counted in the other."""
    last = datetime.date(2021, 1, 10)
    start_survey(opens_on=TODAY, closes_on=last, actor=SYSTEM)
    with pytest.raises(ValidationError, match="En annan enkät är öppen"):
        start_survey(opens_on=last, closes_on=datetime.date(2021, 2, 1), actor=SYSTEM)
    start_survey(opens_on=last + datetime.timedelta(days=1), closes_on=datetime.date(2021, 2, 1), actor=SYSTEM)
    assert Survey.objects.count() == 2


def test_each_person_answers_once_and_only_counts_are_stored(world: World):
    world.person(current=world.p, confidential=True)
    survey, codes = opened(world)
    assert len(codes) == 3

    answer_by_code(code=codes[0].lower().replace("-", " "), answers=YES)
    with pytest.raises(ValidationError, match="redan använd"):
        answer_by_code(code=codes[0], answers=YES)
    with pytest.raises(ValidationError, match="Koden gäller inte"):
        answer_by_code(code="0000-0000-0000", answers=YES)
    with pytest.raises(ValidationError, match="minst en fråga"):
        answer_by_code(code=codes[1], answers={"satisfied": "9", "made up": "5"})
    assert SurveyTicket.objects.filter(used=True).count() == 1
    assert SurveyTally.objects.get().counts == {
        "satisfied": [1, 0, 0, 0, 0, 0],
        "treated_well": [0, 1, 0, 0, 0, 0],
        "safe": [0, 0, 1, 0, 0, 0],
        "on_time": [0, 0, 0, 0, 0, 0],
        "influence": [0, 0, 0, 0, 0, 0],
    }
    assert results(survey)["satisfied"] == {"p": (1, 1)}
    # No moment, no history and no line in the log tells when or what.
    fields = {field.name for model in (SurveyTicket, SurveyTally) for field in model._meta.get_fields()}
    assert fields == {"id", "survey", "person", "provider", "area", "digest", "used", "counts"}
    assert not RowVersion.objects.filter(table__in=["followup_surveyticket", "followup_surveytally"]).exists()
    assert {each.action for each in Event.objects.all() if "survey" in each.action} == {"survey.start", "survey.codes"}


def test_new_codes_end_the_old_ones_and_are_only_for_people_without_an_answer(world: World):
    survey, codes = opened(world)
    answer_by_code(code=codes[0], answers=YES)

    new = codes_of(survey)

    assert len(new) == 2
    with pytest.raises(ValidationError):
        answer_by_code(code=codes[1], answers=YES)
    answer_by_code(code=new[0], answers=YES)


def test_a_survey_that_is_over_takes_no_answer_and_is_published_once_of_enough_answers(world: World, settings):
    survey, codes = opened(world, 31)
    few = world.person(current=world.q)
    SurveyTicket.objects.create(survey=survey, person=few, provider=world.q, area=world.north)
    for number, code in enumerate(codes[:30]):
        answer_by_code(code=code, answers={"satisfied": "5" if number < 21 else "2", "safe": "0"})
    with pytest.raises(ValidationError, match="pågår"):
        publish_results(survey=survey, actor=SYSTEM)

    settings.CLOCK_TODAY = survey.closes_on + datetime.timedelta(days=1)

    with pytest.raises(ValidationError):
        answer_by_code(code=codes[30], answers=YES)
    # No opinion is no answer: of safety nothing is published.
    assert publish_results(survey=survey, actor=SYSTEM) == 1
    row = SurveyResult.objects.get(source="kommunens enkät 2020")
    assert (row.provider, row.question, row.positive_percent, row.answers) == (world.p, "satisfied", 70, 30)
    with pytest.raises(ValidationError, match="redan publicerat"):
        publish_results(survey=survey, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_code_are_one_answer(settings):
    settings.CLOCK_TODAY = TODAY
    _survey, codes = opened(make_world(), 2)
    refused = []

    def answer(code: str) -> None:
        try:
            answer_by_code(code=code, answers=YES)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(code,)) for code in (codes[0], codes[0], codes[1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert SurveyTally.objects.get().counts["satisfied"][0] == 2


def test_page_accepts_a_code_without_scripts_and_shows_errors(world: World, client: Client):
    address = reverse("survey:by_code")
    assert "ingen enkät" in client.get(address).content.decode()
    _survey, codes = opened(world)

    page = client.get(address).content.decode()
    assert "Jag är nöjd med hemtjänsten i sin helhet." in page
    assert client.get(address, headers={"accept-language": "fi"}).status_code == 200
    wrong = client.post(address, {"code": "K7M2", **YES})
    assert wrong.status_code == 422
    assert "Koden har tolv tecken" in wrong.content.decode()
    assert client.post(address, {**YES}).status_code == 422
    assert client.post(address, {"code": codes[0], "satisfied": "x"}).status_code == 422
    assert client.post(address, {"code": codes[0], **YES})["Location"] == reverse("survey:thanks")
    again = client.post(address, {"code": codes[0], **YES})
    assert "redan använd" in again.content.decode()


def test_somebody_signed_in_answers_for_themselves_once(world: World):
    _survey, codes = opened(world, 1)
    person = SurveyTicket.objects.get().person
    client, address = as_citizen(Client(), person), reverse("citizens:survey")

    assert client.post(address, YES).status_code == 302
    assert "ingen enkät" in client.get(address).content.decode()
    with pytest.raises(ValidationError, match="redan använd"):
        answer_by_code(code=codes[0], answers=YES)


def test_an_officer_types_in_what_came_on_paper(world: World):
    survey, codes = opened(world)
    staff = {role: Client() for role in (Role.ADMIN, Role.CASE_OFFICER)}
    for role, client in staff.items():
        client.force_login(make.UserFactory.with_role(role))
    paper = reverse("casework:survey_paper")

    assert staff[Role.CASE_OFFICER].post(paper, {"code": codes[0], **YES}).status_code == 302
    assert staff[Role.CASE_OFFICER].post(paper, {"code": codes[0], **YES}).status_code == 422
    surveys = staff[Role.ADMIN].get(reverse("casework:surveys")).content.decode()
    assert "2020" in surveys
    days = {"opens_on": "2020-11-23", "closes_on": "2020-12-01"}
    assert staff[Role.ADMIN].post(reverse("casework:surveys"), days).status_code == 422
    assert survey.year == clock.today().year


def test_a_system_actor_without_the_right_opens_nothing(world: World):
    officer = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))

    with pytest.raises(Exception, match="behörighet"):
        start_survey(opens_on=TODAY, closes_on=TODAY, actor=officer)
