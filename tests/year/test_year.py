"""The year in short: no contradiction, and two deliberate faults are found (all: ``make year ARGS=--faults``)."""

import pytest

from tests.year.faults import what_is_found
from tests.year.telling import attempt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seed", "days"), [(1, 10), (2, 5), (3, 5)])
def test_nothing_that_is_said_contradicts_what_happened(seed: int, days: int, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    year, found = attempt(seed=seed, people=80, days=days, offers=seed != 2)
    assert found is None, f"{found}\n" + "\n".join(str(event) for event in year.events if event.id)
    assert sum(year.book.checked.values()) > 1500


@pytest.mark.parametrize("fault", ["free_is_the_ceiling", "declined_still_queue"])
def test_a_deliberate_fault_is_found(fault: str):
    assert what_is_found(fault, seeds=(1,), people=40, days=8)
