"""Two threads with their own connections, and a meeting point."""

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
        return [future.result(timeout=120) for future in (pool.submit(run, first), pool.submit(run, second))]


class Meeting:
    """Meeting point of two threads, so that both have read before either writes.

    Under a lock the first continues alone after ``patience`` seconds: the lock works. Without the lock only a busy
    machine causes delay: then ``patience`` is long.
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
