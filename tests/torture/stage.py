"""Private servers, which may be killed, and a fresh copy of one town for every trial."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from devservers import instance, processes
from devservers.locations import places_of
from tests.dropping import drop_database

NAME = os.environ.get("EMBEDDED_INSTANCE", "torture")
TOWN, TRIAL = "torture_town", "torture_trial"


class Stage:
    def __init__(self, people: int) -> None:
        self.people = people
        self.media = Path(tempfile.mkdtemp(prefix="torture-media-"))
        self._files = Path(tempfile.mkdtemp(prefix="torture-files-"))
        self.files: dict[str, Path] = {}
        settings.MEDIA_ROOT = self.media
        self.home = connection.settings_dict["NAME"]

    def build(self) -> None:
        """The town, once."""
        self.found()
        self.take_in()

    def found(self, folder: Path | None = None) -> None:
        """The municipality, and the files of its people in ``folder``, not read yet."""
        from demo import municipality
        from demo.generator import make_town, write_files
        from letters import pdf
        from letters.services import load_texts

        from .story import ACTOR, DAY

        for name in (TRIAL, TOWN):
            drop_database(self._admin, name)
        self._admin(f"CREATE DATABASE {TOWN}")
        self.use(TOWN)
        settings.CLOCK_TODAY = DAY
        call_command("migrate", verbosity=0, skip_checks=True)
        town = make_town(people=self.people, seed=1)
        self.files = write_files(town, folder or self._files)
        municipality.set_up(minutes_by_area=town.minutes_by_area())
        load_texts(actor=ACTOR)
        connections.close_all()
        # Loaded once, not by every process.
        pdf.warm_up()

    def take_in(self) -> None:
        from choices import imports

        from .story import ACTOR

        for kind, path in self.files.items():
            imports.apply(kind=kind, table=imports.read(kind, path), actor=ACTOR)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connections.close_all()

    def fresh(self, town: str | None = TOWN) -> None:
        """Start of a trial: a copy of ``town`` (None: an empty database), and no files."""
        self.use(TRIAL)
        drop_database(self._admin, TRIAL)
        # A sequence logs its next 32 numbers at once, and a copy assumes that they are logged for it too: after a kill
        # PostgreSQL would reuse them. FILE_COPY makes a checkpoint, which prevents it.
        copy = f" TEMPLATE {town} STRATEGY FILE_COPY" if town else ""
        self._admin(f"CREATE DATABASE {TRIAL}{copy}")
        shutil.rmtree(self.media, ignore_errors=True)
        self.media.mkdir()

    def keep(self, name: str) -> None:
        """A copy of the current database, to begin other trials with."""
        connections.close_all()
        drop_database(self._admin, name)
        self._admin(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']} STRATEGY FILE_COPY")

    def use(self, database: str) -> None:
        connections.close_all()
        connection.settings_dict["NAME"] = database

    def teller(self, story: Callable[[], None], *, quiet: bool = True) -> int:
        """Start a process that runs the scenario; returns its id."""
        connections.close_all()
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            if quiet:
                silence = os.open(os.devnull, os.O_WRONLY)
                os.dup2(silence, 2)
            os.setsid()
            story()
            code = 0
        except BaseException as error:
            if not quiet:
                print(f"  the teller failed: {error!r}", flush=True)
        finally:
            os._exit(code)

    def kill_servers(self, program: str) -> None:
        kill(program)
        connections.close_all()

    def start_servers(self) -> None:
        # A killed server is restarted by its next user, as a supervisor would.
        for _ in range(20):
            try:
                instance.services(NAME)
                self._admin("SELECT 1")
                return
            except Exception:
                time.sleep(0.3)
        raise RuntimeError("the servers did not come back")

    def close(self) -> None:
        connections.close_all()
        self.use(self.home)
        shutil.rmtree(self.media, ignore_errors=True)
        shutil.rmtree(self._files, ignore_errors=True)

    def _admin(self, *statements: str) -> None:
        at = connection.settings_dict
        with psycopg.connect(
            host=at["HOST"],
            port=at["PORT"],
            user=at["USER"],
            password=at["PASSWORD"],
            dbname=self.home,
            autocommit=True,
        ) as admin:
            for statement in statements:
                admin.execute(statement)


def kill(program: str) -> None:
    """kill -9 of each process of a server."""
    for pid in processes.find(places_of(NAME), program):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def wait(pid: int, seconds: float = 120) -> int | None:
    """The exit code; None on timeout."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None
