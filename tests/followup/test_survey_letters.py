"""The survey by letter: one for each person, with the code of the form, the address like that of every letter."""

import datetime
import io
import threading

import pdfplumber
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from followup.models import Survey, SurveyTicket
from followup.survey import answer_as, answer_by_code, start_survey
from letters.content_check import faults_of
from letters.models import Letter, LetterKind
from letters.selectors import letter_pdf_path
from letters.services import load_texts, new_version, render_letter
from oversight.followup.survey_letters import write_survey_letters
from tests import factories as make
from tests.world import SYSTEM, World, make_world

TODAY = datetime.date(2020, 11, 23)
URL = "https://val.example/enkat/"
YES = {"satisfied": "5", "influence": "2"}


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    found = make_world()
    load_texts(actor=SYSTEM)
    return found


def opened() -> Survey:
    return start_survey(opens_on=TODAY, closes_on=TODAY + datetime.timedelta(days=20), actor=SYSTEM)


def write(survey: Survey) -> int:
    return write_survey_letters(survey=survey, url=URL, actor=SYSTEM)


def test_everybody_asked_gets_one_letter_whose_code_answers(world: World):
    people = [world.person(current=world.p, language=language) for language in ("sv", "fi", "ar")]
    make.MandateFactory.create(person=people[0])
    hidden = world.person(current=world.p, confidential=True)
    survey = opened()

    assert write(survey) == 3
    # Nobody gets two, and the codes on paper go on being right.
    assert write(survey) == 0
    letters = {letter.person: letter for letter in Letter.objects.all()}
    assert set(letters) == set(people)
    assert hidden not in letters
    assert {letter.kind for letter in letters.values()} == {LetterKind.SURVEY}
    assert [letters[person].language for person in people] == ["sv", "fi", "sv"]
    assert letters[people[1]].facts["questions"][-1] == "Voin vaikuttaa siihen, mihin aikaan henkilökunta tulee."
    for letter in letters.values():
        assert (letter.facts["provider"], letter.facts["url"]) == (world.p.name, URL)
        answer_by_code(code=letter.facts["code"], answers=YES)
    assert SurveyTicket.objects.filter(used=True).count() == 3


def test_those_who_come_later_and_those_who_have_answered(world: World):
    first, answered = world.person(current=world.p), world.person(current=world.p)
    survey = opened()
    answer_as(person=answered, answers=YES)
    assert write(survey) == 1
    late = world.person(current=world.p)
    SurveyTicket.objects.create(survey=survey, person=late, provider=world.p, area=world.north)
    code = Letter.objects.get(person=first).facts["code"]

    assert write(survey) == 1
    answer_by_code(code=code, answers=YES)
    answer_by_code(code=Letter.objects.get(person=late).facts["code"], answers=YES)
    assert not Letter.objects.filter(person=answered).exists()


def test_addresses_are_handled_as_in_every_letter(world: World):
    abroad = world.person(
        current=world.p, mail_street="Provvägen 3", mail_postal_code="00100", mail_town="Helsingfors",
        mail_country="Finland",
    )  # fmt: skip
    nowhere = world.person(current=world.p, street="", postal_code="", town="")
    then, dead = world.person(current=world.p), world.person(current=world.p)
    survey = opened()
    write(survey)

    assert Letter.objects.get(person=abroad).facts["address"][-1] == "FINLAND"
    held = Letter.objects.get(person=nowhere)
    assert held.route == Letter.Route.HOLD
    # Protected, or dead, before the print.
    then.confidential = True
    then.save()
    dead.deceased_on = TODAY
    dead.save()
    letters = Letter.objects.exclude(pk=held.pk).select_related("person")
    wrong = {reference for reference, _why in faults_of(letters)}
    assert wrong == {letter.reference for letter in letters if letter.person != abroad}
    # An address is known: the letter is written again with the same code.
    nowhere.street, nowhere.postal_code, nowhere.town = "Provgränd 1", "14555", "Norsborg"
    nowhere.save()
    again = new_version(letter=held, actor=SYSTEM)
    assert (again.route, again.version, again.facts["code"]) == (Letter.Route.PRINT, 2, held.facts["code"])
    assert write(survey) == 0
    answer_by_code(code=again.facts["code"], answers=YES)


def test_the_form_is_a_sheet_of_its_own_without_name_or_reference(world: World, settings):
    settings.LETTER_DUPLEX = True
    person = world.person(current=world.p, given_name="Märta", family_name="Provström")
    write(opened())
    letter = Letter.objects.get(person=person)
    render_letter(letter_id=letter.pk)
    path = letter_pdf_path(Letter.objects.get(pk=letter.pk))
    assert path is not None
    with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
        pages = [" ".join((page.extract_text() or "").split()) for page in pdf.pages]
    assert "Provström" in pages[0]
    assert letter.facts["code"] in pages[0]
    # Printed on both sides the form begins on a front.
    assert len(pages) == 3
    for hidden in ("Provström", letter.reference):
        assert hidden not in pages[2]
    # The columns' words are set in lines of their own.
    for shown in (letter.facts["code"], "Varken", *" ".join(letter.facts["questions"]).split()):
        assert shown in pages[2]


def test_a_survey_that_is_over_is_neither_written_nor_printed(world: World, settings):
    world.person(current=world.p)
    survey = opened()
    write(survey)
    settings.CLOCK_TODAY = survey.closes_on + datetime.timedelta(days=1)
    world.person(current=world.p)
    letter = Letter.objects.select_related("person").get()

    assert [why for _reference, why in faults_of([letter])] == ["Enkäten är slut. Den går inte att svara på."]
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    page = client.post(reverse("casework:survey_letters", args=[survey.year]), follow=True)
    assert "Enkäten är slut" in page.text
    assert Letter.objects.count() == 1


def test_an_administrator_writes_the_letters_on_the_page(world: World, settings):
    settings.SITE_URL = "https://val.example"
    world.person(current=world.p)
    survey = opened()
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.ADMIN))
    assert "Skriv brev" in client.get(reverse("casework:surveys")).text

    page = client.post(reverse("casework:survey_letters", args=[survey.year]), follow=True)

    assert "Skrivna brev: 1" in page.text
    assert Letter.objects.get().facts["url"] == URL


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_give_one_letter_with_a_code_that_answers(settings):
    settings.CLOCK_TODAY = TODAY
    world = make_world()
    load_texts(actor=SYSTEM)
    people = [world.person(current=world.p) for _ in range(5)]
    survey = opened()
    actor = Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    counts = []

    def write_all() -> None:
        try:
            counts.append(write_survey_letters(survey=survey, url=URL, actor=actor))
        finally:
            connection.close()

    threads = [threading.Thread(target=write_all) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 5]
    assert Letter.objects.count() == len(people)
    for letter in Letter.objects.all():
        answer_by_code(code=letter.facts["code"], answers=YES)
