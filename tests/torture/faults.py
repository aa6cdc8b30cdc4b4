"""Faults injected into a running process. Each returns the number of killed processes (0: it had finished before)."""

import os
import signal
from random import Random

from .stage import Stage, wait
from .story import tell


def worker_killed(stage: Stage, random: Random, seconds: float) -> int:
    """kill -9 of the working process, up to four times."""
    killed = 0
    for _ in range(random.randint(1, 4)):
        pid = stage.teller(tell)
        if wait(pid, random.uniform(0, seconds)) is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            killed += 1
    return killed


def postgres_killed(stage: Stage, random: Random, seconds: float) -> int:
    """kill -9 of every process of PostgreSQL, followed by restart and crash recovery."""
    return _server_killed(stage, "postgres", random.uniform(0, seconds))


def valkey_killed(stage: Stage, random: Random, seconds: float) -> int:
    """kill -9 of the broker: unsent tasks are picked up later by the sweep (`letters.finish`)."""
    return _server_killed(stage, "valkey-server", random.uniform(0, seconds))


def _server_killed(stage: Stage, program: str, after: float) -> int:
    pid = stage.teller(tell)
    was_over = wait(pid, after) is not None
    stage.kill_servers(program)
    if not was_over and wait(pid) is None:
        raise RuntimeError(f"the teller hangs since {program} was killed")
    stage.start_servers()
    return 0 if was_over else 1


def two_at_once(stage: Stage, random: Random, seconds: float) -> int:
    """Two workers get the same work from two schedulers, one slightly later; sometimes one is killed."""
    first = stage.teller(tell)
    over = wait(first, random.uniform(0, seconds / 4)) is not None
    second = stage.teller(tell)
    if over:
        wait(second)
        return 0
    killed = 0
    if random.random() < 0.5 and wait(first, random.uniform(0, seconds)) is None:
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
        killed = 1
    elif not killed:
        _end(first)
    _end(second)
    return killed


def _end(pid: int) -> None:
    try:
        if wait(pid) is None:
            raise RuntimeError("two tellers wait for each other")
    except ChildProcessError:
        return


def delivered_twice(stage: Stage, random: Random, seconds: float) -> int:
    """Every task repeated after completion."""
    for _ in range(2):
        wait(stage.teller(tell))
    return 0


FAULTS = (
    *[worker_killed] * 6,
    *[postgres_killed] * 2,
    valkey_killed,
    *[two_at_once] * 2,
)
