"""``backup`` and ``restore``: one moment, everything that it names, and refusals that change nothing."""

import datetime
import fcntl
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from audit.sealing import seal_all
from common import clock
from letters.files import media, sha256, write_whole
from letters.models import Letter, PrintBatch
from oversight.backup import making, programs, restoring
from oversight.backup.named import print_batches
from oversight.retention.services import PRINT_FILES_KEPT
from tests.administration.main_job.conftest import database_url
from tests.dropping import drop_database
from tests.factories import LetterFactory
from tests.world import make_world

RESTORED = "restored_here"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def media_root(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def letter(transactional_db, media_root):
    made = LetterFactory(rendered=True, person=make_world().person())
    seal_all()
    return made


@pytest.fixture
def empty(transactional_db, tmp_path):
    """An empty database and folder; called with the archive, it restores there in a process of its own."""

    def admin(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    drop_database(admin, RESTORED)
    admin(f"CREATE DATABASE {RESTORED}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test",
        "DATABASE_URL": database_url().rpartition("/")[0] + f"/{RESTORED}",
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(tmp_path / "restored"),
    }

    def run(archive: Path) -> tuple[int, str]:
        command = [sys.executable, "manage.py", "restore", str(archive), "--no-color"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    yield run
    drop_database(admin, RESTORED)


def _backup(folder: Path) -> tuple[Path, str]:
    out = io.StringIO()
    call_command("backup", str(folder), stdout=out, stderr=out, no_color=True)
    (archive,) = folder.glob("*.tar")
    return archive, out.getvalue()


def test_backup_is_restored_and_verified_and_nothing_is_overwritten(letter, folder, empty, tmp_path):
    archive, told = _backup(folder)
    assert "1 files" in told
    assert archive.stat().st_mode & 0o777 == 0o600
    status, told = empty(archive)
    assert status == 0, told
    assert "letters: 1 checked, 0 faults" in told
    assert "Everything is as the database says." in told
    assert (tmp_path / "restored" / letter.file_name).read_bytes() == media(letter.file_name).read_bytes()
    status, told = empty(archive)
    assert (status, "has tables. Make an empty one" in told) == (1, True)


def test_changes_during_the_backup_are_of_another_moment(letter, folder, empty, monkeypatch):
    """A letter rendered after the snapshot, before the dump is made."""
    dump = making._dump

    def slow_dump(*arguments) -> None:
        def work() -> None:
            LetterFactory(rendered=True, person=letter.person, cause_on=datetime.date(2020, 1, 7))
            connection.close()

        other = threading.Thread(target=work)
        other.start()
        other.join()
        dump(*arguments)

    monkeypatch.setattr(making, "_dump", slow_dump)
    archive, told = _backup(folder)
    assert "1 files" in told
    assert Letter.objects.count() == 2
    status, told = empty(archive)
    assert (status, "letters: 1 checked, 0 faults" in told) == (0, True), told


def test_missing_and_changed_files_are_reported_and_the_rest_is_saved(letter, folder, empty):
    other = LetterFactory(rendered=True, person=letter.person, cause_on=datetime.date(2020, 1, 7))
    third = LetterFactory(rendered=True, person=letter.person, cause_on=datetime.date(2020, 1, 8))
    media(other.file_name).unlink()
    media(third.file_name).write_bytes(b"another")
    with pytest.raises(CommandError, match="2 files are not as the database says") as stopped:
        _backup(folder)
    assert stopped.value.returncode == 2
    (archive,) = folder.glob("*.tar")
    status, told = empty(archive)
    assert status == 1
    assert f"Already when the backup was made: letter {other.reference}" in told
    assert "letters: 3 checked, 2 faults" in told


def test_print_batch_is_in_the_backup_until_its_files_are_removed(letter, folder, monkeypatch):
    content = {"letters-001.pdf": b"%PDF", "manifest.csv": b"1"}
    content["manifest.json"] = json.dumps({"files": {"letters-001.pdf": sha256(b"%PDF")}}).encode()
    for name, each in content.items():
        write_whole(media(f"print/PRINTED/{name}"), each)
    counts = {f"{name}_count": 1 for name in ("letters", "pages", "sheets", "files")}
    sum_of = sha256(content["manifest.json"])
    batch = PrintBatch.objects.create(reference="PRINTED", stack="post-2020-11-22", manifest_sha256=sum_of, **counts)
    assert len(list(print_batches())) == 3
    archive, _told = _backup(folder)
    with tarfile.open(archive) as tar:
        assert f"files/print/{batch.reference}/letters-001.pdf" in tar.getnames()
    later = clock.now() + PRINT_FILES_KEPT + datetime.timedelta(days=1)
    monkeypatch.setattr("oversight.backup.named.clock.now", lambda: later)
    assert [each.name.rpartition("/")[2] for each in print_batches()] == ["manifest.json", "manifest.csv"]


def _cut(archive: Path) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])


def _damage(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[2000] ^= 1
    archive.write_bytes(content)


def _edit(**changes):
    def edit(archive: Path) -> None:
        with tarfile.open(archive) as tar:
            parts = [(info, tar.extractfile(info).read()) for info in tar]
        with tarfile.open(archive, "w") as tar:
            for info, content in parts:
                if info.name == making.MANIFEST:
                    content = json.dumps(json.loads(content) | changes).encode()
                    info.size = len(content)
                tar.addfile(info, io.BytesIO(content))

    return edit


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_cut, "not a whole backup|not whole"),
        (_damage, "damaged|not a whole backup"),
        (lambda archive: archive.write_bytes(b"none"), "not a whole backup"),
        (_edit(format=2), "format 2"),
        (_edit(postgres=99, server="99.0"), "use a server of version 99"),
        (_edit(migrations=[["choices", "0999_later"]]), "newer program: it has choices.0999_later"),
    ],
)
def test_archive_is_refused_in_words(letter, folder, monkeypatch, harm, words):
    archive, _told = _backup(folder)
    harm(archive)
    # The database of the test: it is not empty either, and nothing is written.
    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor: [])
    monkeypatch.setattr(restoring, "_load", lambda *arguments: pytest.fail("loaded"))
    with pytest.raises(CommandError, match=words):
        call_command("restore", str(archive))


def test_another_file_in_the_way_is_refused(letter, folder, monkeypatch):
    archive, _told = _backup(folder)
    media(letter.file_name).write_bytes(b"another")
    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor: [])
    with pytest.raises(CommandError, match="exists and is another file"):
        call_command("restore", str(archive))
    assert media(letter.file_name).read_bytes() == b"another"


def test_old_program_is_refused_in_words(letter, folder, settings, tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.9'\n")
    old.chmod(0o755)
    settings.POSTGRES_PROGRAMS = str(tmp_path)
    monkeypatch.setattr(programs, "_places", lambda name, places=programs._places: places(name)[:1])
    with pytest.raises(CommandError, match=r"is of version 15\. Install postgresql-client-18"):
        _backup(folder)
    assert list(folder.iterdir()) == []


def test_second_backup_at_the_same_time_is_refused_and_the_first_keeps_its_files(letter, folder):
    unfinished = folder / ".making-hemtjanst.tar"
    unfinished.write_text("")
    first = os.open(folder, os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    try:
        with pytest.raises(CommandError, match="Another backup is being written"):
            _backup(folder)
        assert unfinished.exists()
    finally:
        os.close(first)

    _backup(folder)
    assert not unfinished.exists()


def test_full_disk_leaves_nothing(letter, folder, monkeypatch):
    monkeypatch.setattr(
        making, "_add", lambda *arguments: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(CommandError, match="Nothing was written: No space left"):
        _backup(folder)
    assert list(folder.iterdir()) == []
