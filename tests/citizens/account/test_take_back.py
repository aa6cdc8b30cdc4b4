"""A choice taken back: wishes end, queues are left, what is decided is unchanged."""

import pytest
from django.test import Client

from allocation.facts.queues import waits_of
from audit.models import Event
from choices.models import Amendment
from choices.selectors import current_choice_of, wishes_left
from common import clock
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen

PAGE = "/mitt/ta-tillbaka/"


def test_all_wishes_end_once_and_the_receipt_lists_them(citizen: Client, mine: Mine):
    assert PAGE in citizen.get("/mitt/").text
    assert "Du behåller Kommunens hemtjänst." in citizen.get(PAGE).text

    receipt = citizen.post(PAGE, follow=True)

    assert "Du har tagit tillbaka ditt val." in receipt.text
    assert "Lindens omsorg, 23 november 2020" in receipt.text
    assert current_choice_of(person=mine.person) == mine.choice
    assert wishes_left(mine.choice) == []
    assert waits_of(mine.person, today=clock.today()) == []
    count = Amendment.objects.count()
    assert Event.objects.filter(action__startswith="choice.amend").count() == count == 2

    again = citizen.post(PAGE, follow=True)

    assert "Du har inget val att ta tillbaka." in again.text
    assert Amendment.objects.count() == count


def test_person_without_a_provider_sees_the_reason(citizen: Client, mine: Mine):
    mine.person.placements.all().delete()

    assert "vi letar efter en plats åt dig" in citizen.get(PAGE).text
    assert citizen.post(PAGE).status_code == 409
    assert not Amendment.objects.exists()


def test_open_offer_is_answered_first(citizen: Client, mine: Mine):
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company)

    assert citizen.get(PAGE).url == f"/mitt/erbjudande/{offer.reference}/"


def test_decided_start_is_kept(citizen: Client, mine: Mine):
    mine.person.placements.update(valid_until="2020-12-07")
    coming = make.PlacementFactory.create(person=mine.person, contract=mine.company, valid_from="2020-12-07")

    assert "Det är redan bestämt att Lindens omsorg hjälper dig från 7 december 2020" in citizen.get(PAGE).text
    citizen.post(PAGE)
    coming.refresh_from_db()
    assert coming.valid_until is None


def test_representative_confirms_first(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person, evidence_seen_at=clock.now())
    client = as_citizen(Client(), mine.person, mandate=mandate)

    assert client.post(PAGE).status_code == 422
    assert not Amendment.objects.exists()


def test_representative_cannot_confirm_own_evidence(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person)
    client = as_citizen(Client(), mine.person, mandate=mandate)

    assert "Du kan inte välja här än" in client.get(PAGE).text
    assert client.post(PAGE, {"assured": ["seen", "covers", "consent"]}).status_code == 409
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("alike", [True, False])
def test_couple_is_told_whether_the_choices_match_and_nothing_else(mine: Mine, alike: bool):
    spouse = mine.waiter(given_name="Zebulon")
    make.make_household(mine.person, spouse)
    for person, wished in ((mine.person, mine.company), (spouse, mine.company if alike else mine.other)):
        ranking = [wished.provider, mine.own.provider]
        make.ChoiceFactory.create(person=person, round=None, together=True, ranking=ranking, received_on=clock.today())

    page = as_citizen(Client(), mine.person).get("/mitt/").text

    assert ("Ni har valt likadant" in page) == alike
    assert ("Vi har inte fått två likadana val från er än" in page) == (not alike)
    assert mine.other.provider.name not in page
    assert "Zebulon" not in page
