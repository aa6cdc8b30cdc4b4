"""Points of a working process at which it can be killed: counted, not timed, so the same number is the same point.

A point is before a statement, before and after a commit, and before a file is opened for writing, renamed or removed
or a program is started.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from .stage import kill

FILES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "subprocess.Popen"}
_WRITING = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True)
class Kill:
    """``target``: the process, its process group (with a ``pg_restore``), or PostgreSQL. ``after`` in seconds."""

    at: int
    target: str
    after: float = 0.0

    def strike(self) -> None:
        if self.target == "postgres":
            kill("postgres")
        elif self.target == "group":
            os.killpg(0, signal.SIGKILL)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """Counts the points of this process. ``planned`` strikes at one; ``committed`` is called after each commit."""

    def __init__(self, planned: Kill | None, committed: Callable[[], None] | None = None) -> None:
        self.count = 0
        self.names: list[str] = []
        self._planned, self._committed = planned, committed
        self._thread = threading.get_ident()

    def pass_one(self, name: str) -> None:
        if threading.get_ident() != self._thread:
            return
        self.count += 1
        self.names.append(name)
        if self._planned and self._planned.at == self.count:
            if self._planned.after:
                timer = threading.Timer(self._planned.after, self._planned.strike)
                timer.daemon = True
                timer.start()
            else:
                self._planned.strike()

    def commit(self) -> None:
        if self._committed and threading.get_ident() == self._thread:
            self._committed()
        self.pass_one("after commit")


@contextmanager
def counted(points: Points) -> Iterator[None]:
    """For a process of its own: the hook of files stays."""

    def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        points.pass_one("statement")
        found = execute(sql, params, many, context)
        if not context["connection"].in_atomic_block and not sql.lstrip().upper().startswith(("SELECT", "SHOW", "SET")):
            points.commit()
        return found

    def commit(self: BaseDatabaseWrapper) -> None:
        points.pass_one("before commit")
        of_django(self)
        points.commit()

    def file(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILES or (event == "open" and _writes(*arguments)):
            points.pass_one(event)

    of_django = BaseDatabaseWrapper._commit
    BaseDatabaseWrapper._commit = commit
    sys.addaudithook(file)
    with connection.execute_wrapper(statement):
        yield


def _writes(path: object, mode: str | None, flags: int) -> bool:
    return not str(path).startswith("/dev/") and bool(flags & _WRITING or set(mode or "") & set("wax+"))
