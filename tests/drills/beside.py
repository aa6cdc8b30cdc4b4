"""The last release beside the new database, and back again (docs/releasing.md): web, worker and beat of both versions.

The kept dump of the release is updated, and gets columns as the next version may add them. A night is done with both
versions at work, one by the last release alone, as after a return, and one by the new version. Runs of both compute
again to the same bytes.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from devservers import instance, processes
from tests.drills.cluster import Cluster
from tests.drills.protocol import ROOT, check, new_folder, say
from tests.drills.web import Web, until

NAME, DATABASE = "drills", "beside"
FOLDER = new_folder()
DUMPS = ROOT / "tests" / "upgrades"
# Letters of each night that are made again.
AGAIN = 8
NIGHTS = 3
# One person of so many dies before each night.
ONE_IN = 20
# Tables that everything reads and writes.
WIDENED = (
    "choices_person", "choices_choice", "choices_wish", "allocation_placement", "allocation_allocationrun",
    "allocation_outcomerow", "allocation_night", "letters_letter", "letters_printbatch", "audit_event",
)  # fmt: skip


class Version:
    """A tree of the program, and the processes that run from it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self._running: list[subprocess.Popen[bytes]] = []

    def manage(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(arguments)}: {done.stdout}{done.stderr}"[-3000:])

    def start(self, day: date) -> Web:
        """Web, worker and beat on ``day``."""
        port, beat = processes.choose_port(), FOLDER / f"{self.name}-beat"
        beat.with_suffix(".pid").unlink(missing_ok=True)
        celery = ("celery", "-A", "tests.torture.celery_app")
        for command in (
            ("gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"),
            (*celery, "worker", "--concurrency=1", f"--hostname={self.name}@drill", "--loglevel=ERROR"),
            (*celery, "beat", f"--schedule={beat}", f"--pidfile={beat}.pid", "--loglevel=ERROR"),
        ):
            with (FOLDER / f"{self.name}.log").open("ab") as log:
                environment = {**os.environ, "CLOCK_TODAY": day.isoformat()}
                self._running.append(
                    subprocess.Popen(
                        [sys.executable, "-m", *command], cwd=self.folder, env=environment, stdout=log, stderr=log
                    )
                )
        web = Web(port)
        web.wait(200)
        return web

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drills.beside", description=__doc__)
    parser.add_argument("--version", default="", help="of the kept dump; default: the last")
    parser.add_argument(
        "--commit", default="", help="of its program; default: its tag, or the commit that kept the dump"
    )
    options = parser.parse_args()
    dump = sorted(DUMPS.glob(f"{options.version or '*'}.sql.gz"))[-1]
    version = dump.name.removesuffix(".sql.gz")
    commit = options.commit or _commit_of(dump, version)
    if not commit:
        say("beside", "left out: this is no clone with its history")
        return
    cluster = Cluster(FOLDER / "postgres")
    cluster.create()
    old, new = Version(f"release-{version}", FOLDER / "old"), Version("new", ROOT)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, FOLDER, ignore_errors=True)
        stack.callback(instance.destroy, NAME)
        stack.callback(cluster.stop)
        stack.callback(old.stop)
        stack.callback(new.stop)
        _take(commit, old.folder)
        drill(cluster.start(), dump, old, new, commit)


def drill(cluster: Cluster, dump: Path, old: Version, new: Version, commit: str) -> None:
    os.environ |= {
        "DATABASE_URL": cluster.url(DATABASE),
        "REDIS_URL": instance.services(NAME).redis_url,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": NAME,
        "MEDIA_ROOT": str(FOLDER / "media"),
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()
    cluster.sql(f"CREATE DATABASE {DATABASE}")
    cluster.sql(gzip.decompress(dump.read_bytes()).decode(), DATABASE)
    before = cluster.sql("SELECT count(*) FROM django_migrations", DATABASE)[0][0]
    new.manage("migrate", "--verbosity=0")
    after = cluster.sql("SELECT count(*) FROM django_migrations", DATABASE)[0][0]
    for table in WIDENED:
        cluster.sql(f"ALTER TABLE {table} ADD COLUMN of_the_next text, ADD COLUMN with_default int NOT NULL DEFAULT 1",
                    DATABASE)  # fmt: skip
    say(
        "database",
        f"{dump.name} of {commit[:8]}, {after - before} migrations, and two new columns in {len(WIDENED)} tables",
    )
    # The night decides alone: its letters are made at once.
    cluster.sql("UPDATE providers_municipality SET night_decides = 'alone', night_decides_basis = 'x'", DATABASE)
    (((last,),), made) = cluster.sql("SELECT max(business_date) FROM allocation_night", DATABASE), 0
    for number, (words, versions) in enumerate(
        (
            ("beside each other", (old, new)),
            ("back to the last release", (old,)),
            ("and up again", (new,)),
        )
    ):
        made += _night(cluster, last + timedelta(days=number + 1), number, words, versions)
    check(f"letters were made: {made}", made >= NIGHTS * AGAIN)
    _verify(made)


def _night(cluster: Cluster, day: date, number: int, words: str, versions: tuple[Version, ...]) -> int:
    """The night of ``day`` with deaths before it; the number of its letters."""
    letters = "SELECT count(*) FROM letters_letter WHERE rendered_at IS {} NULL AND route <> 'hold'"

    def count(sql: str) -> int:
        return int(cluster.sql(sql, DATABASE)[0][0])

    _to_make_again(cluster, number)
    rendered = count(letters.format("NOT"))
    cluster.sql(
        f"UPDATE choices_person SET deceased_on = '{day}' WHERE id % {ONE_IN} = {number} AND deceased_on IS NULL",
        DATABASE,
    )
    webs = [version.start(day) for version in versions]
    nights = f"SELECT count(*) FROM allocation_night WHERE business_date = '{day}'"
    until(lambda: count(nights) > 0 and not count(letters.format("")))
    pages = [(web.get("/"), web.report_a_fault()) for web in webs]
    for version in versions:
        version.stop()
    new = count(letters.format("NOT")) - rendered
    names = " and ".join(version.name for version in versions)
    say(words, f"{names}: the night of {day}, {new} letters; a page and one that writes: {pages}")
    check("one night, and pages work", count(nights) == 1 and all(one == 200 and two < 400 for one, two in pages))
    faults = count(f"SELECT count(*) FROM allocation_runfailure WHERE business_date = '{day}'")
    check("no run failed", faults == 0)
    return new


def _to_make_again(cluster: Cluster, number: int) -> None:
    """Letters of the dump, which have no files here, wait for a worker and for a print batch again.

    Those of people who die before a night are not taken: they would be held.
    """
    some = (
        f"SELECT id FROM letters_letter WHERE route = 'print' AND person_id % {ONE_IN} >= {NIGHTS}"
        f" ORDER BY id OFFSET {number * AGAIN} LIMIT {AGAIN}"
    )
    cluster.sql(
        "ALTER TABLE letters_letter DISABLE TRIGGER USER; UPDATE letters_letter SET batch_id = NULL, pages = NULL,"
        f" rendered_at = NULL, sha256 = '' WHERE id IN ({some}); ALTER TABLE letters_letter ENABLE TRIGGER USER",
        DATABASE,
    )


def _verify(made: int) -> None:
    from letters import files
    from letters.models import Letter
    from oversight.restored import PARTS

    there = [letter for letter in Letter.objects.exclude(sha256="") if files.media(letter.file_name).exists()]
    whole = [letter for letter in there if files.sha256_of(files.media(letter.file_name)) == letter.sha256]
    check(f"{len(whole)} letters have their files, of both versions", len(whole) == len(there) == made)
    for name in ("runs", "logs"):
        found = list(PARTS[name]())
        faults = [fault for fault in found if fault]
        check(f"{name}: {len(found)} checked by the new version, {len(faults)} faults {faults[:3] or ''}", not faults)


def _commit_of(dump: Path, version: str) -> str:
    for command in (
        ("rev-parse", "--verify", "--quiet", f"{version}^{{commit}}"),
        ("log", "-1", "--format=%H", "--", dump),
    ):
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return ""


def _take(commit: str, folder: Path) -> None:
    """The tree of a commit, with translations, beside the packages that are installed."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    (folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    subprocess.run([sys.executable, "scripts/compile_translations.py"], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main()
