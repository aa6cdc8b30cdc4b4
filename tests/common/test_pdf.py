import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from common.pdf import render_pdf

THREADS = 4


def test_threads_make_one_pdf_at_a_time():
    """Web servers have threads, and Pango is not made for them."""
    together, within, most = Barrier(THREADS), [], []

    def finish(_document: object, _pdf: object) -> None:
        within.append(1)
        most.append(len(within))
        time.sleep(0.05)
        within.pop()

    def render(_thread: int) -> int:
        together.wait()
        _content, pages = render_pdf("<!DOCTYPE html><html lang='sv'><title>x</title><p>x</p></html>", finish=finish)
        return pages

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(render, range(THREADS))) == [1] * THREADS
    assert most == [1] * THREADS
