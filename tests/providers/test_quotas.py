"""Future steps: added, changed and removed before they begin, with optimistic locking."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.roles import Role
from audit.models import Event
from providers import quota_changes
from providers.models import Ceiling, Contract, Guarantee, QuotaChange, ShareStep
from providers.optimistic_lock import ChangedMeanwhileError, opened, seal, state_of
from providers.quotas import remove_quota, set_quota
from providers.services import add_share_step, end_contract
from tests import factories as make
from tests.world import HOURS, SYSTEM, World, make_world, staff

TODAY = datetime.date(2021, 3, 1)
DAY = datetime.timedelta(days=1)
LATER = TODAY + 40 * DAY


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    return make_world()


@pytest.fixture
def admin(world):
    return staff("admin", Role.ADMIN)


def ceiling(contract: Contract, hours: int, day: datetime.date = LATER, **more: object) -> QuotaChange:
    return QuotaChange(contract=contract, minutes=hours * HOURS, valid_from=day, reason="Avtalet", **more)


def history(contract: Contract) -> list[tuple[datetime.date, datetime.date | None, int | None]]:
    rows = contract.ceilings.order_by("valid_from")
    return [(row.valid_from, row.valid_until, row.minutes and row.minutes // HOURS) for row in rows]


def test_step_is_inserted_between_two_others(world, admin):
    contract = world.contracts["p"]
    long_ago = contract.ceilings.get().valid_from
    set_quota(change=ceiling(contract, 80, LATER + 60 * DAY), actor=admin)
    set_quota(change=ceiling(contract, 60), actor=admin)

    assert history(contract) == [
        (long_ago, LATER, 50),
        (LATER, LATER + 60 * DAY, 60),
        (LATER + 60 * DAY, None, 80),
    ]


def test_future_step_is_changed_and_removed(world, admin):
    contract = world.contracts["p"]
    before = history(contract)
    set_quota(change=ceiling(contract, 60), actor=admin)
    set_quota(change=ceiling(contract, 70, persons=9), actor=admin)
    assert history(contract)[-1] == (LATER, None, 70)

    remove_quota(step=contract.ceilings.get(valid_from=LATER), reason="Fel område", actor=admin)

    assert history(contract) == before
    events = Event.objects.filter(action__startswith="ceiling.").exclude(action="ceiling.add").order_by("id")
    assert [(event.action, event.reason, event.before, event.after) for event in events] == [
        (
            "ceiling.set",
            "Avtalet",
            {"minutes": 3000, "tolerance_minutes": 0},
            {"minutes": 3600, "tolerance_minutes": 0, "valid_from": str(LATER)},
        ),
        (
            "ceiling.set",
            "Avtalet",
            {"minutes": 3600, "tolerance_minutes": 0},
            {"minutes": 4200, "persons": 9, "tolerance_minutes": 0, "valid_from": str(LATER)},
        ),
        (
            "ceiling.remove",
            "Fel område",
            {"minutes": 4200, "persons": 9, "tolerance_minutes": 0, "valid_from": str(LATER)},
            None,
        ),
    ]


def test_middle_step_of_the_ramp_is_removed(world, admin):
    for number, bp in enumerate((3000, 4000)):
        add_share_step(area=world.north, valid_from=LATER + number * 100 * DAY, share_bp=bp, actor=SYSTEM)
    remove_quota(step=ShareStep.objects.get(share_bp=3000), reason="Beslut", actor=admin)

    steps = ShareStep.objects.order_by("valid_from").values_list("share_bp", "valid_until")
    assert list(steps) == [(2000, LATER + 100 * DAY), (4000, None)]


def test_current_or_imminent_step_is_not_removed_by_one_person(world, admin):
    contract = world.contracts["p"]
    with pytest.raises(ValidationError, match="redan börjat"):
        remove_quota(step=contract.ceilings.get(), reason="x", actor=admin)
    soon = Ceiling.objects.create(
        contract=make.ContractFactory.create(ceiling=0), valid_from=TODAY + 3 * DAY, minutes=600
    )
    with pytest.raises(ValidationError, match="godkännas av en annan"):
        remove_quota(step=soon, reason="x", actor=admin)
    step = set_quota(change=ceiling(contract, 60), actor=admin)
    remove_quota(step=step, reason="x", actor=admin)
    with pytest.raises(ValidationError, match="finns inte längre"):
        remove_quota(step=Ceiling(pk=10**9, contract=contract, valid_from=LATER), reason="x", actor=admin)


def test_immediate_guarantee_needs_two_people(world, admin):
    contract = world.contracts["p"]
    change = QuotaChange(contract=contract, guaranteed_minutes=600, valid_from=TODAY, reason="Avtalet")
    with pytest.raises(ValidationError, match="godkännas av en annan"):
        set_quota(change=change, actor=admin)
    quota_changes.propose(change=change, actor=admin)
    # A ceiling may be pending beside it; another guarantee may not.
    quota_changes.propose(change=ceiling(contract, 40, TODAY), actor=admin)
    with pytest.raises(ValidationError, match="redan ett förslag"):
        quota_changes.propose(
            change=QuotaChange(contract=contract, guaranteed_minutes=1, valid_from=TODAY, reason="x"), actor=admin
        )
    quota_changes.approve_quota_change(change=change, actor=staff("senior", Role.SENIOR_OFFICER))

    assert Guarantee.objects.get().minutes == 600
    assert history(contract)[-1][2] == 50


def test_invalid_steps_are_refused(world, admin):
    with pytest.raises(ValidationError, match="ingen garanterad volym"):
        set_quota(
            change=QuotaChange(
                contract=world.contracts["kommunen"], guaranteed_minutes=1, valid_from=LATER, reason="x"
            ),
            actor=admin,
        )
    end_contract(contract=world.contracts["p"], ends_on=LATER, reason="Slut", actor=SYSTEM)
    with pytest.raises(ValidationError, match="Avtalet är slut"):
        set_quota(change=ceiling(Contract.objects.get(pk=world.contracts["p"].pk), 60), actor=admin)
    with pytest.raises(PermissionDenied):
        set_quota(change=ceiling(world.contracts["q"], 60), actor=staff("officer", Role.CASE_OFFICER))


def test_second_user_sees_the_changes_of_the_first(world, admin):
    contract = world.contracts["p"]
    seen = opened(seal(state_of(contract)))
    set_quota(change=ceiling(contract, 60), seen=seen, actor=admin)

    with pytest.raises(ChangedMeanwhileError) as refused:
        set_quota(change=ceiling(contract, 70), seen=seen, actor=staff("other", Role.ADMIN))

    old = str(Ceiling.objects.order_by("valid_from").first().valid_from)
    assert refused.value.was == {f"ceiling {old}": [None, 3000, None, 0]}
    assert refused.value.now == {
        f"ceiling {old}": [str(LATER), 3000, None, 0],
        f"ceiling {LATER}": [None, 3600, None, 0],
    }
    assert history(contract)[-1] == (LATER, None, 60)


@pytest.mark.parametrize("sealed", ["", "x", "e30:x:y"])
def test_forged_version_seal_counts_as_changed(world, admin, sealed):
    with pytest.raises(ChangedMeanwhileError):
        set_quota(change=ceiling(world.contracts["p"], 70), seen=opened(sealed), actor=admin)


class Steps(TestCase):
    """Any sequence of set and remove leaves exactly one ceiling on each future day."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(8, 60), st.integers(1, 9), st.booleans()), max_size=8))
    def test_ceilings_have_no_gap_and_no_overlap(self, acts):
        contract = make.ContractFactory.create(ceiling=500)
        expected: dict[datetime.date, int] = {}
        today = make.clock.today()
        for days, minutes, take_away in acts:
            day = today + days * DAY
            if take_away and day in expected:
                remove_quota(step=contract.ceilings.get(valid_from=day), reason="x", actor=SYSTEM)
                del expected[day]
            else:
                set_quota(
                    change=QuotaChange(contract=contract, minutes=minutes, valid_from=day, reason="x"), actor=SYSTEM
                )
                expected[day] = minutes
        for days in range(65):
            day = today + days * DAY
            begun = [each for each in expected if each <= day]
            assert contract.ceilings.on(day).get().minutes == (expected[max(begun)] if begun else 500)
