import gc
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from common import rate_limit, valkey

THREADS, TIMES = 8, 25


@pytest.fixture
def abandoned_clients() -> Iterator[None]:
    """Clients that a test lets go are collected in it: in another one their sockets would be reported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.mark.usefixtures("abandoned_clients")
def test_first_attempts_of_a_process_at_the_same_moment_are_all_counted(settings):
    """Threads that meet no client make one each. All but one are let go, also while their connections are in use."""
    counted = []
    with ThreadPoolExecutor(THREADS) as threads:
        for number in range(TIMES):
            valkey.client.cache_clear()
            together = Barrier(THREADS)

            def count(_thread: int, what: str = f"first {number}", together: Barrier = together) -> int:
                together.wait()
                return rate_limit.count_try(what, seconds=60)

            counted.append(sorted(threads.map(count, range(THREADS))))
    assert counted == [list(range(1, THREADS + 1))] * TIMES
