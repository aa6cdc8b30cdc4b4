"""A restore that is killed at random moments and run again: the state is that of its backup."""

import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from django.db import connection, connections

from oversight.backup.making import make
from oversight.backup.restoring import restore
from tests.dropping import drop_database

from .stage import Stage, wait
from .story import tell

RESTORED = "torture_restored"
# The backup of the whole story, and the seconds of an undisturbed restore: made by the first trial.
_made: tuple[Path, float] | None = None


def restore_killed(stage: Stage, random: Random, seconds: float) -> int:
    """kill -9 of the restore, sometimes with its ``pg_restore``, up to four times."""
    archive, took = _backup(stage)
    _empty(stage)
    killed = 0
    for _ in range(random.randint(1, 4)):
        pid = stage.teller(lambda: restore(archive))
        if wait(pid, random.uniform(0, took)) is None:
            _kill(pid, group=random.random() < 0.5)
            killed += 1
            _until_alone()
    if not _has_tables() and wait(stage.teller(lambda: restore(archive), quiet=False)) != 0:
        raise RuntimeError("a killed restore cannot be run again")
    return killed


def _backup(stage: Stage) -> tuple[Path, float]:
    global _made
    if _made is None:
        folder = Path(tempfile.mkdtemp(prefix="torture-backup-"))
        if wait(stage.teller(tell)) != 0 or wait(stage.teller(lambda: make(folder), quiet=False)) != 0:
            raise RuntimeError("the story has no backup")
        (archive,) = folder.glob("*.tar")
        _empty(stage)
        began = time.monotonic()
        if wait(stage.teller(lambda: restore(archive), quiet=False)) != 0:
            raise RuntimeError("the backup cannot be restored")
        _made = archive, time.monotonic() - began
    return _made


def _empty(stage: Stage) -> None:
    connections.close_all()
    drop_database(stage._admin, RESTORED)
    stage._admin(f"CREATE DATABASE {RESTORED}")
    shutil.rmtree(stage.media, ignore_errors=True)
    stage.media.mkdir()
    stage.use(RESTORED)


def _kill(pid: int, *, group: bool) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL) if group else os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _until_alone() -> None:
    """A ``pg_restore`` that outlives its parent ends by itself, and so does the session of a killed one."""
    end = time.monotonic() + 60
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(others)
            (count,) = cursor.fetchone()
        connections.close_all()
        if not count:
            return
        if time.monotonic() > end:
            raise RuntimeError("a killed restore holds its session")
        time.sleep(0.1)


def _has_tables() -> bool:
    with connection.cursor() as cursor:
        found = bool(connection.introspection.table_names(cursor))
    connections.close_all()
    return found
