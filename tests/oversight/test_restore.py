"""Restore: the database dumped first, then the files; ``verify_restore`` says what does not agree."""

import datetime
import gzip
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from allocation.models import RunDocument
from allocation.nightly import run_night
from audit.sealing import seal_all
from letters.files import media
from tests.factories import ChoiceFactory, LetterFactory
from tests.upgrades.keep import program
from tests.world import SYSTEM, make_world

TONIGHT = datetime.date(2020, 11, 23)
RESTORED = "restored"


@pytest.fixture
def whole(media_root):
    """A letter with its file, an applied run and a sealed log."""
    world = make_world(no_answer_rule="keep", share_bp=5000)
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    ChoiceFactory(person=world.person(), ranking=[world.p], received_on=TONIGHT)
    run = run_night(business_date=TONIGHT, actor=SYSTEM).run
    seal_all()
    return run, LetterFactory(rendered=True, person=world.person())


@pytest.fixture
def media_root(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def _verify(**options):
    out, errors = io.StringIO(), io.StringIO()
    call_command("verify_restore", stdout=out, stderr=errors, no_color=True, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_whole_system(whole):
    told = _verify()
    assert "letters: 1 checked, 0 faults" in told
    assert "runs: 1 checked, 0 faults" in told
    assert "Everything is as the database says." in told


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"%PDF-1.7\n% another letter\n%%EOF\n"])
def test_missing_and_changed_letter(whole, content):
    path = media(whole[1].file_name)
    path.unlink()
    if content:
        path.write_bytes(content)
    with pytest.raises(CommandError, match="1 faults"):
        _verify(only="letters")


@pytest.mark.django_db
def test_changed_run(whole):
    kept = whole[0].documents.get(kind=RunDocument.Kind.OUTCOME)
    kept.content_gzip = gzip.compress(gzip.decompress(kept.content_gzip) + b" ")
    kept.save()
    with pytest.raises(CommandError, match="1 faults"):
        _verify(only="runs")


@pytest.mark.django_db(transaction=True)
def test_backup_is_restored_and_verified(whole, media_root, tmp_path):
    """As in docs/manual/operations.md, with the programs of the server's own version."""
    dump, copy = tmp_path / "hemtjanst.dump", tmp_path / "copy"
    _run("pg_dump", "--format=custom", f"--file={dump}", _url())
    # A letter that is made after the dump: its file is in the copy, and nothing names it.
    LetterFactory(rendered=True, person=whole[1].person, cause_on=TONIGHT + datetime.timedelta(days=1))
    shutil.copytree(media_root, copy)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
        cursor.execute(f"CREATE DATABASE {RESTORED}")
    try:
        _run("pg_restore", "--exit-on-error", f"--dbname={_url(RESTORED)}", str(dump))
        assert "letters: 1 checked, 0 faults" in _verify_restored(copy)
        media_file = next((copy / "letters").glob(f"{whole[1].reference}.pdf"))
        media_file.unlink()
        assert "the file is missing" in _verify_restored(copy)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")


def _verify_restored(folder: Path) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.test",
        "DATABASE_URL": _url(RESTORED),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_restore"], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def _run(name: str, *arguments: str) -> None:
    subprocess.run([program(name), *arguments], check=True, capture_output=True)


def _url(name: str | None = None) -> str:
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{name or at['NAME']}"
