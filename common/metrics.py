"""Prometheus metrics: counters of tasks, the numbers of this process and its siblings, and the right to read them.

Requests and queries are counted by django-prometheus. Labels are names in the code, never data.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from celery.signals import task_failure, task_postrun, task_prerun
from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

STARTED = Counter("hemtjanst_tasks_started", "Tasks begun. Begun and not finished: killed, or still at work.", ["task"])
FINISHED = Counter("hemtjanst_tasks_finished", "Tasks ended, by outcome.", ["task", "outcome"])
SECONDS = Histogram(
    "hemtjanst_task_seconds", "Duration of tasks.", ["task"], buckets=(0.05, 0.25, 1, 5, 15, 60, 300, 900, 2400)
)
LETTERS = Counter("hemtjanst_letters_rendered", "Letters whose PDF was made.")

# Outcome of a task whose process was killed or ran out of time; the other outcomes are Celery's states.
_KILLED = "KILLED"
_began: dict[str, float] = {}


def exposition() -> bytes:
    """The numbers of all processes that share ``METRICS_FOLDER``; without it, those of this process."""
    registry = REGISTRY
    if settings.METRICS_FOLDER:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def is_allowed(authorization: str) -> bool:
    """Whether the header has the configured token. False if none is configured."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(authorization.encode(), expected.encode())


def serve() -> None:
    """Answer at ``METRICS_WORKER_BIND`` from a thread: a worker has no web server."""
    host, _colon, port = settings.METRICS_WORKER_BIND.rpartition(":")
    server = make_server(host, int(port), _worker_page, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def _worker_page(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if not is_allowed(environ.get("HTTP_AUTHORIZATION", "")):
        start("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
        return [b""]
    start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [exposition()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a line a scrape would hide the others."""


@task_prerun.connect
def _start(task: Any, task_id: str, **_signal: Any) -> None:
    _began[task_id] = time.monotonic()
    STARTED.labels(task.name).inc()


@task_postrun.connect
def _finish(task: Any, task_id: str, state: str | None = None, **_signal: Any) -> None:
    FINISHED.labels(task.name, state or "UNKNOWN").inc()
    if began := _began.pop(task_id, None):
        SECONDS.labels(task.name).observe(time.monotonic() - began)


@task_failure.connect
def _killed(sender: Any, task_id: str, exception: BaseException | None = None, **_signal: Any) -> None:
    """Sent in the worker's parent process when a child was lost or hit the hard limit: it had no end of its own."""
    if type(exception).__name__ in ("WorkerLostError", "TimeLimitExceeded") and task_id not in _began:
        FINISHED.labels(sender.name, _KILLED).inc()
