"""Bad days of the manual (When something breaks) on real processes: web, worker, beat, PostgreSQL, Valkey.

Full disk of the database, broker lost, database restarted, clock wrong, certificate expired. Each says what is seen and
what is done, and ends with the state that an undisturbed system has. The disk and the clock need root and ``faketime``.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from devservers import instance, processes
from devservers.locations import places_of
from tests.drills.cluster import Cluster
from tests.drills.point_in_time import check, say

NAME = "drills"
FOLDER = Path(tempfile.mkdtemp(prefix="drill-", dir="/var/tmp"))
FOLDER.chmod(0o755)
DISK = FOLDER / "disk"
PATIENCE = 90


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
        shutil.rmtree(FOLDER, ignore_errors=True)


def drill(cluster: Cluster, *, has_disk: bool) -> None:
    # Valkey of this instance; its PostgreSQL is not used.
    redis = instance.services(NAME).redis_url
    os.environ |= {
        "DATABASE_URL": cluster.url(),
        "REDIS_URL": redis,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": NAME,
        "MEDIA_ROOT": str(FOLDER / "media"),
        "LOG_LEVEL": "WARNING",
    }
    (FOLDER / "media").mkdir()
    import django

    django.setup()
    from tests.torture.stage import TRIAL, Stage

    stage = Stage(60)
    stage.build()
    stage.fresh()
    os.environ["DATABASE_URL"] = cluster.url(TRIAL)
    port = processes.choose_port()
    with _process(
        "gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--no-control-socket"
    ):
        web = Web(port)
        web.wait(200)
        if has_disk:
            disk_full(cluster, web)
        else:
            say("disk full", "left out: it needs a user who may mount")
        broker_lost(web)
        database_restarted(cluster, web)
    clock_wrong(stage)
    certificate_expired()


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
        end = time.monotonic() + PATIENCE
        while self.get(path) != status:
            if time.monotonic() > end:
                raise RuntimeError(f"{path} did not answer {status}")
            time.sleep(0.2)


def disk_full(cluster: Cluster, web: Web) -> None:
    from allocation.models import Night
    from choices.models import Choice
    from tests.torture import dump

    before = dump.dump()
    with (DISK / "filler").open("wb") as filler:
        try:
            while True:
                filler.write(b"0" * 65536)
                filler.flush()
        except OSError:
            pass
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
    with _process(
        "celery", "-A", "botkyrka_hemtjanst", "worker", "--concurrency=1", "--beat", f"--schedule={FOLDER}/beat"
    ):
        _until(lambda: web.parts().get("worker"))
        say("  done", "valkey is started: the worker is heard again")
        for pid in processes.find(places_of(NAME), "valkey-server"):
            os.kill(pid, signal.SIGKILL)
        time.sleep(3)
        instance.services(NAME)
        _until(lambda: web.parts().get("worker"))
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


def certificate_expired() -> None:
    """Staff sign in through a provider whose certificate has expired."""
    from tests.drills.expired import expired_issuer

    with expired_issuer(FOLDER) as (issuer, authority):
        port = processes.choose_port()
        settings = {
            "STAFF_OIDC_ISSUER": issuer,
            "STAFF_OIDC_CLIENT_ID": "x",
            "STAFF_OIDC_CLIENT_SECRET": "y",
            "STAFF_OIDC_ROLES": '{"x": "admin"}',
            "REQUESTS_CA_BUNDLE": str(authority),
        }
        command = ["botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
        with _process("gunicorn", *command, **settings) as log:
            web = Web(port)
            web.wait(200)
            from django.urls import reverse

            answer = httpx.get(web.address + reverse("login_staff"), timeout=30, follow_redirects=True)
            said = [line for line in log.read_text().splitlines() if "certificate" in line.lower()]
            say(
                "certificate expired",
                f"the sign-in answers {answer.status_code}; log: {said[-1][:200] if said else '-'}",
            )
            check("no error page, and the log names the certificate", answer.status_code < 500 and bool(said))


@contextmanager
def _process(module: str, *arguments: str, **more: str) -> Iterator[Path]:
    log = FOLDER / f"{module}-{time.monotonic_ns()}.log"
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


def _manage(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "manage.py", *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _run(*command: str) -> int:
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def _reconnect() -> None:
    from django.db import connections

    connections.close_all()


def _until(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("not within the time")
        time.sleep(0.3)


if __name__ == "__main__":
    main()
