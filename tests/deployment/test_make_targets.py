"""Every make target is run in a small form here, or by a test named here."""

import contextlib
import os
import re
import runpy
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from tests import template_database
from tests.administration.main_job.conftest import database_url
from tests.processes import Forked

ROOT = Path(settings.BASE_DIR)
# Run here, on a copy of the test database.
TINY = {
    "bench": "benchmarks.one_size 60 2",
    "bench-desk": "benchmarks.desk --one 60",
    "bench-payment": "benchmarks.payment --one 40",
    "bench-run": "benchmarks.run --one 60",
    "bench-web": "benchmarks.web --choosers 2 --people 60 --workers 1",
    "bench-letters": "benchmarks.letters --letters 3 --memory 2",
    "engine-equal": "tests.allocation.engine.equal --small 40 --middle 1 --towns 0 --sizes",
}
# Only `--help` is run: they take minutes, or need what `make` fetches for them.
OFFERS = {
    "bench": "benchmarks",
    "bench-engine": "benchmarks.engine",
    "bench-upgrade": "benchmarks.upgrade",
    "torture-letters": "benchmarks.torture_letters",
    "test-long": "tests.long_forms",
    "torture-workers": "tests.torture.with_celery",
    "kill-points": "tests.torture.kill_points",
    "screenshots": "scripts/screenshots.py",
    "try-image": "scripts.image",
    "run": "manage.py runserver",
    "drills": "tests.drills",
}
# Covered by this file.
ELSEWHERE = {
    "demo": "tests/demo/test_demo_command.py",
    "facts-states": "tests/allocation/facts/test_facts_property.py",
    "letters-approve": "tests/letters/test_looks.py",
    "letters-read-back": "tests/letters/test_round_read_back.py",
    "manual": "tests/desk/test_manual.py",
    "payment-year": "tests/reimbursement/engine/test_payment_year.py",
    "pictures": "tests/common/test_documents.py",
    "register-year": "tests/choices/registers/test_folder.py",
    "stop": "tests/devservers/test_embedded.py",
    "clean": "tests/devservers/test_embedded.py",
    "torture": "tests/torture/test_torture.py",
    "torture-letters": "tests/letters/test_torture.py",
    "year": "tests/year/test_year.py",
    "translations": "tests/languages/test_complete.py",
}
# They fetch packages, programs or images, or start the tests: only their commands are read.
ONLY_READ = {
    "setup",
    "setup-test",
    "test",
    "test-wide",
    "test-assertions",
    "lint",
    "pin-images",
    "release",
    "format",
    "audit",
    "lock",
}


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)) - {
        "help"
    }


def test_every_target_is_covered():
    assert _targets() == set(TINY) | set(OFFERS) | set(ELSEWHERE) | ONLY_READ
    assert [path for path in ELSEWHERE.values() if not (ROOT / path).exists()] == []


def test_commands_of_targets_exist():
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", "VERSION=0", *sorted(_targets())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    modules = set(re.findall(r"python -m ([\w.]+)", said)) - {"pip"}
    files = set(re.findall(r"((?:scripts|tests)/[\w/.]+)", said))

    assert {"benchmarks.run", "tests.torture", "devservers"} <= modules
    assert [module for module in modules if find_spec(module) is None] == []
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """The servers of the tests, and no others: servers of this checkout in use are untouched."""
    inherited = {key: value for key, value in os.environ.items() if key != "EMBEDDED_INSTANCE"}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(tmp_path),
        "HEMTJANSTVALET_VAR": str(tmp_path),
    }


@pytest.mark.parametrize("target", TINY)
def test_target_runs_in_small(target: str, environment, django_db_setup: None, django_db_blocker):
    name = f"make_{target.replace('-', '_')}"
    environment["DATABASE_URL"] = re.sub(r"[^/]+$", name, environment["DATABASE_URL"])
    if target == "bench-web":
        environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.web.settings"
    module, *options = TINY[target].split()
    with django_db_blocker.unblock():
        template_database.copy(name)
    try:
        done = _python("-m", module, *options, environment=environment)
    finally:
        with django_db_blocker.unblock():
            template_database.drop(name)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("target", OFFERS)
def test_target_help(target: str, environment, tmp_path):
    program, *words = OFFERS[target].split()
    output = tmp_path / "output"

    def ask() -> None:
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = [program, *words, "--help"]
        # runpy warns of modules that are already imported.
        warnings.simplefilter("ignore", RuntimeWarning)
        with output.open("w") as file, contextlib.redirect_stdout(file):
            if program.endswith(".py"):
                runpy.run_path(str(ROOT / program), run_name="__main__")
            else:
                runpy.run_module(program, run_name="__main__", alter_sys=True)

    assert Forked(ask).wait() == 0
    assert output.read_text().startswith("usage:")


def _python(*arguments: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
