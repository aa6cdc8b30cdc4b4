"""The pages of the desk, for tests that cover all of them."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import reverse

from letters.models import ReturnedLetter
from tests import factories as make
from tests.town import Town

PAGES = [
    "home", "home?vems=vilar", "find", "keys", "people", "person", "new_choice", "correct_choice",
    "new_mandate", "manual_placement", "scans", "scan", "work_item", "call", "offer", "exit", "queues", "queue",
]  # fmt: skip


@pytest.fixture
def candidates_are_kept(settings) -> Iterator[None]:
    """As in production, where candidates of the work list are refreshed every few minutes; removed after the test."""
    settings.WORK_CANDIDATES_SECONDS = 300
    yield
    client = cache._cache.get_client(write=True)
    for key in client.scan_iter(match=cache.make_key("work:*")):
        client.delete(key)


def address_of(town: Town, page: str) -> str:
    name, _, query = page.partition("?")
    person = town.person.reference
    arguments: dict[str, list[str]] = {
        "person": [person],
        "new_choice": [person],
        "correct_choice": [person],
        "new_mandate": [person],
        "manual_placement": [person],
        "scan": [town.scan.reference],
        "work_item": ["retur", town.letter.reference],
        "call": [town.call.reference],
        "offer": [town.offer.reference],
        "exit": [town.exit.reference],
        "queue": ["norra", "lindens"],
    }
    if name == "protected":
        return reverse("casework:person", args=[town.protected.reference])
    return reverse(f"casework:{name}", args=arguments.get(name, [])) + ("?" + query if query else "")


def fill(town: Town) -> None:
    """Several rows on every page, so that an N+1 query shows."""
    ReturnedLetter.objects.create(letter=town.letter, reason="moved", returned_on="2020-11-20")
    for number in range(3):
        person = make.PersonFactory.create(area=town.areas[0])
        make.CareDecisionFactory.create(person=person)
        contract = town.companies[3].contracts.get(area=town.areas[0])
        make.PlacementFactory.create(person=person, contract=contract)
        make.ChoiceFactory.create(person=person, ranking=[town.companies[0]])
        make.ContactTaskFactory.create(person=person, exit=town.exit, run=None, kind="exit")
        make.OfferFactory.create(person=person, contract=town.companies[0].contracts.get(area=town.areas[0]))
        make.ScanFactory.create(added_by=next(iter(town.staff.values())))
        make.MandateFactory.create(person=town.person, kind="proxy")
        make.LetterFactory.create(person=town.person, cause_on=f"2020-11-0{number + 1}")
        make.ContactTaskFactory.create(person=town.person, run=None, kind="silent")
