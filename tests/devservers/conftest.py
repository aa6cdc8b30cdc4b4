"""Users of embedded servers, each in its own process, in a separate instance folder."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devservers import instance as embedded
from devservers import locations

USER = """
import json, os, sys
from devservers import EmbeddedError, services
try:
    found = services(sys.argv[1], durable=sys.argv[2] == "durable")
except EmbeddedError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(1)
if sys.argv[2] == "forks" and os.fork() == 0:
    sys.exit(0)  # a child that ends in good order, and must not stop the servers
urls = {"database": found.database_url, "migrator": found.migrator_url, "redis": found.redis_url}
print(json.dumps(urls), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the servers until it exits, or is killed."""

    def __init__(self, instance: str, mode: str = "quick") -> None:
        self.instance = instance
        command = [sys.executable, "-c", USER, instance, mode]
        self.process = subprocess.Popen(
            command, cwd=locations.PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer: dict[str, Any] | None = None

    @property
    def answer(self) -> dict[str, Any]:
        if self._answer is None:
            assert self.process.stdout
            self._answer = json.loads(self.process.stdout.readline())
        assert self._answer
        return self._answer

    @property
    def database(self) -> str:
        assert "error" not in self.answer, self.answer["error"]
        return str(self.answer["database"])

    @property
    def migrator(self) -> str:
        assert "error" not in self.answer, self.answer["error"]
        return str(self.answer["migrator"])

    @property
    def redis(self) -> str:
        assert "error" not in self.answer, self.answer["error"]
        return str(self.answer["redis"])

    def leave(self) -> None:
        _ = self.answer
        self.process.communicate(timeout=300)

    def kill(self) -> None:
        _ = self.answer
        self.process.kill()
        self.process.communicate(timeout=300)


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    """One folder for all, so that the programs are copied for root once."""
    path = Path(tempfile.mkdtemp(prefix="hemtjanstvalet-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(autouse=True)
def _in_that_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(locations.OVERRIDE, str(folder))


@pytest.fixture(scope="package")
def shared(folder: Path) -> Iterator[User]:
    """For read-only tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(locations.OVERRIDE, str(folder))
        one = User("shared")
        _ = one.answer
        yield one
        one.leave()
        embedded.destroy("shared")


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "devservers", *arguments]
        return subprocess.run(line, cwd=locations.PROJECT, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def instance(request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"t{os.getpid()}-{abs(hash(request.node.name)) % 10_000}"
    yield name
    embedded.destroy(name)


@pytest.fixture
def user(instance: str) -> Iterator[Callable[..., User]]:
    users: list[User] = []

    def start(mode: str = "quick") -> User:
        users.append(User(instance, mode))
        return users[-1]

    yield start
    for one in users:
        one.process.kill()
        one.process.communicate()
