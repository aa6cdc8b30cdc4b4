"""Processes of a drill: web as a monitor and a visitor see it, and any other module."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 900


def stretched(seconds: float) -> float:
    """The time that takes so many seconds of an idle machine: with other work on it a process gets a part of a core."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Web:
    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> int:
        try:
            return httpx.get(self.address + path, timeout=30).status_code
        except httpx.TransportError:
            return 0

    def parts(self) -> dict[str, bool]:
        answer = httpx.get(f"{self.address}/halsa/", timeout=30).json()
        return {name: part["ok"] for name, part in answer["checks"].items()}

    def report_a_fault(self) -> int:
        """A page that writes: a visitor reports a fault of the site."""
        from django.urls import reverse

        with httpx.Client(base_url=self.address, timeout=30) as client:
            page = client.get(reverse("info:report_fault"))
            token = client.cookies.get("csrftoken", "")
            data = {"what": "Knappen syns inte", "csrfmiddlewaretoken": token}
            return client.post(page.url.path, data=data, headers={"Referer": self.address}).status_code

    def wait(self, status: int, path: str = "/halsa/webb/") -> None:
        began = time.monotonic()
        while self.get(path) != status:
            if time.monotonic() - began > stretched(PATIENCE):
                raise RuntimeError(f"{path} did not answer {status}")
            time.sleep(0.2)


@contextmanager
def process(folder: Path, module: str, *arguments: str, **more: str) -> Iterator[Path]:
    log = folder / f"{module}-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env={**os.environ, **more}, stdout=output, stderr=output
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()


def until(condition: Callable[[], object], pause: float = 0.3) -> None:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > stretched(PATIENCE):
            raise RuntimeError("not within the time")
        time.sleep(pause)
