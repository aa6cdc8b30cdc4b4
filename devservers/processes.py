"""Server processes: detached start, lookup, termination.

A server outlives the process that started it, and that process may be killed at any moment. So pid files are not
trusted: a server is ours if its command line contains the instance's token and it runs as the servers' user.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import BinaryIO

from devservers.locations import EmbeddedError, Places

# Below the range of ephemeral ports.
PORTS = range(20000, 32000)

# The shell starts the server in the background and exits, so that the server is not our child: no zombie when it
# dies, and nothing to wait for. Its pid is on stdout.
_APART = '{ "$@" <&3 3<&- >&2 & echo $!; } 3<&0'

# Nothing of our own environment (settings, secrets) is passed on.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def start_apart(places: Places, command: Sequence[str | Path], *, log: Path, stdin: str = "") -> int:
    """Start a server in its own session (Ctrl-C does not reach it); return its pid."""
    with _fresh_log(log) as stderr:
        shell = subprocess.run(  # noqa: S603  (our own commands)
            ["/bin/sh", "-c", _APART, "sh", *map(str, command)],
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            stderr=stderr,
            check=True,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,
            umask=0o077,
            **places.run_as,
        )
    return int(shell.stdout)


def run_to_end(places: Places, command: Sequence[str | Path], *, log: Path, stdin: str = "") -> None:
    """Run a program to its end; raise if it fails."""
    with _fresh_log(log) as output:
        ended = subprocess.run(  # noqa: S603  (our own commands)
            list(map(str, command)),
            input=stdin.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,
            umask=0o077,
            **places.run_as,
        )
    if ended.returncode:
        raise EmbeddedError(f"{Path(command[0]).name} failed.\n{last_lines(log)}")


def find(places: Places, program: str) -> list[int]:
    """Our processes of that program (a file name, such as ``postgres``)."""
    token = places.token.encode()
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdecimal():
            continue
        command = command_line(int(entry.name))
        if token not in command:
            continue
        try:
            is_ours = entry.stat().st_uid == places.uid
        except FileNotFoundError:
            continue
        # A PostgreSQL worker has the title "postgres: <token>: checkpointer".
        named = command.split(b"\0")[0].split(b" 127.0.0.1:")[0].rsplit(b"/", 1)[-1]
        if is_ours and named.split(b":")[0] == program.encode():
            found.append(int(entry.name))
    return found


def command_line(pid: int) -> bytes:
    """Empty when the process has ended, a zombie included."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie. An empty command line tells nothing: it is empty for a moment while
    a process executes its program or sets its title.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def end(find_them: Callable[[], list[int]], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send one signal after the other, with time to react, until no process is left."""
    for number, patience in steps:
        for pid in find_them():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while find_them():
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return
    raise EmbeddedError(f"Processes that could not be ended: {find_them()}")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port() -> int:
    random = SystemRandom()
    for _ in range(200):
        port = random.choice(PORTS)
        if is_free(port):
            return port
    raise EmbeddedError(f"No free port on 127.0.0.1 between {PORTS.start} and {PORTS.stop}.")


def last_lines(log: Path, count: int = 15) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return f"(no log at {log})"
    return "\n".join([f"The last lines of {log}:", *(f"  {line}" for line in lines[-count:])])


def _fresh_log(log: Path) -> BinaryIO:
    """A new log per start; the previous one is kept."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")
