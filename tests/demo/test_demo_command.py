"""`manage.py demo`, killed: it resumes, and nothing is doubled."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from devservers.instance import urls
from tests.long_form import LONG

PEOPLE = 60 if LONG else 40
SEED = 4711
ROOT = Path(settings.BASE_DIR)
FILES = ROOT / "var" / "demo" / f"{PEOPLE}-{SEED}"


@pytest.fixture
def environment(tmp_path):
    """Its own servers and files, removed afterwards."""
    instance = f"demo{os.getpid()}"
    inherited = os.environ
    own = {key: value for key, value in inherited.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    own |= {
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": instance,
        "MEDIA_ROOT": str(tmp_path / "media"),
        "LETTER_DROP": str(tmp_path / "printer"),
    }
    embedded = [sys.executable, "-m", "devservers", "destroy", instance]
    yield own
    shutil.rmtree(FILES, ignore_errors=True)
    (ROOT / "var" / "demo" / f"clock-{instance}").unlink(missing_ok=True)
    subprocess.run(embedded, cwd=ROOT, env=own, check=True, capture_output=True)


def start(environment: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "demo", "--people", str(PEOPLE), "--seed", str(SEED), "--no-serve"]
    with output.open("wb") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
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


def test_killed_demo_resumes_without_duplicates(environment, tmp_path):
    output = tmp_path / "output.txt"
    letters = tmp_path / "media" / "letters"

    # Kill in the first steps (long form), and during the letters.
    if LONG:
        kill_when(start(environment, output), (FILES / "val.csv").exists)
    kill_when(start(environment, output), lambda: len(list(letters.glob("*.pdf"))) >= 3)
    assert start(environment, output).wait(180) == 0, output.read_text()
    found = numbers(output)
    assert found["Alla"] == found["Personer i fördelningen"] == found["Brev till personerna"]
    # Each god man, förvaltare, ombud and holder of a framtidsfullmakt gets one.
    assert found["Kopior till företrädare"] >= 4
    assert found["Brev i allt"] == found["Brev till personerna"] + found["Kopior till företrädare"]
    assert PEOPLE - 2 <= found["Alla"] <= PEOPLE
    assert found["i utskriften"] == found["Rader i manifestet"]
    ways = ("i utskriften", "skyddad post, skickas för sig", "skickas inte")
    assert found["Brev i allt"] == sum(found[way] for way in ways)
    written, posted, batches = letters_of(environment["EMBEDDED_INSTANCE"])
    assert written["round"] == found["Brev i allt"]
    # With those of the days after the round.
    assert len(list(letters.glob("*.pdf"))) == sum(written.values()) - found["skickas inte"]
    assert len(list((tmp_path / "media" / "print").iterdir())) == batches
    assert posted >= found["i utskriften"]

    # A second start repeats nothing.
    assert start(environment, output).wait(600) == 0, output.read_text()
    assert numbers(output) == found

    rights = table_of_rights(environment["EMBEDDED_INSTANCE"])
    assert {who: found.pop("audit_event") for who, found in rights.items() if "audit_event" in found} == {
        "hemtjanst": "INSERT SELECT"
    }
    own = rights["hemtjanst"]
    assert {table: own.pop(table) for table in AS_THE_LOG} == AS_THE_LOG
    assert set(own.values()) == {"DELETE INSERT MAINTAIN SELECT UPDATE"}
    assert rights["hemtjanst_figures"] == {"casework_published_figures": "SELECT"}

    # A beat has sealed the logs, and reports unsealed rows.
    printed = manage(environment, "verify_audit")
    assert re.search(r"^events: [1-9]\d* rows sealed, \d+ waiting", printed, re.MULTILINE), printed
    assert re.search(r"The log is whole|What is sealed is whole\. \d+ rows are not sealed yet", printed)


# Privileges of the application on restricted tables, according to the demo's database.
AS_THE_LOG = {
    "audit_read": "INSERT SELECT",
    "audit_seal": "INSERT SELECT",
    "audit_destruction": "INSERT SELECT",
    "audit_rowversion": "SELECT",
    "django_migrations": "SELECT",
    "audit_destroyedfile": "INSERT SELECT UPDATE",
    "accounts_user": "INSERT SELECT UPDATE",
}


def letters_of(instance: str) -> tuple[dict[str, int], int, int]:
    """Letters of the round and others; posted ones; print batches."""
    start = [sys.executable, "-m", "devservers", "start", instance]
    subprocess.run(start, cwd=ROOT, check=True, capture_output=True)
    found = urls(instance)
    assert found
    with psycopg.connect(found.migrator_url) as connection:
        counted = connection.execute(
            "SELECT CASE WHEN r.kind = 'round' THEN 'round' ELSE 'later' END, count(*)::int, count(l.posted_on)::int"
            " FROM letters_letter l LEFT JOIN allocation_allocationrun r ON r.id = l.run_id GROUP BY 1"
        ).fetchall()
        batches = connection.execute("SELECT count(*)::int FROM letters_printbatch").fetchone()
    assert batches
    return {kind: letters for kind, letters, _posted in counted}, sum(posted for *_, posted in counted), batches[0]


def table_of_rights(instance: str) -> dict[str, dict[str, str]]:
    """Role → table → privileges, of roles other than the owner."""
    start = [sys.executable, "-m", "devservers", "start", instance]
    subprocess.run(start, cwd=ROOT, check=True, capture_output=True)
    found = urls(instance)
    assert found
    rights: dict[str, dict[str, str]] = {}
    with psycopg.connect(found.migrator_url) as connection:
        rows = connection.execute(
            "SELECT a.grantee::regrole::text, c.relname, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)"
            " FROM pg_class c, aclexplode(c.relacl) a"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.grantee <> c.relowner"
            " GROUP BY 1, 2"
        ).fetchall()
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owners == [("hemtjanst_owner",)]
    for role, table, given in rows:
        rights.setdefault(role, {})[table] = given
    return rights


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
