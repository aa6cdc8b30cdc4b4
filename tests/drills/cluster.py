"""A PostgreSQL server that a drill may stop, fill, copy and recover: its superuser is trusted from this machine."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from devservers import processes
from devservers.locations import Places, make_folder, places_of
from tests.drills.web import stretched
from tests.upgrades.keep import program


class Cluster:
    """``folder`` is made; the data is in ``folder/data``. ``settings`` are lines of postgresql.conf."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"
        self.settings, self.port = settings, processes.choose_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.places: Places = places_of("drills")
        make_folder(folder)
        self.places.prepare()

    def create(self) -> None:
        self.places.make_data_folder(self.data)
        command: list[str | Path] = [
            self.places.programs().initdb,
            "-D",
            self.data,
            "--username=postgres",
            "--auth=trust",
            "--no-sync",
        ]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        processes.run_to_end(self.places, [*command, *locale], log=self.folder / "initdb.log")

    def copy_of(self, backup: Path, *settings: str) -> None:
        """The data of a base backup, to be recovered by ``settings`` when it starts."""
        self._copy(backup, "recovery.signal", *settings)

    def follow(self, other: "Cluster") -> None:
        """A standby of ``other``, which streams its changes when it is started."""
        backup = self.folder / "base"
        other.base_backup(backup)
        self._copy(backup, "standby.signal", f"primary_conninfo=host=127.0.0.1 port={other.port} user=postgres")
        shutil.rmtree(backup)

    def _copy(self, backup: Path, kind: str, *settings: str) -> None:
        shutil.copytree(backup, self.data)
        self.settings += settings
        (self.data / kind).touch()
        for path in (self.data, *self.data.rglob("*")):
            self.places.give(path)
        self.data.chmod(0o700)

    def start(self, *, standby: bool = False) -> "Cluster":
        command: list[str | Path] = [self.places.programs().postgres, "-D", self.data]
        ours = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
        for setting in (*ours, *self.settings):
            command += ["-c", setting]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                list(map(str, command)), stderr=log, stdout=log, cwd="/", start_new_session=True, **self.places.run_as
            )
        self.wait(lambda: self.sql("SELECT pg_is_in_recovery()") == [(standby,)])
        return self

    def wait(self, condition, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except psycopg.OperationalError:
                pass
            if time.monotonic() > end or (self._process and self._process.poll() is not None):
                raise RuntimeError(f"PostgreSQL did not come up:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast. SIGQUIT: as after a power failure."""
        if self._process and self.is_running():
            self._process.send_signal(how)
            self._process.wait(timeout=60)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=round(stretched(30))) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def base_backup(self, target: Path) -> None:
        command = [program("pg_basebackup"), f"--dbname={self.url()}", f"--pgdata={target}", "--checkpoint=fast"]
        subprocess.run(command, check=True, capture_output=True)
