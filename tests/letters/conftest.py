import pytest

from accounts.roles import Role
from allocation.models import AllocationRun
from allocation.services import apply_run, approve_run, propose_round
from choices.services import close_round
from letters.services import load_texts
from tests.world import SYSTEM, World, make_world, staff


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def world() -> World:
    return make_world(p_minutes=15 * 60)


@pytest.fixture
def apply(world):
    """Run the round to its end, as proposed by one and approved by another."""

    def applied() -> AllocationRun:
        load_texts(actor=SYSTEM)
        close_round(round=world.round, actor=SYSTEM)
        run = propose_round(round=world.round, actor=SYSTEM)
        senior = staff("karin", Role.SENIOR_OFFICER)
        approve_run(run=run, actor=senior)
        return apply_run(run=run, actor=senior)

    return applied
