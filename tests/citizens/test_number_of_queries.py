"""Number of queries of a choice's pages, when another citizen has just opened them: what is the same for everybody is
kept (``allocation.facts.shared``).
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from choices.models import Person
from tests import factories as make
from tests.citizens.choosing import Chooser, address, hidden_fields
from tests.citizens.signing_in import as_citizen
from tests.town import make_town

# Session, person, draft, the check of what is kept, room and queues, others in the household.
MOST = 6
# Placements, granted help and the earlier choice, too; without room and household.
OF_THE_FIRST_PAGE = 8
# The choice with wishes, whether it is the current one, what has ended of it, its letter, and the text of receipts.
OF_A_RECEIPT = 9
# Two changes of the draft in a transaction.
OF_A_PRESS = 9


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

    def most(number: int, ask: Callable[[], object]) -> object:
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
    # The choice in force.
    most(MOST + 1, chooser.check)
    sent = chooser.send()
    most(OF_A_RECEIPT, lambda: chooser.client.get(sent.url))
