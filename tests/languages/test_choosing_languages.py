"""The pages of a choice in each language: no Swedish remains, and the stored choice is the same."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from choices.models import Household, HouseholdMember, Mandate, Person
from common.languages import CITIZENS
from tests import factories as make
from tests.citizens.choosing import Chooser
from tests.citizens.signing_in import as_citizen
from tests.languages.recorder import missing_in
from tests.languages.test_offered import html_of, our_own
from tests.town import Town

LANGUAGES = CITIZENS[1:]


@pytest.fixture
def person(town: Town) -> Person:
    """Lives with another person in care; a round is open."""
    contract = town.municipal.contracts.get(area=town.areas[0])
    household = Household.objects.create()
    found = []
    for _number in range(2):
        person = make.PersonFactory.create(area=town.areas[0])
        make.CareDecisionFactory.create(person=person)
        make.PlacementFactory.create(person=person, contract=contract)
        HouseholdMember.objects.create(household=household, person=person, valid_from="2020-01-01")
        found.append(person)
    make.ChoiceRoundFactory.create(
        code="vintern-2020", opens_on=datetime.date(2020, 11, 20), closes_on=datetime.date(2020, 12, 4),
        starts_on=datetime.date(2021, 3, 1), areas=town.areas, no_answer_rule="free_space",
    )  # fmt: skip
    return found[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_choice_from_first_page_to_receipt(person: Person, language):
    client = as_citizen(Client(), person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    chooser = Chooser(client, person)

    with missing_in(language) as missing:
        client.get(reverse("citizens:choosing"))
        chooser.begin()
        chooser.post("vill-du")
        chooser.answer("vill-du", "ja")
        chooser.post("ordning", act="vidare")
        chooser.post("ordning", act="valj:akerns")
        chooser.rank("lindens", "vaxtorp")
        client.get(reverse("citizens:choosing"))
        for step, answer in (("ko", "ja"), ("tillfallig", "nej"), ("tillsammans", "ja"), ("sprak", "fi")):
            chooser.answer(step, answer)
        page = chooser.check()
        receipt = client.get(chooser.send().url)
        client.get(reverse("citizens:choosing"))

    assert html_of(page.text)[0] == html_of(receipt.text)[0] == ("sv" if language == "sv-l" else language)
    (choice,) = chooser.choices
    assert [wish.provider.code for wish in choice.wishes.all()] == ["akerns", "lindens", "vaxtorp"]
    assert (choice.together, choice.language_wish) == (True, "fi")
    assert (missing & our_own() if language == "en" else missing) == set()


@pytest.mark.parametrize("kind", Mandate.Kind.values)
def test_representative_is_asked_in_their_own_language(person: Person, kind):
    mandate = make.MandateFactory.create(person=person, kind=kind)
    client = as_citizen(Client(), person, mandate=mandate)
    chooser = Chooser(client, person)

    for language in LANGUAGES:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with missing_in(language) as missing:
            client.get(reverse("citizens:choosing"))
            asked = chooser.asked()
            client.get(asked)
            client.post(asked, {})

        assert (missing & our_own() if language == "en" else missing) == set(), language
