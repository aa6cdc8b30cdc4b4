"""Waiting times: properties of the estimate, and the observations read from choices, runs and placements."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.queue_spells import YEARS, all_spells, spells_of
from allocation.waiting_times import LEAST_MET, Estimate, Spell, estimate
from allocation.whatif.result import HoursClass
from common import clock
from tests import factories as make
from tests.citizens.account.conftest import Mine, make_mine
from tests.factories import HOUR

spell = st.builds(Spell, days=st.integers(0, 1500), met=st.booleans())
spells = st.lists(spell, max_size=120)
enough = st.lists(st.integers(0, 1500), min_size=LEAST_MET, max_size=120)


@given(st.lists(spell, max_size=LEAST_MET - 1), st.lists(st.integers(0, 1500), max_size=60))
def test_fewer_than_twenty_placements_give_no_estimate(few: list[Spell], waiting: list[int]):
    assert estimate([*few, *(Spell(days, met=False) for days in waiting)], waited=0) is None


@given(enough)
def test_uncensored_estimate_is_the_middle_eighty_percent(days: list[int]):
    found = estimate([Spell(each, met=True) for each in days], waited=0)

    assert found
    assert found.high is not None
    ordered = sorted(days)

    def nearest(tenths: int) -> int:
        return ordered[-(-len(ordered) * tenths // 10) - 1]

    assert (found.low, found.middle, found.high) == (nearest(1), nearest(5), nearest(9))


@given(spells, st.integers(0, 1500))
def test_estimate_is_ordered_and_made_of_observed_waits(history: list[Spell], waited: int):
    found = estimate(history, waited=waited)

    if found is None:
        return
    met = {each.days - waited for each in history if each.met}
    assert {found.low, found.middle} | ({found.high} - {None}) <= met
    assert 0 <= found.low <= found.middle <= (found.high if found.high is not None else found.middle)


@given(spells, st.integers(0, 700), st.randoms(use_true_random=False))
def test_estimate_is_independent_of_history_order(history: list[Spell], waited: int, random):
    shuffled = list(history)
    random.shuffle(shuffled)

    assert estimate(shuffled, waited=waited) == estimate(history, waited=waited)


@given(enough, st.lists(st.integers(0, 1500), min_size=1, max_size=40))
def test_censored_waits_never_shorten_the_estimate(days: list[int], waiting: list[int]):
    """Leaving out the slow cases would bias the estimate."""
    met = [Spell(each, met=True) for each in days]

    without = estimate(met, waited=0)
    found = estimate([*met, *(Spell(max(days) + each, met=False) for each in waiting)], waited=0)

    assert without
    if found is not None:
        assert found.low >= without.low
        assert found.middle >= without.middle
        assert found.high is None or found.high >= (without.high or 0)


@given(spells, st.integers(0, 1500))
def test_waits_shorter_than_the_own_wait_are_ignored(history: list[Spell], waited: int):
    longer = [each for each in history if each.days >= waited]

    assert estimate(history, waited=waited) == estimate(longer, waited=waited)


def test_many_open_waits_leave_only_the_median():
    history = [*(Spell(100, met=True) for _each in range(30)), *(Spell(400, met=False) for _each in range(20))]

    assert estimate(history, waited=0) == Estimate(low=100, middle=100, high=None)


def test_more_than_half_open_waits_give_no_estimate():
    history = [*(Spell(100, met=True) for _each in range(30)), *(Spell(400, met=False) for _each in range(40))]

    assert estimate(history, waited=0) is None


# --- Read from the database ------------------------------------------------------------------------------------


@pytest.fixture
def mine(db: None) -> Mine:
    return make_mine()


def _read(mine: Mine) -> list[tuple[int, bool]]:
    found = spells_of(contract=mine.company, day=clock.today())
    return sorted((each.days, each.met) for _kind, each in found)


def _since(year: int = 2020, month: int = 3, day: int = 1) -> datetime.date:
    return datetime.date(year, month, day)


def test_open_wait_lasts_until_today(mine: Mine):
    assert _read(mine) == [((clock.today() - make.CLOSES).days, False)]


def test_met_wait_lasts_until_the_provider_begins(mine: Mine):
    person = mine.waiter(mine.company.provider, since=_since())
    person.placements.update(valid_until=_since(2020, 6, 9))
    make.PlacementFactory.create(
        person=person,
        contract=mine.company,
        valid_from=_since(2020, 6, 9),
        registered_at=datetime.datetime(2020, 5, 20, 12, tzinfo=clock.STOCKHOLM),
    )

    assert (100, True) in _read(mine)


def test_wait_ends_unmet_when_the_person_leaves_the_queue(mine: Mine):
    person = mine.waiter(mine.company.provider, since=_since())
    make.ChoiceFactory.create(person=person, received_on=_since(2020, 10, 12), ranking=[mine.own.provider])

    assert ((_since(2020, 10, 12) - _since()).days, False) in _read(mine)


def test_death_ends_the_wait(mine: Mine):
    mine.waiter(mine.company.provider, since=_since(), deceased_on=_since(2020, 10, 1))

    assert ((_since(2020, 10, 1) - _since()).days, False) in _read(mine)


def test_wait_of_a_merged_record_goes_on(mine: Mine):
    person = mine.waiter(mine.company.provider, since=_since(2020, 3, 2))
    before = _read(mine)
    remaining = make.PersonFactory.create(area=person.area)
    person.outcome_rows.update(person=remaining)
    person.merged_into = remaining
    person.save()

    assert before
    assert _read(mine) == before


def test_wish_met_immediately_is_no_wait(mine: Mine):
    person = make.PersonFactory.create()
    make.ChoiceFactory.create(person=person, round=mine.round, ranking=[mine.company.provider])
    make.PlacementFactory.create(person=person, contract=mine.company, valid_from=_since(2020, 11, 1))

    assert len(_read(mine)) == 1


def test_interim_placement_does_not_end_the_wait(mine: Mine):
    person = mine.waiter(mine.company.provider, since=_since())
    person.placements.update(valid_until=_since(2020, 6, 9))
    make.PlacementFactory.create(person=person, contract=mine.company, valid_from=_since(2020, 6, 9), interim=True)

    assert [met for _days, met in _read(mine)] == [False, False]


def test_waits_that_ended_over_three_years_ago_are_ignored(mine: Mine):
    person = mine.waiter(mine.company.provider, since=_since(2016))
    make.ChoiceFactory.create(person=person, received_on=_since(2017, 11, 20), ranking=[mine.own.provider])

    assert len(_read(mine)) == 1


def test_granted_minutes_are_those_of_the_run_that_informed_the_person(mine: Mine):
    person = mine.waiter(mine.other.provider, since=_since())
    person.outcome_rows.update(minutes=100 * HOUR)

    found = spells_of(contract=mine.other, day=clock.today())

    assert [kind for kind, _spell in found] == [HoursClass.LARGE]


def test_place_that_is_decided_is_waited_for_no_longer(mine: Mine):
    """The wait lasts until the provider begins; the queue, until the place is decided."""
    person = mine.waiter(mine.company.provider, since=_since())
    person.placements.update(valid_until=_since(2020, 6, 9))
    make.PlacementFactory.create(
        person=person,
        contract=mine.company,
        valid_from=_since(2020, 6, 9),
        registered_at=datetime.datetime(2020, 5, 20, 12, tzinfo=clock.STOCKHOLM),
    )
    (found,) = [each for each in _all() if each.person_id == person.pk]

    assert (found.is_met, found.decided_on, found.ends_on) == (True, _since(2020, 5, 20), _since(2020, 6, 9))
    assert (found.area, found.provider) == (mine.company.area.code, mine.company.provider.code)


def test_spells_of_all_queues_are_those_of_each(mine: Mine):
    mine.waiter(mine.company.provider, since=_since())
    mine.waiter(mine.company.provider, since=_since(), deceased_on=_since(2020, 10, 1))

    assert sorted(((each.ends_on - each.since).days, each.is_met) for each in _all()) == _read(mine)


def test_renewed_contract_continues_the_queue(mine: Mine):
    mine.waiter(mine.company.provider, since=_since())
    before = _read(mine)
    mine.company.valid_until = _since(2020, 9, 1)
    mine.company.save()
    renewed = make.ContractFactory.create(
        provider=mine.company.provider, area=mine.company.area, valid_from=_since(2020, 9, 1)
    )

    assert sorted((each.days, each.met) for _kind, each in spells_of(contract=renewed, day=clock.today())) == before
    assert len(_all()) == len(before)


def _all():
    today = clock.today()
    return all_spells(first=today.replace(year=today.year - YEARS), day=today)
