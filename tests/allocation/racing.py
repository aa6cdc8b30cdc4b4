"""Two threads with connections of their own, and where they meet."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from allocation.nightly import NightDone


def both_at_once(first, second):
    """Run both in threads with connections of their own. What they raise is given back."""

    def run(work):
        try:
            return work()
        except (ValidationError, IntegrityError, NightDone) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=30) for future in (pool.submit(run, first), pool.submit(run, second))]


class Meeting:
    """Where two threads wait for each other, so that both have read before either writes.

    Where a lock holds the other one back, the first goes on alone after ``patience`` seconds: that is the cure at work.
    With the lock off nothing holds anybody back but a busy machine: then it is long.
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
