"""Bad days of the manual (When something breaks) on real processes: web, worker, beat, PostgreSQL, Valkey.

Full disk of the database and of ``MEDIA_ROOT``, broker lost, database restarted, clock wrong. Each says what is seen
and what is done, and ends with the state that an undisturbed system has. The disks and the clock need root and
``faketime``.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from devservers import instance, processes
from devservers.locations import places_of
from tests.drills.cluster import Cluster
from tests.drills.protocol import check, new_folder, say
from tests.drills.web import Web, process, until

NAME = "drills"
FOLDER = new_folder()
DISK, MEDIA = FOLDER / "disk", FOLDER / "media"


def main() -> None:
    DISK.mkdir()
    has_disk = _run("mount", "-t", "tmpfs", "-o", "size=700m,mode=755", "drill", str(DISK)) == 0
    cluster = Cluster(DISK / "postgres", "max_wal_size=128MB", "shared_buffers=32MB")
    cluster.create()
    try:
        drill(cluster.start(), has_disk=has_disk)
    finally:
        cluster.stop()
        instance.destroy(NAME)
        if has_disk:
            _run("umount", str(DISK))
            _run("umount", str(MEDIA))
        shutil.rmtree(FOLDER, ignore_errors=True)


def drill(cluster: Cluster, *, has_disk: bool) -> None:
    # Valkey of this instance; its PostgreSQL is not used.
    redis = instance.services(NAME).redis_url
    os.environ |= {
        "DATABASE_URL": cluster.url(),
        "REDIS_URL": redis,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": NAME,
        "MEDIA_ROOT": str(MEDIA),
        "LOG_LEVEL": "WARNING",
    }
    MEDIA.mkdir()
    if has_disk:
        _run("mount", "-t", "tmpfs", "-o", "size=2g", "drill", str(MEDIA))
    import django

    django.setup()
    from tests.torture.stage import TRIAL, Stage

    stage = Stage(60)
    stage.build()
    stage.fresh()
    os.environ["DATABASE_URL"] = cluster.url(TRIAL)
    port = processes.choose_port()
    with process(
        FOLDER, "gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--no-control-socket"
    ):
        web = Web(port)
        web.wait(200)
        if has_disk:
            disk_full(cluster, web)
            media_full(web)
        else:
            say("disk full", "left out: it needs a user who may mount")
        broker_lost(web)
        database_restarted(cluster, web)
    clock_wrong(stage)


def disk_full(cluster: Cluster, web: Web) -> None:
    from allocation.models import Night
    from choices.models import Choice
    from tests.torture import dump

    before = dump.dump()
    _fill(DISK / "filler")
    say("disk full", "no byte is free where the database is")
    code, told = _manage("run_night")
    say("  run_night", f"exit code {code}: {told.strip().splitlines()[-1][:150]}")
    check("the night fails", code != 0)
    say("  /halsa/webb/ and a page that writes", f"{web.get('/halsa/webb/')} and {web.report_a_fault()}")
    (DISK / "filler").unlink()
    if not cluster.is_running():
        say("  done", "room is made, and PostgreSQL is started: it had stopped")
        cluster.start()
    else:
        say("  done", "room is made")
    web.wait(200)
    _reconnect()
    after = dump.dump()
    check("nothing is half done", {**before, "failures": None} == {**after, "failures": None})
    check("the page that writes works", web.report_a_fault() in (200, 302))
    code, told = _manage("run_night")
    check("the night is done", code == 0 and Night.objects.count() == 1 and Choice.objects.exists())


def media_full(web: Web) -> None:
    """Letters of a decided round, while no byte is free where their files are."""
    from django.conf import settings

    from letters.models import Letter
    from letters.services import create_letters, render_letter
    from letters.tasks import finish_letters
    from tests.torture import story

    story.fix_the_draw()
    settings.CLOCK_TODAY, settings.MEDIA_ROOT = story.DAY, MEDIA
    create_letters(run=story.decide(), actor=story.ACTOR)
    letters = Letter.objects.filter(route=Letter.Route.PRINT).order_by("pk")
    _fill(MEDIA / "filler")
    failed = 0
    for letter in letters[:3]:
        try:
            render_letter(letter_id=letter.pk)
        except OSError as error:
            failed, why = failed + 1, error.strerror
    parts = web.parts()
    say(
        "disk of MEDIA_ROOT full",
        f"{failed} of 3 letters fail: {why}; /halsa/ {web.get('/halsa/')}, a page {web.get('/')}",
    )
    check("the disk is red, pages work and write", not parts["disk"] and web.report_a_fault() in (200, 302))
    check("no letter counts as made", not letters.filter(rendered_at__isnull=False).exists())
    check("no file is there", not any(path.suffix == ".pdf" and path.name[0] != "." for path in MEDIA.rglob("*")))
    (MEDIA / "filler").unlink()
    worker = ("celery", "-A", "tests.torture.celery_app", "worker", "--concurrency=1")
    with process(FOLDER, *worker, CLOCK_TODAY=str(story.DAY)):
        # As beat does within a quarter of an hour.
        time.sleep(5)
        finish_letters.delay()
        until(lambda: not letters.filter(rendered_at__isnull=True).exists())
    say("  done", f"room is made; the worker has made all {letters.count()} letters")
    check("the disk is well", web.parts()["disk"])


def broker_lost(web: Web) -> None:
    for pid in processes.find(places_of(NAME), "valkey-server"):
        os.kill(pid, signal.SIGKILL)
    parts = web.parts()
    say("broker lost", f"/halsa/ answers {web.get('/halsa/')}, broker well: {parts['broker']}; a page {web.get('/')}")
    check("the broker is red, and pages work", not parts["broker"] and web.get("/") == 200)
    answered = web.report_a_fault()
    check(f"a page that writes works ({answered})", answered in (200, 302))
    again = instance.services(NAME).redis_url
    check("valkey is started at the same address", again == os.environ["REDIS_URL"])
    with process(
        FOLDER, "celery", "-A", "botkyrka_hemtjanst", "worker", "--concurrency=1", "--beat", f"--schedule={FOLDER}/beat"
    ):
        until(lambda: web.parts().get("worker"))
        say("  done", "valkey is started: the worker is heard again")
        for pid in processes.find(places_of(NAME), "valkey-server"):
            os.kill(pid, signal.SIGKILL)
        time.sleep(3)
        instance.services(NAME)
        until(lambda: web.parts().get("worker"))
        say("  and again", "lost under a running worker, which connects by itself")


def database_restarted(cluster: Cluster, web: Web) -> None:
    cluster.stop(signal.SIGQUIT)
    say("database restarted", f"while it is down: /halsa/webb/ {web.get('/halsa/webb/')}, a page {web.get('/')}")
    check("the web process tells it", web.get("/halsa/webb/") == 503)
    cluster.start()
    began = time.monotonic()
    web.wait(200)
    say("  done", f"PostgreSQL is started; pages work {time.monotonic() - began:.1f} s later, web was not restarted")
    check("pages work", web.get("/") == 200)
    _reconnect()


def clock_wrong(stage) -> None:
    """A worker whose clock is a day ahead, and one whose clock is years back."""
    if not shutil.which("faketime"):
        say("clock wrong", "left out: faketime is not installed")
        return
    from allocation.models import Night

    done = set(Night.objects.values_list("business_date", flat=True))
    script = (
        "import django; django.setup(); from django.conf import settings; settings.CLOCK_TODAY = None;"
        "from administration.tasks import night; night(); from oversight.health.checks import checks;"
        "print({check.code: check.is_well for check in checks()}['clock'])"
    )
    for by in ("+1d", "-400d"):
        told = subprocess.run(
            ["faketime", "-f", by, sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        line = next((line for line in told.stderr.splitlines() if "night.clock_wrong" in line), told.stderr[-300:])
        say(f"clock wrong by {by}", f"log: {line}; the part clock of /halsa/ well: {told.stdout.strip()}")
        check("it is seen", "night.clock_wrong" in line and told.stdout.strip() == "False")
    check("no night is done", set(Night.objects.values_list("business_date", flat=True)) == done)


def _fill(path: Path) -> None:
    with path.open("wb") as filler:
        try:
            while True:
                filler.write(b"0" * 65536)
                filler.flush()
        except OSError:
            pass


def _manage(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "manage.py", *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _run(*command: str) -> int:
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def _reconnect() -> None:
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main()
