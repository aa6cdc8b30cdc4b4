"""Race of two admins changing one ceiling, on two connections: without the lock, then with it."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError

from accounts.roles import Role
from audit.models import Event
from providers import quota_changes, quotas
from providers.models import Ceiling, QuotaChange
from providers.optimistic_lock import ChangedMeanwhileError, state_of
from tests.allocation.racing import Meeting, both_at_once
from tests.world import HOURS, make_world, staff

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = datetime.date(2021, 3, 1)
LATER = TODAY + datetime.timedelta(days=40)


@pytest.fixture
def contract(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world().contracts["p"]


def _ceiling(contract, hours: int) -> QuotaChange:
    return QuotaChange(contract=contract, minutes=hours * HOURS, valid_from=LATER, reason="Avtalet")


@pytest.mark.parametrize("lock", ["off", "on"])
def test_two_admins_change_one_ceiling_concurrently(contract, monkeypatch, lock):
    """Without the lock the second silently overwrites the first's decision."""
    admins = [staff(name, Role.ADMIN) for name in ("first", "second")]
    quotas.set_quota(change=_ceiling(contract, 60), actor=admins[0])
    seen = state_of(contract)
    meeting, first_is_done = Meeting(), threading.Event()
    put_in_force = quotas.put_in_force
    if lock == "off":
        monkeypatch.setattr(quotas, "locked", lambda owner: owner)
    monkeypatch.setattr(quotas, "check_unchanged", meeting.after(quotas.check_unchanged))

    def second_waits(row, day):
        if row.minutes == 80 * HOURS:
            first_is_done.wait(timeout=5)
        return put_in_force(row, day)

    monkeypatch.setattr(quotas, "put_in_force", second_waits)

    def first():
        row = quotas.set_quota(change=_ceiling(contract, 70), seen=seen, actor=admins[0])
        first_is_done.set()
        return row

    def second():
        meeting.first_is_here.wait(timeout=5)
        return quotas.set_quota(change=_ceiling(contract, 80), seen=seen, actor=admins[1])

    results = both_at_once(first, second)

    held = Ceiling.objects.get(valid_from=LATER).minutes // HOURS
    if lock == "off":
        assert [type(result) for result in results] == [Ceiling, Ceiling]
        assert held == 80
    else:
        assert [type(result) for result in results] == [Ceiling, ChangedMeanwhileError]
        assert held == 70
        assert results[1].was == {f"ceiling {LATER}": [None, 60 * HOURS, None, 0]}
        assert results[1].now == {f"ceiling {LATER}": [None, 70 * HOURS, None, 0]}


@pytest.mark.parametrize(("lock", "approvals"), [("off", 2), ("on", 1)])
def test_concurrent_approvals_of_one_proposal(contract, monkeypatch, lock, approvals):
    change = quota_changes.propose(change=_ceiling(contract, 70), actor=staff("admin", Role.ADMIN))
    seniors = [staff(name, Role.SENIOR_OFFICER) for name in ("a", "b")]
    if lock == "off":
        monkeypatch.setattr(quota_changes, "_held", lambda change: QuotaChange.objects.get(pk=change.pk))
    monkeypatch.setattr(quota_changes, "_held", Meeting().after(quota_changes._held))

    results = both_at_once(
        *(lambda actor=actor: quota_changes.approve_quota_change(change=change, actor=actor) for actor in seniors)
    )

    refused = [result for result in results if isinstance(result, ValidationError)]
    if lock == "on":
        assert [error.messages for error in refused] == [["Förslaget är redan avgjort."]]
    assert Event.objects.filter(action="quota_change.approve").count() == approvals
