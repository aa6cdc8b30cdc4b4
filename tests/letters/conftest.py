import base64
import json
from contextlib import contextmanager

import pytest
from redis import Redis

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
    """Complete the round, as proposed by one and approved by another."""

    def applied() -> AllocationRun:
        load_texts(actor=SYSTEM)
        close_round(round=world.round, actor=SYSTEM)
        run = propose_round(round=world.round, actor=SYSTEM)
        senior = staff("karin", Role.SENIOR_OFFICER)
        approve_run(run=run, actor=senior)
        return apply_run(run=run, actor=senior)

    return applied


@pytest.fixture
def sent(settings, django_capture_on_commit_callbacks):
    """``with sent() as tasks``: (task, argument) of tasks queued on commit."""
    broker = Redis.from_url(settings.REDIS_URL)

    @contextmanager
    def sending():
        tasks = []
        broker.delete("celery")
        with django_capture_on_commit_callbacks(execute=True):
            yield tasks
            assert broker.llen("celery") == 0
        # The list is pushed to on the left: the first task is the last row.
        for message in map(json.loads, reversed(broker.lrange("celery", 0, -1))):
            [argument], *_ = json.loads(base64.b64decode(message["body"]))
            tasks.append((message["headers"]["task"], argument))
        broker.delete("celery")

    yield sending
    broker.close()
