"""An instance: its two servers, its stored state, and its users.

Two locks, both released by the operating system when a process dies:

* ``start.lock`` is held exclusively while servers are started or stopped;
* ``users.lock`` is held shared by every process that uses them. A process that gets it exclusively on exit was the
  last one, and stops the servers.
"""

import atexit
import fcntl
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from devservers import processes
from devservers.locations import EmbeddedError, Places, places_of
from devservers.postgres import PROVISIONING, Postgres
from devservers.valkey import Valkey

START_PATIENCE = 60.0

Server = Postgres | Valkey


@dataclass(frozen=True)
class Services:
    database_url: str = field(repr=False)  # passwords stay out of logs
    migrator_url: str = field(repr=False)  # as whom ``migrate`` works
    redis_url: str = field(repr=False)


@dataclass
class State:
    """State kept between starts, in a file readable by its owner only."""

    postgres_port: int = 0
    valkey_port: int = 0
    postgres_password: str = field(default_factory=lambda: secrets.token_hex(24))
    migrator_password: str = field(default_factory=lambda: secrets.token_hex(24))
    valkey_password: str = field(default_factory=lambda: secrets.token_hex(24))
    provisioned: int = 0  # version of the last provisioning
    keep_running: bool = False

    @classmethod
    def load(cls, folder: Path) -> "State":
        try:
            return cls(**json.loads((folder / "state.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return cls()

    def save(self, folder: Path) -> None:
        temporary = folder / "state.json.new"
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, indent=2)
        temporary.replace(folder / "state.json")


@dataclass
class _Use:
    places: Places
    descriptor: int  # of users.lock
    pid: int  # a forked child inherits the record but is not a user


_uses: list[_Use] = []
_threads = threading.RLock()


def services(instance: str, *, durable: bool = True) -> Services:
    """Addresses of the instance's servers, which run until this process ends.

    ``durable=False`` trades safety at a power failure for speed: for tests.
    """
    places = places_of(instance)
    with _threads, _alone(places):
        _register(places)
        return _ensure_running(places, durable=durable)


def start(instance: str) -> Services:
    """Start the servers and keep them running after the last user, until ``stop``."""
    found = services(instance)
    places = places_of(instance)
    with _alone(places):
        state = State.load(places.folder)
        state.keep_running = True
        state.save(places.folder)
    return found


def stop(instance: str) -> bool:
    """Stop the servers, also while they are used. Returns whether any were running."""
    places = places_of(instance)
    if not places.folder.is_dir():
        return False
    with _alone(places):
        state = State.load(places.folder)
        if state.keep_running:
            state.keep_running = False
            state.save(places.folder)
        was_running = any(running(instance).values())
        _stop(places)
    return was_running


def destroy(instance: str) -> bool:
    """Stop the servers and delete their data. Returns whether there was any."""
    places = places_of(instance)
    if not places.folder.is_dir():
        return False
    with _alone(places):
        _stop(places)
        shutil.rmtree(places.folder)
    return True


def running(instance: str) -> dict[str, int | None]:
    """Process id of each running server, by name."""
    places = places_of(instance)
    return {server.name: server.pid() for server in _servers(places, State())}


def urls(instance: str) -> Services | None:
    """Addresses of running servers; does not start them."""
    if not all(running(instance).values()):
        return None
    places = places_of(instance)
    state = State.load(places.folder)
    postgres, valkey = _servers(places, state)
    return _services(postgres, valkey, state)


def _services(postgres: Postgres, valkey: Valkey, state: State) -> Services:
    port = state.postgres_port
    return Services(postgres.url(port), postgres.migrator_url(port), valkey.url(state.valkey_port))


def _servers(places: Places, state: State, *, durable: bool = True) -> tuple[Postgres, Valkey]:
    return (
        Postgres(places, state.postgres_password, state.migrator_password, durable),
        Valkey(places, state.valkey_password, durable),
    )


def _ensure_running(places: Places, *, durable: bool) -> Services:
    state = State.load(places.folder)
    postgres, valkey = _servers(places, state, durable=durable)
    try:
        state.postgres_port = _ensure(postgres, state, state.postgres_port)
        state.valkey_port = _ensure(valkey, state, state.valkey_port)
    except (EmbeddedError, OSError) as error:
        instance = places.folder.name
        raise EmbeddedError(
            f"{error}\nIf it does not help to try again: python -m devservers "
            f"destroy {instance} removes the data of {instance!r} and lets you start anew; or "
            f"set DATABASE_URL and REDIS_URL to servers of your own."
        ) from error
    return _services(postgres, valkey, state)


def _ensure(server: Server, state: State, port: int) -> int:
    folder = server.places.folder
    is_provisioned = not isinstance(server, Postgres) or state.provisioned == PROVISIONING
    if pid := server.pid():
        if port and is_provisioned and not _wait(server, port, pid):
            return port
        server.stop()  # for example a lost state file: port and password are unknown
        state.provisioned = 0
    if isinstance(server, Postgres) and not (is_provisioned and state.provisioned and server.data.exists()):
        state.provisioned = 0
        state.save(folder)  # the password is saved before it is set
        server.provision()
        state.provisioned = PROVISIONING
    for _ in range(3):
        if not port or not processes.is_free(port):
            port = processes.choose_port()
        _note_port(server, state, port)
        said = _wait(server, port, server.start(port))
        if not said:
            return port
        if processes.is_free(port):
            break  # the port was not taken by another process
    server.stop()
    state.provisioned = 0
    state.save(folder)
    raise EmbeddedError(f"{server.name} did not start: {said}\n{processes.last_lines(server.log)}")


def _note_port(server: Server, state: State, port: int) -> None:
    if isinstance(server, Postgres):
        state.postgres_port = port
    else:
        state.valkey_port = port
    state.save(server.places.folder)


def _wait(server: Server, port: int, pid: int) -> str:
    """Wait until the server answers; return the fault if it does not."""
    deadline = time.monotonic() + START_PATIENCE
    while True:
        said = server.answer(port)
        if not said or "authentication failed" in said or "does not exist" in said:
            return said
        if not processes.is_alive(pid):
            return "it ended at once"
        if "WRONGPASS" in said or time.monotonic() > deadline:
            return said
        time.sleep(0.03)


def _stop(places: Places) -> None:
    for server in reversed(_servers(places, State())):
        server.stop()


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Exclusive lock for starting and stopping."""
    path = places.folder / "start.lock"
    while True:
        places.prepare()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            if os.stat(path).st_ino == os.fstat(descriptor).st_ino:
                break
        except FileNotFoundError:
            pass
        os.close(descriptor)  # the instance was destroyed while we waited
    try:
        yield
    finally:
        os.close(descriptor)


def _register(places: Places) -> None:
    for use in _uses:
        if use.places == places and use.pid == os.getpid() and _is_current(use):
            return
    descriptor = os.open(places.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _uses.append(_Use(places, descriptor, os.getpid()))


def _is_current(use: _Use) -> bool:
    return os.fstat(use.descriptor).st_nlink > 0  # 0 when the instance was destroyed


@atexit.register
def _leave() -> None:
    for use in [use for use in _uses if use.pid == os.getpid()]:
        _uses.remove(use)
        if _is_current(use):
            with _alone(use.places):
                _leave_one(use)
        elif not use.places.folder.exists():  # removed by hand
            _stop(use.places)


def _leave_one(use: _Use) -> None:
    try:
        fcntl.flock(use.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # other users remain
    if not State.load(use.places.folder).keep_running:
        _stop(use.places)
    fcntl.flock(use.descriptor, fcntl.LOCK_UN)  # also for forked children, which share it
    os.close(use.descriptor)
