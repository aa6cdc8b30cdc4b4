"""Follow-up of a round: letters, answers by channel and day, and people without an answer."""

import datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from administration.rounds.follow_up import follow_up
from audit.models import Read
from choices.services import freeze_round
from letters.models import Letter, LetterKind, ReturnedLetter
from letters.services import invite
from tests.administration.runs.conftest import client_of
from tests.world import SYSTEM, staff


@pytest.fixture
def going(world, draft, senior):
    """Five invited, one protected. One chooses on paper, then by phone; another by phone."""
    freeze_round(round=draft, actor=SYSTEM)
    draft.refresh_from_db()
    people = [world.person(family_name=name) for name in ("Ett", "Två", "Tre", "Fyra")]
    people.append(world.person(family_name="Hemlig", confidential=True))
    assert invite(round=draft, actor=senior) == 5
    world.choose(people[0], world.p, round=draft, received_on=datetime.date(2020, 11, 10), channel="paper")
    world.choose(people[0], world.q, round=draft, received_on=datetime.date(2020, 11, 20), channel="phone")
    world.choose(people[1], world.p, round=draft, received_on=datetime.date(2020, 11, 12), channel="phone")
    world.choose(people[2], world.p, round=None, received_on=datetime.date(2020, 11, 12), channel="web")
    letter = Letter.objects.get(person=people[3])
    Letter.objects.filter(pk=letter.pk).update(posted_on="2020-11-09")
    ReturnedLetter.objects.create(letter=letter, reason="moved", returned_on="2020-11-16")
    return draft


def test_each_person_counts_once_by_the_answer_in_force(going):
    shown = follow_up(round=going)

    assert (shown.people, shown.answered, shown.left) == (5, 2, 3)
    # The third person's choice was not made in the round.
    assert (shown.chose, shown.declined, shown.earlier) == (2, 0, 1)
    assert shown.by_channel == [("Telefon", 2)]
    assert [(day.day.day, day.by_channel) for day in shown.with_news if day.answers] == [(12, [1]), (20, [1])]
    # From the first day to today.
    assert [shown.days[0].day, shown.days[-1].day] == [going.opens_on, datetime.date(2020, 11, 23)]


def test_corrected_choice_is_no_second_answer(world, going):
    wrong = going.choices.filter(channel="phone").earliest("received_on")
    person = wrong.person
    world.choose(person, world.q, round=going, received_on=datetime.date(2020, 11, 13), channel="paper", corrects=wrong)
    shown = follow_up(round=going)

    assert shown.answered == 2
    assert shown.by_channel == [("Blankett", 1), ("Telefon", 1)]


def test_letters_are_counted_by_status(going):
    (row,) = follow_up(round=going).letters

    assert (row.kind, row.written, row.sent, row.held, row.returned) == ("Inbjudan att välja", 5, 1, 0, 1)


def test_letters_are_counted_on_the_day_they_were_posted(going):
    letter = Letter.objects.filter(posted_on=None).first()
    Letter.objects.filter(pk=letter.pk).update(posted_on=going.opens_on + datetime.timedelta(days=2))
    shown = follow_up(round=going)

    assert shown.kinds == ["Inbjudan att välja"]
    first, third = shown.days[0], shown.days[2]
    # Posted before the round opened: from its first day on.
    assert (first.sent, third.sent) == ([1], [1])
    assert sum(day.sent[0] for day in shown.days) == 2


def test_chart_and_table_are_on_the_page(going, senior):
    page = client_of(senior).get(reverse("casework:round", args=[going.code])).text

    assert 'role="img"' in page
    assert "2020-11-12" in page
    assert "Av dem som inte har svarat står 1 kvar med ett tidigare val." in page


def test_people_without_an_answer_are_listed_to_those_with_access(going):
    page = client_of(staff("h", Role.CASE_OFFICER)).get(reverse("casework:round_unanswered", args=[going.code]))

    shown = list(page.context["page"])
    assert [person.family_name for person in shown] == ["Fyra", "Tre"]
    assert "Hemlig" not in page.text
    assert page.text.count("Kom tillbaka") == 1
    seen = Read.objects.filter(what="round_unanswered").values_list("person_reference", flat=True)
    assert sorted(seen) == sorted(person.reference for person in shown)


def test_reminder_is_sent_to_people_without_an_answer(going, senior):
    assert invite(round=going, actor=senior, kind=LetterKind.REMINDER) == 3
    assert [row.kind for row in follow_up(round=going).letters] == ["Inbjudan att välja", "Påminnelse om valet"]


def test_unopened_round_has_no_follow_up(world, senior):
    page = client_of(senior).get(reverse("casework:round", args=[world.round.code]))

    assert page.context["shown"] is None
