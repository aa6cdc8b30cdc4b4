"""Two concurrent windows, on two connections: each race is shown without its lock, then with it."""

import pytest

from accounts.actors import Actor
from allocation.models import ContactTask, Offer
from allocation.services import accept_offer, ask_for_call, contacts, end_wish, wishes
from choices.models import Person
from tests import factories as make
from tests.allocation.racing import Meeting, both_at_once
from tests.citizens.account.conftest import Mine, make_mine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine(transactional_db: None) -> Mine:
    return make_mine()


def _unlock(monkeypatch, lock: str) -> None:
    if lock == "off":
        monkeypatch.setattr(Person.objects, "select_for_update", Person.objects.all)


@pytest.mark.parametrize(("lock", "refused"), [("off", 1), ("on", 0)])
def test_concurrent_call_requests_make_one_call(mine: Mine, monkeypatch, lock: str, refused: int):
    """Without the lock the database constraint still holds: one of them gets an error."""
    _unlock(monkeypatch, lock)
    monkeypatch.setattr(contacts, "working_days_after", Meeting().before(contacts.working_days_after))
    actor = Actor.citizen(person=mine.person.reference)

    def work():
        return ask_for_call(person=mine.person, phone="070-174 06 09", words="", actor=actor)

    results = both_at_once(work, work)

    assert ContactTask.objects.count() == 1
    assert sum(isinstance(each, Exception) for each in results) == refused


@pytest.mark.parametrize(("lock", "versions"), [("off", 2), ("on", 1)])
def test_queue_left_twice_concurrently_is_left_once(mine: Mine, monkeypatch, lock: str, versions: int):
    _unlock(monkeypatch, lock)
    monkeypatch.setattr(wishes, "current_choice_of", Meeting().after(wishes.current_choice_of))
    actor = Actor.citizen(person=mine.person.reference)

    def work():
        return end_wish(person=mine.person, provider=mine.company.provider, channel="web", actor=actor)

    both_at_once(work, work)

    assert mine.person.amendments.count() == versions


def test_concurrent_yes_is_one_place(mine: Mine):
    offer: Offer = make.OfferFactory.create(person=mine.person, contract=mine.company)
    actor = Actor.citizen(person=mine.person.reference)

    def work():
        return accept_offer(offer=offer, actor=actor)

    results = both_at_once(work, work)

    assert [each.status for each in results] == [Offer.Status.ACCEPTED] * 2
    assert mine.person.placements.count() == 2
