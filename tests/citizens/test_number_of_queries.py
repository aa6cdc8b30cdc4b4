"""Number of queries of a choice's pages, when another citizen has just opened them: what is the same for everybody is
kept (``allocation.facts.shared``).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from choices.models import Person
from tests import factories as make
from tests.citizens.choosing import Chooser, address, hidden_fields
from tests.citizens.signing_in import as_citizen
from tests.town import make_town

# Session; person, with the check of what is kept, the draft, and whether others live there; room and queues.
MOST = 3
# Placements, granted help and the earlier choice, too; without room and queues.
OF_THE_FIRST_PAGE = 5
# The choice in force.
OF_THE_SUMMARY = MOST + 1
# The choice, its wishes, its letter and the granted help; outside rounds the placements, which say what follows.
OF_A_RECEIPT = 6
OF_A_PRESS = MOST + 1
# The lock on the person; the draft, the round and the choice in force; the version before; the contracts; the choice,
# its wishes, the log; the end of the draft; the mailbox. With begin and commit.
OF_SENDING = 13
# A button of the list, and the list after it.
OF_THE_SCRIPT = MOST + 1
SCRIPT = {"X-Page": "1"}


def _newcomer() -> Chooser:
    person: Person = make.PersonFactory.create(area=make.AreaFactory.create())
    make.CareDecisionFactory.create(person=person)
    return Chooser(as_citizen(Client(), person), person)


@pytest.mark.django_db(transaction=True)
def test_number_of_queries(django_assert_max_num_queries, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_town()
    earlier = _newcomer()
    earlier.fill_in("lindens")
    earlier.client.get(reverse("citizens:choosing"))
    chooser = _newcomer()

    def most(number: int, ask: Callable[[], Any]) -> Any:
        with django_assert_max_num_queries(number):
            return ask()

    most(OF_THE_FIRST_PAGE, lambda: chooser.client.get(reverse("citizens:choosing")))
    chooser.begin()
    for step, fields in {
        "vill-du": {"answer": "ja"},
        "ordning": {"act": "valj:lindens"},
        "ko": {"answer": "ja"},
        "tillfallig": {"answer": "ja"},
        "sprak": {"answer": "inget"},
    }.items():
        page = most(MOST, lambda step=step: chooser.get(step))
        sent = hidden_fields(page) | fields
        most(OF_A_PRESS, lambda step=step, sent=sent: chooser.client.post(address(step), sent))
    page = chooser.get("ordning")
    for act in ("bort:lindens", "valj:lindens"):
        pressed = hidden_fields(page) | {"act": act}
        page = most(OF_THE_SCRIPT, lambda sent=pressed: chooser.client.post(address("ordning"), sent, headers=SCRIPT))
    page = most(OF_THE_SUMMARY, chooser.check)
    sent = most(OF_SENDING, lambda: chooser.send(page))
    most(OF_A_RECEIPT, lambda: chooser.client.get(sent.url))
