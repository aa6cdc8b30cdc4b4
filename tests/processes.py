"""Work in a process of its own, which a test may kill.

Forked, so that it begins at once: a new interpreter loads the project for two seconds.
"""

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from django.db import connection
from kombu import pools


class Forked:
    """Like ``subprocess.Popen``, for a function: ``poll``, ``send_signal``, ``wait``, ``returncode``."""

    returncode: int | None = None

    def __init__(self, work: Callable[[], object]) -> None:
        with warnings.catch_warnings():
            # Python 3.12 and later warn of other threads (xdist's, Playwright's). None of them holds what is used here.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            _work_and_exit(work)

    def poll(self) -> int | None:
        return self._wait(os.WNOHANG)

    def wait(self) -> int | None:
        return self._wait(0)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def _work_and_exit(work: Callable[[], object]) -> None:
    code = 1
    try:
        # Connections of its own; the parent's are left as they are.
        connection.connection = None
        pools.reset()
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class Statements:
    """Counts the statements that are sent to the database, and kills its process before one of them.

    Savepoints are not counted: within a transaction there is one for each transaction.
    """

    def __init__(self, *, dies_before: int | None = None) -> None:
        self.sent = 0
        self.dies_before = dies_before

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if "SAVEPOINT" not in sql:
            self.sent += 1
            if self.sent == self.dies_before:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *more)


def killed_before(number: int, work: Callable[[], object]) -> int | None:
    """Do the work in a process that is killed (kill -9) before its ``number``-th statement.

    Returns its exit code when the server has rolled back its transaction, and released its locks.
    """

    def until_killed() -> None:
        with connection.execute_wrapper(Statements(dies_before=number)):
            work()

    before = _at_work()
    code = Forked(until_killed).wait()
    while _at_work() - before:
        time.sleep(0.005)
    return code


def _at_work() -> set[int]:
    """Other sessions in this database with a transaction, as the server's process ids. A pool keeps idle ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}
