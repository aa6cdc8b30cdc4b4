"""Real workers and beats, two of each at once, every task delivered twice, and any of them killed.

The scenario is that of `story.py`, with its nights and letters left to Celery.
"""

import datetime
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection, connections

from allocation.models import Night
from letters.models import Letter, PrintBatch
from letters.services import create_letters

from . import dump, story
from .stage import Stage, wait

PATIENCE_SECONDS = 240


class Crew:
    """A number of workers and beats, each in its own process group."""

    def __init__(self, stage: Stage, size: int) -> None:
        self.stage, self.folder = stage, tempfile.mkdtemp(prefix="torture-beat-")
        kinds = ["worker", "beat"] * size
        self.members = {f"{kind}-{number}": self._start(kind, number) for number, kind in enumerate(kinds)}

    def _start(self, kind: str, number: int) -> "subprocess.Popen[bytes]":
        more = {
            # Worker gossip is off: a killed worker says no goodbye, and the others would wait for it.
            "worker": ["--concurrency=1", f"--hostname=w{number}@torture", "--without-gossip", "--without-mingle"],
            "beat": [f"--schedule={self.folder}/{number}", f"--pidfile={self.folder}/{number}.pid"],
        }[kind]
        if kind == "beat":
            Path(self.folder, f"{number}.pid").unlink(missing_ok=True)
        command = [sys.executable, "-m", "celery", "-A", "tests.torture.celery_app", kind, "--loglevel=ERROR", *more]
        return subprocess.Popen(
            command,
            env={**os.environ, **_environment(self.stage)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill_one(self, random: Random) -> str:
        """kill -9 of one with its children; another replaces it."""
        name = random.choice(sorted(self.members))
        kind, number = name.split("-")
        _kill(self.members[name])
        self.members[name] = self._start(kind, int(number))
        return kind

    def dismiss(self) -> None:
        for member in self.members.values():
            _kill(member)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(stage: Stage) -> dict[str, str]:
    at = connection.settings_dict
    return {
        "DATABASE_URL": f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(stage.media),
        "CLOCK_TODAY": settings.CLOCK_TODAY.isoformat(),
    }


@contextmanager
def crew(stage: Stage, size: int) -> Iterator[Crew]:
    made = Crew(stage, size)
    try:
        yield made
    finally:
        made.dismiss()


def tell(stage: Stage, *, size: int = 1, kills: int = 0, random: Random | None = None) -> Counter[str]:
    """The whole scenario with ``size`` workers and as many beats; returns the number of kills."""
    killed: Counter[str] = Counter()
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    if wait(stage.teller(_decide, quiet=False)) != 0:
        raise RuntimeError("the round cannot be decided")
    if size > 1:
        _deliver_twice(broker)
    for number, night in enumerate(story.NIGHTS):
        settings.CLOCK_TODAY = night
        story.people_die(number, night)
        connections.close_all()
        with crew(stage, size) as at_work:
            for _ in range(kills if random else 0):
                time.sleep(random.uniform(0.3, 4.0))
                killed[_kill_something(stage, at_work, random)] += 1
            _until_done(night)
    broker.close()
    return killed


def _decide() -> None:
    story.fix_the_draw()
    settings.CLOCK_TODAY = story.DAY
    create_letters(run=story.decide(), actor=story.ACTOR)


def _deliver_twice(broker: "redis.Redis") -> None:
    if waiting := broker.lrange("celery", 0, -1):
        broker.lpush("celery", *waiting)


def _kill_something(stage: Stage, at_work: Crew, random: Random) -> str:
    program = random.choice([None, None, None, "postgres", "valkey-server"])
    if program is None:
        return at_work.kill_one(random)
    stage.kill_servers(program)
    stage.start_servers()
    return program


def _until_done(night: datetime.date) -> None:
    """The night is done, and every printable letter is rendered and in a print file."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        on_the_way = Letter.objects.filter(route=Letter.Route.PRINT, batch__isnull=True).exists()
        if Night.objects.filter(business_date=night).exists() and not on_the_way:
            return
        connections.close_all()
        time.sleep(0.3)
    raise RuntimeError(f"the night of {night} and its letters were not done in {PATIENCE_SECONDS} seconds")


def state() -> dict[str, Counter]:
    # A print file is made once, of as many letters. A run's batch has the run's reference, which is random.
    batches = PrintBatch.objects.exclude(status=PrintBatch.Status.REJECTED).values_list("stack", "letters_count")
    made = Counter((stack.split("-")[0] if stack.startswith("run-") else stack, count) for stack, count in batches)
    return {**dump.dump(), "batches": made}
