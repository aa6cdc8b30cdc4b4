"""The services of docker-compose.yml as processes in the built root, and the drill with them."""

import gzip
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg
import yaml

from devservers import instance
from scripts.image.build import PROJECT, instructions
from tests.upgrades.keep import program

INSTANCE = "try-image"
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
# The oldest: the image updates it.
DUMP = sorted((PROJECT / "tests/upgrades").glob("*.sql.gz"))[0]
RUNNING = ("web", "worker", "beat")
UID = 10001
HEALTHY_SECONDS, STOP_SECONDS, LETTERS_SECONDS = 180, 130, 900


class Image:
    """The built root, and the way its services are started."""

    def __init__(self, folder: Path) -> None:
        self.root, self.volumes = folder / "final", folder / "volumes"
        parsed = instructions((PROJECT / "Dockerfile").read_text())
        self.command: list[str] = json.loads([text for name, text in parsed if name == "CMD"][-1])
        self.environment: dict[str, str] = {}
        self.new_volumes()

    def new_volumes(self) -> None:
        shutil.rmtree(self.volumes, ignore_errors=True)
        for name in ("media", "beat"):
            inside = (self.root / "srv" / name).stat()
            # A new volume has the owner and mode of its folder in the image.
            _check((inside.st_uid, inside.st_mode & 0o777) == (UID, 0o700), f"/srv/{name} in the image")
            (self.volumes / name).mkdir(parents=True, exist_ok=True)
            os.chown(self.volumes / name, UID, UID)
            (self.volumes / name).chmod(0o700)

    def use(self, servers: instance.Services) -> None:
        self.urls = {"app": servers.database_url, "migrator": servers.migrator_url}
        self.environment |= {"REDIS_URL": servers.redis_url}

    def argv(self, service: str, command: list[str]) -> list[str]:
        """``command`` as Docker would run it in a container of the service."""
        parts = COMPOSE[service]
        volumes = [volume.split(":") for volume in parts.get("volumes", [])]
        url = self.urls["migrator" if service == "migrate" else "app"]
        environment = {
            **_image_environment(), **self.environment, "DATABASE_URL": url, "HOSTNAME": service,
        }  # fmt: skip
        return [
            *("bwrap", "--ro-bind", str(self.root), "/", "--proc", "/proc", "--dev", "/dev"),
            *("--perms", "1777", "--tmpfs", "/tmp", "--perms", "1777", "--tmpfs", "/dev/shm"),  # noqa: S108
            *(word for name, place in volumes for word in ("--bind", str(self.volumes / name), place)),
            *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", service, "--die-with-parent"),
            *("--cap-add", "ALL", "--chdir", "/app", "--clearenv"),
            *(word for name, value in environment.items() for word in ("--setenv", name, value)),
            *("setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--inh-caps=-all"),
            *("--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", *command),
        ]

    def run(self, service: str, *command: str) -> str:
        """Run to the end, like ``docker compose run --rm``. Raises ``SystemExit`` with the output."""
        done = subprocess.run(self.argv(service, list(command)), capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{service}: {' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"[-6000:])
        return done.stdout

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        command = COMPOSE[service].get("command", self.command)
        log = (self.volumes.parent / f"{service}.log").open("ab")
        return subprocess.Popen(self.argv(service, command), stdout=log, stderr=log)

    def is_healthy(self, service: str) -> bool:
        kind, *test = COMPOSE[service]["healthcheck"]["test"]
        command = ["sh", "-c", test[0].replace("$$", "$")] if kind == "CMD-SHELL" else test
        done = subprocess.run(self.argv(service, command), capture_output=True, check=False)
        return done.returncode == 0


def _image_environment() -> dict[str, str]:
    found: dict[str, str] = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    for name, text in instructions((PROJECT / "Dockerfile").read_text()):
        if name == "ENV":
            for key, value in re.findall(r"(\w+)=(\S+)", text):
                found[key] = value.replace("$PATH", found["PATH"])
    return found


def drill(folder: Path) -> int:
    image = Image(folder)
    image.environment |= {
        "SECRET_KEY": secrets.token_urlsafe(64), "LETTER_CODE_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "hemtjanstval.example.se", "SITE_URL": "https://hemtjanstval.example.se",
        "CSRF_TRUSTED_ORIGINS": "https://hemtjanstval.example.se",
    }  # fmt: skip
    instance.destroy(INSTANCE)
    try:
        image.use(instance.start(INSTANCE))
        _restore_dump(image.urls["migrator"])
        _step(f"migrate from {DUMP.name.removesuffix('.sql.gz')}", lambda: _migrate(image))
        _step("user, capabilities, read-only root", lambda: _locked_up(image))
        services = _up(image)
        _step("a night", lambda: image.run("web", "python", "manage.py", "run_night"))
        _step("letters by the worker", lambda: _letters_are_made(image))
        _step("stop", lambda: _stop(services))
        backup = folder / "backup.dump"
        _step("backup", lambda: _program("pg_dump", "--format=custom", "--file", str(backup), image.urls["migrator"]))
        media, kept = image.volumes / "media", folder / "media.tar"
        _tar("--create", "--file", str(kept), "--directory", str(media), ".")
        instance.destroy(INSTANCE)
        image.new_volumes()
        _tar("--extract", "--file", str(kept), "--directory", str(media))
        image.use(instance.start(INSTANCE))
        restore = ("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname")
        _step("restore on new servers", lambda: _program(*restore, image.urls["migrator"], str(backup)))
        _step("migrate", lambda: _migrate(image))
        _step("verify_restore", lambda: image.run("web", "python", "manage.py", "verify_restore"))
        _stop(_up(image))
    finally:
        instance.destroy(INSTANCE)
    print("The image works: built, migrated, healthy, a night, letters, stopped, restored.")
    return 0


def _step(name: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    told = work()
    print(f"{name}: {time.monotonic() - began:.1f} s", *([str(told).strip()[-600:]] if told else []), flush=True)


def _restore_dump(url: str) -> None:
    """The release's filled database. Its letters have no files here: they wait for the worker again."""
    with psycopg.connect(url) as connection:
        connection.execute(gzip.decompress(DUMP.read_bytes()).decode())
        connection.execute("ALTER TABLE public.letters_letter DISABLE TRIGGER USER")
        connection.execute(
            "UPDATE public.letters_letter SET batch_id = NULL, pages = NULL, rendered_at = NULL, sha256 = ''"
        )
        connection.execute("DELETE FROM public.letters_printbatch")
        # Deferred checks of the update, before the table is altered again.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.execute("ALTER TABLE public.letters_letter ENABLE TRIGGER USER")


def _migrate(image: Image) -> str:
    shell, option, text = COMPOSE["migrate"]["command"]
    image.run("migrate", shell, option, text)
    with psycopg.connect(image.urls["migrator"], autocommit=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM django_migrations").fetchone() or (0,)
    return f"{count} migrations"


def _locked_up(image: Image) -> str:
    """Docker's read_only, cap_drop and no-new-privileges."""
    told = image.run("web", "sh", "-c", "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; ls -d /app")
    locked = re.search(rf"^{UID}\n(CapEff:\s+0+\n|CapBnd:\s+0+\n|NoNewPrivs:\s+1\n){{3}}/app", told)
    _check(locked is not None, told)
    for place in ("/app/x", "/opt/venv/x", "/srv/static/x", "/etc/x"):
        refused = image.run("web", "sh", "-c", f"touch {place} 2>&1 || echo refused")
        _check("refused" in refused, f"{place} can be written")
    return " ".join(told.split())


def _up(image: Image) -> "dict[str, subprocess.Popen[bytes]]":
    services = {name: image.start(name) for name in RUNNING}
    for name in RUNNING:
        _step(f"{name} is healthy", partial(_wait, partial(image.is_healthy, name), HEALTHY_SECONDS, name))
    return services


def _letters_are_made(image: Image) -> str:
    def left() -> int:
        with psycopg.connect(image.urls["migrator"], autocommit=True) as connection:
            rows: Any = connection.execute(
                "SELECT count(*) FROM letters_letter WHERE rendered_at IS NULL AND route <> 'hold'"
            ).fetchone()
        return int(rows[0])

    before = left()
    image.run(
        "web",
        "python",
        "-c",
        "import django; django.setup(); from letters.tasks import finish_letters; finish_letters.delay()",
    )
    _wait(lambda: left() == 0, LETTERS_SECONDS, "letters")
    files = list((image.volumes / "media").rglob("*.pdf"))
    _check(0 < before <= len(files), f"{before} letters, {len(files)} files")
    _check({file.stat().st_uid for file in files} == {UID}, "files of another user")
    return f"{before} letters, {len(files)} files"


def _stop(services: "dict[str, subprocess.Popen[bytes]]") -> str:
    """SIGTERM to the service itself, as Docker sends it."""
    told = []
    for name, process in services.items():
        began = time.monotonic()
        inner = psutil.Process(process.pid).children()[0].children()[0]
        inner.terminate()
        process.wait(STOP_SECONDS)
        told.append(f"{name} ended with {process.returncode} after {time.monotonic() - began:.1f} s")
    return ", ".join(told)


def _check(holds: bool, told: str) -> None:
    if not holds:
        sys.exit(told)


def _tar(*arguments: str) -> None:
    subprocess.run(["tar", *arguments], check=True)


def _program(name: str, *arguments: str) -> None:
    done = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-3000:]}")


def _wait(done: Callable[[], bool], seconds: float, name: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            sys.exit(f"{name}: not within {seconds} seconds")
        time.sleep(2)
