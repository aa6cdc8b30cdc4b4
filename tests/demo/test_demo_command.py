"""`manage.py demo` as a stranger runs it, killed without warning twice: it goes on, and nothing is doubled."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

PEOPLE = 60
SEED = 4711
ROOT = Path(settings.BASE_DIR)
FILES = ROOT / "var" / "demo" / f"{PEOPLE}-{SEED}"


@pytest.fixture
def environment(tmp_path):
    """Servers and files of its own, gone afterwards."""
    instance = f"demo{os.getpid()}"
    inherited = os.environ
    own = {key: value for key, value in inherited.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    own |= {
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": instance,
        "MEDIA_ROOT": str(tmp_path / "media"),
    }
    embedded = [sys.executable, "-m", "devservers", "destroy", instance]
    yield own
    shutil.rmtree(FILES, ignore_errors=True)
    subprocess.run(embedded, cwd=ROOT, env=own, check=True, capture_output=True)


def start(environment: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "demo", "--people", str(PEOPLE), "--seed", str(SEED), "--no-serve"]
    with output.open("wb") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not ready():
        assert process.poll() is None, "the demo ended before it could be killed"
        assert time.monotonic() < deadline, "the demo did not get so far"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def numbers(output: Path) -> dict[str, int]:
    """Counts in the tables on people and letters, by row label."""
    _before, _, tables = output.read_text(encoding="utf-8").partition("Så gick det")
    return {name: int(number) for name, number in re.findall(r"^│ +(\S[^│]*?) +│ +(\d+) ", tables, re.MULTILINE)}


def test_a_killed_demo_goes_on_and_nothing_is_doubled(environment, tmp_path):
    output = tmp_path / "output.txt"
    letters = tmp_path / "media" / "letters"

    # Among its first steps, and among the letters.
    kill_when(start(environment, output), (FILES / "val.csv").exists)
    kill_when(start(environment, output), lambda: len(list(letters.glob("*.pdf"))) >= 3)
    assert start(environment, output).wait(180) == 0, output.read_text()
    found = numbers(output)
    assert found["Alla"] == found["Personer i fördelningen"] == found["Brev till personerna"]
    # God män, förvaltare, ombud and holders of a framtidsfullmakt get one each.
    assert found["Kopior till företrädare"] >= 4
    assert found["Brev i allt"] == found["Brev till personerna"] + found["Kopior till företrädare"]
    assert PEOPLE - 2 <= found["Alla"] <= PEOPLE
    assert found["i utskriften"] == found["Rader i manifestet"]
    ways = ("i utskriften", "skyddad post, skickas för sig", "skickas inte")
    assert found["Brev i allt"] == sum(found[way] for way in ways)
    assert len(list(letters.glob("*.pdf"))) == found["Brev i allt"] - found["skickas inte"]
    assert len(list((tmp_path / "media" / "print").iterdir())) == 1

    # A second start: the same result at once, with nothing done again.
    began = time.monotonic()
    assert start(environment, output).wait(60) == 0, output.read_text()
    assert time.monotonic() - began < 20
    assert numbers(output) == found
