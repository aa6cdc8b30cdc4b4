"""Preview of a change on its first day, compared with hand-computed values; nobody is moved."""

import datetime

import pytest

from allocation.effects import effect_of
from allocation.models import Placement
from providers import quota_changes
from providers.models import QuotaChange
from providers.services import add_guarantee
from tests import factories as make
from tests.world import HOURS, START, SYSTEM, World, make_world, staff

TODAY = datetime.date(2021, 3, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(db, settings) -> World:
    """The municipality has 60 hours, p 30 in three persons, q 10 in one: 100 in all, of which externals 40."""
    settings.CLOCK_TODAY = TODAY
    world = make_world(share_bp=5000)
    for provider, persons, hours in ((world.municipal, 3, 20), (world.p, 3, 10), (world.q, 1, 10)):
        for _ in range(persons):
            world.person(minutes=hours * HOURS, current=provider)
    return world


def _change(world: World, day: datetime.date = TODAY, **terms: object) -> QuotaChange:
    owner = {"area": world.north} if "share_bp" in terms else {"contract": world.contracts["p"]}
    return QuotaChange(valid_from=day, reason="Prov", **owner, **terms)


def test_lower_ceiling_stops_intake_and_moves_nobody(world):
    make.OfferFactory.create(person=world.person(), contract=world.contracts["p"], minutes=5 * HOURS)
    change = _change(world, minutes=25 * HOURS, persons=4)
    effect = effect_of(change)

    row = effect.changed
    load = row.room.load
    assert (load.used.minutes, load.used.persons, load.reserved.minutes) == (30 * HOURS, 3, 5 * HOURS)
    before, after = row.room, row.changed
    assert (before.minutes.free, after.minutes.free, after.minutes.over) == (15 * HOURS, 0, 10 * HOURS)
    assert (before.persons.free, after.persons.free) == (None, 0)
    assert [stopped.contract.provider.code for stopped in effect.stops] == ["p"]

    placements = list(Placement.objects.order_by("pk").values())
    saved = quota_changes.propose(change=change, actor=staff("admin", "admin"))
    quota_changes.approve_quota_change(change=saved, actor=staff("senior", "senior_officer"))
    assert list(Placement.objects.order_by("pk").values()) == placements


def test_lower_share_stops_all_externals(world):
    effect = effect_of(_change(world, share_bp=3500))

    assert (effect.base_minutes, effect.share_before.taken) == (100 * HOURS, 40 * HOURS)
    assert (effect.share_before.free, effect.share_after.over) == (10 * HOURS, 5 * HOURS)
    assert [row.contract.provider.code for row in effect.stops] == ["p", "q"]


def test_guarantee_takes_room_under_the_share_in_advance(world):
    effect = effect_of(_change(world, guaranteed_minutes=38 * HOURS))

    assert (effect.share_before.free, effect.share_after.free) == (10 * HOURS, 2 * HOURS)
    assert effect.stops == []


def test_existing_guarantee_is_not_counted_twice(world):
    add_guarantee(contract=world.contracts["q"], valid_from=START, minutes=15 * HOURS, actor=SYSTEM)
    effect = effect_of(_change(world, guaranteed_minutes=30 * HOURS))

    assert effect.share_before.taken == effect.share_after.taken == 45 * HOURS


def test_preview_is_of_the_first_day(world):
    Placement.objects.filter(contract=world.contracts["p"]).update(valid_until=TODAY + 30 * DAY)

    assert effect_of(_change(world, minutes=25 * HOURS)).changed.changed.minutes.over == 5 * HOURS
    assert effect_of(_change(world, TODAY + 30 * DAY, minutes=25 * HOURS)).changed.changed.minutes.over == 0
