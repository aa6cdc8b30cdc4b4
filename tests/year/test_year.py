"""The year in short: no contradiction, and deliberate faults are found (all of them: ``make year ARGS=--faults``)."""

import pytest

from tests.year.compare import Looks
from tests.year.faults import FAULTS, KINDS, put_in, what_is_found
from tests.year.telling import attempt, shrunk

pytestmark = pytest.mark.django_db

FEW_LOOKS = Looks(nights=3, touched=1, part=0)


@pytest.mark.parametrize(("seed", "model"), [(1, "botkyrka"), (2, "botkyrka"), (3, "botkyrka"), (4, "lov")])
def test_simulated_year_has_no_contradiction(seed: int, model: str, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    # All lists and figures are read once, on the fifth day: what happens by then reaches every page.
    looks = Looks(nights=5, touched=1, part=0)
    year, found = attempt(seed=seed, people=24, days=6, offers=seed != 2, model=model, looks=looks)
    assert found is None, f"{found}\n" + "\n".join(str(event) for event in year.events if event.id)
    assert sum(year.book.checked.values()) > 500


def test_there_are_deliberate_faults_of_every_kind():
    assert {fault.kind for fault in FAULTS.values()} == set(KINDS)
    assert len(FAULTS) >= 10


@pytest.mark.parametrize("name", FAULTS)
def test_place_of_a_deliberate_fault_exists(name: str):
    with put_in(name):
        pass


def test_deliberate_fault_is_found_and_reported_with_few_people_and_events():
    """Free room on the overview is said to be the whole ceiling."""
    options = {"seed": 1, "people": 10, "days": 1, "looks": Looks(touched=0, part=0)}
    with put_in("free_is_the_ceiling"):
        year, found = attempt(**options)
        assert found is not None
        assert found.kind == "queue overview: free"
        less, same = shrunk(year, found, options, seconds=600)
    assert same.kind == found.kind
    assert len(less.book.persons) <= 3
    assert not less.done_plans


def test_a_deliberate_fault_in_the_facts_is_found():
    assert what_is_found("offers_take_no_room", seeds=(3,), people=24, days=3, looks=FEW_LOOKS)
