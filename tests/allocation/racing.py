"""Two threads with their own connections, and a barrier."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from allocation.nightly import NightDone


def both_at_once(first, second):
    """Run both in threads with their own connections. Returns their exceptions."""

    def run(work):
        try:
            return work()
        except (ValidationError, IntegrityError, NightDone) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=120) for future in (pool.submit(run, first), pool.submit(run, second))]


class Meeting:
    """Barrier of two threads, so that both have read before either writes.

    With a lock the first continues alone after ``patience`` seconds: the lock works. Without it only a busy machine
    causes delay: then ``patience`` is long.
    """

    def __init__(self, *, lock="on"):
        self.patience = 1 if lock == "on" else 20
        self.barrier = threading.Barrier(2)
        self.first_is_here = threading.Event()

    def wait(self):
        self.first_is_here.set()
        try:
            self.barrier.wait(timeout=self.patience)
        except threading.BrokenBarrierError:
            return

    def after(self, function):
        def met(*args, **kwargs):
            result = function(*args, **kwargs)
            self.wait()
            return result

        return met

    def before(self, function):
        def met(*args, **kwargs):
            self.wait()
            return function(*args, **kwargs)

        return met
