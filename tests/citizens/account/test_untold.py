"""A couple that chose together, one of whom becomes protected: neither is told of the other's answer."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from allocation.facts.people import now_and_next
from allocation.models import ContactTask, Offer
from allocation.services import accept_offer, decline_offer, end_wish
from choices.models import Household, HouseholdMember, Person
from common import clock
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen
from tests.world import SYSTEM, staff

# Words that tell of somebody else.
TELLING = ("Ni har", "Ni kan", "Ni får", "Ni vän", "tillsammans", "ensam", "hushåll", "bor med", "alla har sagt")


@pytest.fixture
def couple(mine: Mine) -> tuple[Person, Person]:
    """The one who stays, and the one who has fled and is protected."""
    home = Household.objects.create()
    people = [mine.waiter(mine.company.provider, mine.other.provider) for _ in range(2)]
    for person in people:
        ranking = [mine.company.provider, mine.other.provider]
        make.ChoiceFactory.create(person=person, round=None, together=True, ranking=ranking)
        HouseholdMember.objects.create(household=home, person=person, valid_from=make.LONG_AGO)
        make.OfferFactory.create(person=person, contract=mine.company, unit=home.reference)
    left, fled = people
    Person.objects.filter(pk=fled.pk).update(confidential=True)
    return left, Person.objects.get(pk=fled.pk)


def _told(client: Client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    main = page.text.split("<main")[1].split("</main")[0]
    return [words for words in TELLING if words in main]


def _pages(person: Person) -> list[str]:
    offer = reverse("citizens:offer", args=[person.offers.get().reference])
    return [reverse("citizens:home"), reverse("citizens:queue"), offer, f"{offer}?svar=ja"]


@pytest.mark.parametrize("their_answer", ["none", "yes", "no"])
def test_pages_are_the_same_whatever_the_other_answers(couple, their_answer: str):
    for person, other in (couple, couple[::-1]):
        Offer.objects.update(status="open", answered_at=None)
        if their_answer == "yes":
            accept_offer(offer=other.offers.get(), actor=SYSTEM)
        elif their_answer == "no":
            decline_offer(offer=other.offers.get(), channel="phone", actor=SYSTEM)
        client = as_citizen(Client(), person)
        for address in _pages(person):
            assert _told(client, address) == [], address


def test_yes_is_the_persons_own_after_the_others_no(couple, mine: Mine):
    left, fled = couple
    decline_offer(offer=fled.offers.get(), channel="phone", actor=SYSTEM)
    client = as_citizen(Client(), left)
    address = _pages(left)[2]

    assert client.post(address, {"answer": "ja"}).status_code == 302
    assert _told(client, address) == []
    then = now_and_next(person=left, day=clock.today())[1]
    assert then is not None
    assert then.contract == mine.company
    assert now_and_next(person=fled, day=clock.today())[1] is None


def test_yes_by_phone_is_the_persons_own_too(couple, mine: Mine):
    """The officer need not ask about a household that the person is not told of."""
    left, fled = couple
    decline_offer(offer=fled.offers.get(), channel="phone", actor=SYSTEM)
    assert accept_offer(offer=left.offers.get(), actor=SYSTEM).placement.contract == mine.company


def test_yes_before_the_others_answer_waits_without_a_word_of_them(couple):
    left, _fled = couple
    client = as_citizen(Client(), left)
    address = _pages(left)[2]

    client.post(address, {"answer": "ja"})
    assert left.offers.get().placement is None
    assert "Vi har fått ditt ja. Vi hör av oss när det är klart." in client.get(address).text
    assert _told(client, address) == []


def test_call_and_pages_say_nothing_of_a_wish_that_the_other_has_ended(couple, mine: Mine):
    left, fled = couple
    Offer.objects.all().delete()
    end_wish(person=fled, provider=mine.other.provider, channel="phone", actor=SYSTEM)
    client = as_citizen(Client(), left)
    assert _told(client, reverse("citizens:home")) == []
    assert client.get(reverse("citizens:alone")).status_code == 302

    task = ContactTask.objects.get(person=left, kind="split")
    officer = Client()
    officer.force_login(User.objects.get(pk=staff("anna", "case_officer").user_id))
    said = officer.get(reverse("casework:call", args=[task.reference])).context["call"].say
    assert said == [
        "Du har kvar din dag i kön till Åkerns vård.",
        "Vill du fortfarande byta dit, om det blir plats för dig?",
    ]


def test_call_about_an_offer_names_the_place_alone(couple):
    left, fled = couple
    decline_offer(offer=fled.offers.get(), channel="phone", actor=SYSTEM)
    task = ContactTask.objects.create(person=left, kind="split", due_on=clock.today())
    officer = Client()
    officer.force_login(User.objects.get(pk=staff("anna", "case_officer").user_id))
    said = officer.get(reverse("casework:call", args=[task.reference])).context["call"].say
    assert said[0] == "Lindens omsorg har plats för dig om du vill byta dit."
    assert [words for words in TELLING for each in said if words in each] == []
