"""PostgreSQL: one cluster, one database, and the roles of production (scripts/database_roles.sh)."""

import os
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from devservers import processes
from devservers.locations import EmbeddedError, Places, Programs

# The application owns nothing. The migrator acts as the owner in the database; both may create databases, for tests.
ROLE = DATABASE = "hemtjanst"
OWNER, MIGRATOR = "hemtjanst_owner", "hemtjanst_migrator"
# Read access to published figures; no login here.
FIGURES = "hemtjanst_figures"
# Incremented when ``provision`` changes: older clusters are then provisioned again.
PROVISIONING = 3
# The only access: two roles, each with its password, from this machine. The superuser has none.
ACCESS_RULES = "".join(f"host all {role} 127.0.0.1/32 scram-sha-256\n" for role in (ROLE, MIGRATOR))
FAST_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_DATABASE = (
    f"CREATE DATABASE {DATABASE} OWNER {OWNER};",  # fails harmlessly if it exists
    f"ALTER DATABASE {DATABASE} OWNER TO {OWNER};",
    # Objects made by a migration belong to the owner.
    f"ALTER ROLE {MIGRATOR} IN DATABASE {DATABASE} SET role = '{OWNER}';",
    f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;",
    f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {ROLE};",
)
# For a cluster in which the application was the owner. Test databases stay its own; the migrator may drop them.
_FROM_EARLIER = (f"REASSIGN OWNED BY {ROLE} TO {OWNER};", f"GRANT {ROLE} TO {MIGRATOR};")
# SIGINT: fast shutdown; SIGQUIT: immediate shutdown without a checkpoint.
ENDING = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True)
class Postgres:
    places: Places
    password: str
    migrator_password: str
    durable: bool

    name = "PostgreSQL"

    @property
    def data(self) -> Path:
        return self.places.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.places.folder / "postgres.log"

    def url(self, port: int) -> str:
        return f"postgres://{ROLE}:{self.password}@127.0.0.1:{port}/{DATABASE}"

    def migrator_url(self, port: int) -> str:
        return f"postgres://{MIGRATOR}:{self.migrator_password}@127.0.0.1:{port}/{DATABASE}"

    def pid(self) -> int | None:
        """The server process, if it runs (its workers continue for a while after it is killed)."""
        noted = self._noted_pid()
        return noted if noted in self.processes() else None

    def processes(self) -> list[int]:
        return processes.find(self.places, "postgres")

    def start(self, port: int) -> int:
        programs = self._programs_for(self.data)
        self._clear_leftovers()
        command: list[str | Path] = [programs.postgres, "-D", self.data]
        for key, value in self._settings(port).items():
            command += ["-c", f"{key}={value}"]
        return processes.start_apart(self.places, command, log=self.log)

    def stop(self) -> None:
        def server_or_leftovers() -> list[int]:
            server = self.pid()
            return [server] if server else self.processes()

        processes.end(server_or_leftovers, ENDING)

    def answer(self, port: int) -> str:
        """Empty when the connection succeeds; otherwise the error."""
        import psycopg  # imported late: settings import this module

        try:
            psycopg.connect(self.url(port), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "too many" in str(error) or "connection slots" in str(error):
                return ""  # running, and busy
            return str(error)
        return ""

    def provision(self) -> None:
        """Create missing cluster, roles and database, and set the roles' passwords.

        Works on a stopped server, through its single-user mode: no superuser with a password is needed.
        """
        is_new = not self.data.exists()
        data = self._new_cluster() if is_new else self.data
        if not is_new:
            self._clear_leftovers()
        access_rules = self.places.folder / "pg_hba.conf"
        access_rules.write_text(ACCESS_RULES)
        access_rules.chmod(0o644)
        self.run_alone(data, "postgres", [*self._roles(), *_DATABASE])
        if is_new:
            data.rename(self.data)
        else:
            self.run_alone(data, DATABASE, _FROM_EARLIER)

    def _roles(self) -> list[str]:
        return [
            *(
                f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
                f" THEN CREATE ROLE {role}; END IF; END$$;"
                for role in (OWNER, MIGRATOR, ROLE, FIGURES)
            ),
            f"ALTER ROLE {OWNER} NOLOGIN CREATEDB;",
            f"ALTER ROLE {FIGURES} NOLOGIN;",
            f"ALTER ROLE {MIGRATOR} LOGIN CREATEDB CREATEROLE PASSWORD '{self.migrator_password}';",
            f"ALTER ROLE {ROLE} LOGIN NOCREATEDB NOCREATEROLE PASSWORD '{self.password}';",
            f"GRANT {OWNER} TO {MIGRATOR};",
        ]

    def run_alone(self, data: Path, database: str, statements: Sequence[str]) -> None:
        """Run statements as the superuser, on a stopped server."""
        programs = self._programs_for(data)
        processes.run_to_end(
            self.places,
            [programs.postgres, "--single", "-D", data, "-c", f"cluster_name={self.places.token}", database],
            stdin="\n".join(statements) + "\n",
            log=self.places.folder / "provision.log",
        )

    def _new_cluster(self) -> Path:
        """Created in a temporary folder and renamed when complete, so that a partial cluster is never used.
        Independent of the machine's locales.
        """
        for unfinished in self.places.folder.glob("postgres-new-*"):
            shutil.rmtree(unfinished)
        data = Path(mkdtemp(dir=self.places.folder, prefix="postgres-new-"))  # 0700
        self.places.give(data)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        processes.run_to_end(
            self.places,
            [
                *(self.places.programs().initdb, "-D", data, "--username=postgres", "--auth=reject"),
                *("--encoding=UTF8", *locale),
                *(() if self.durable else ("--no-sync",)),
            ],
            log=self.places.folder / "initdb.log",
        )
        return data

    def _settings(self, port: int) -> dict[str, str]:
        return {
            "cluster_name": self.places.token,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "hba_file": str(self.places.folder / "pg_hba.conf"),
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else FAST_FOR_TESTS),
        }

    def _programs_for(self, data: Path) -> Programs:
        programs = self.places.programs()
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != programs.postgres_major:
            raise EmbeddedError(
                f"The data in {data} was made by PostgreSQL {made_by}, and the program is {programs.postgres_major}."
            )
        return programs

    def _clear_leftovers(self) -> None:
        """After a kill: end surviving workers, and remove a pid file whose pid now belongs to another process
        (PostgreSQL would trust it). PostgreSQL handles the rest.
        """
        deadline = time.monotonic() + 2
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)  # they notice
        processes.end(self.processes, ENDING[1:])
        if self._is_stranger(self._noted_pid()):
            (self.data / "postmaster.pid").unlink()

    def _noted_pid(self) -> int:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().split()[0]))
        except (OSError, ValueError, IndexError):
            return 0

    def _is_stranger(self, pid: int) -> bool:
        """The pid belongs to a process that is certainly not a PostgreSQL server on this data.

        A server on a deleted folder may be ours, from before a move. A zombie (no arguments) is not ours: in a
        container it may stay for ever.
        """
        if not pid or not Path(f"/proc/{pid}").exists():
            return False
        arguments = processes.command_line(pid).split(b"\0")
        if not arguments[0].endswith(b"/postgres") or b"-D" not in arguments[:-1]:
            return True
        data = Path(os.fsdecode(arguments[arguments.index(b"-D") + 1]))
        return data.exists() and not data.samefile(self.data)
