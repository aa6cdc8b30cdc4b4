"""Liveness of server processes."""

import subprocess
import time

from devservers import processes


def test_process_is_alive_while_it_executes_its_program():
    """Regression: the command line is empty for a moment then, and the server was said to have ended."""
    for _each in range(50):
        child = subprocess.Popen(["/bin/sh", "-c", "exec sleep 30"])
        until = time.monotonic() + 0.01
        alive = []
        while time.monotonic() < until:
            alive.append(processes.is_alive(child.pid))
        child.kill()
        child.wait()
        assert alive
        assert all(alive)


def test_ended_process_is_not_alive():
    child = subprocess.Popen(["/bin/sh", "-c", "exit"])
    deadline = time.monotonic() + 30
    # A zombie until somebody waits for it.
    while processes.is_alive(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not processes.is_alive(child.pid)
    child.wait()
    assert not processes.is_alive(child.pid)
