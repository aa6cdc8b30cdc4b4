"""Random facts in the database: every close equals the bookkeeper's, and late facts give what early ones would have."""

import os
from random import Random

import pytest

from tests.reimbursement.closing.accounts import payments_officer
from tests.reimbursement.closing.stored_facts import StoredYear
from tests.reimbursement.engine.year import kept_books

PEOPLE, MONTHS = (int(part) for part in os.environ.get("PAYMENT_YEAR", "6x4").split("x"))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(1 if PEOPLE > 100 else 2))
def test_every_close_of_stored_facts_equals_the_bookkeepers(settings, seed: int):
    officers = (payments_officer("anna"), payments_officer("bo"))

    figures = kept_books(StoredYear(Random(seed), PEOPLE, MONTHS, settings=settings, officers=officers))

    print(figures)  # noqa: T201
    assert figures["closes"] == MONTHS
    assert figures["adjustments"] > 3
