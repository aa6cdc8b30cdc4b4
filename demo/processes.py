"""Worker and web server of the demo, with the demo's lifetime."""

import ctypes
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 20


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with two processes and an embedded beat: seals the log and runs nights."""
    command = ["celery", "-A", "botkyrka_hemtjanst", "worker", "--concurrency", "2", "--loglevel", "INFO"]
    # The schedule file is beside the log, the only writable folder.
    command += ["--beat", "--schedule", str(log.with_name("beat-schedule"))]
    # As in production: with a heartbeat for the health page.
    command += ["--scheduler", "botkyrka_hemtjanst.beat:TickingScheduler"]
    with _running([*command, "--hostname", "demo@%h"], log) as process:
        yield process


@contextmanager
def web_server(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    address = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    with _running(["gunicorn", "botkyrka_hemtjanst.wsgi:application", *address], log) as process:
        yield process


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  (a command of our own)
            [sys.executable, "-m", *command],
            stdout=output,
            stderr=output,
            # A separate session: Ctrl-C reaches only the demo, which then stops the rest in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """Linux signals the process when the demo is killed without clean-up. Elsewhere it survives."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
