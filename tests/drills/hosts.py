"""Several hosts: two with web, worker and beat, and one with the database, the broker and an S3 store.

Each host is a network namespace with its own address, name and folder for files (``network.py``). Sessions, limits,
the claim of a night and files hold across hosts, also when a cable is pulled in the middle of a night. The state
afterwards equals that of one host.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import yaml

from devservers import processes
from tests.drills import network
from tests.drills.cluster import Cluster
from tests.drills.network import BASE, INSIDE, Host
from tests.drills.protocol import ROOT, check, new_folder, say
from tests.drills.site import WEB_PORT, Site
from tests.drills.web import until

FOLDER = Path(tempfile.gettempdir())
BUCKET = "drill"
COMMAND = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["postgres"]["command"]
# The settings of docker-compose.yml: a host that is gone lets go of its locks within a minute.
POSTGRES = [word for word in COMMAND if "=" in word]


def main() -> None:
    if INSIDE not in sys.argv:
        if why := network.missing():
            say("several hosts", f"left out: {why}")
            return
        sys.exit(network.run_inside("tests.drills.hosts"))
    global FOLDER
    FOLDER = new_folder()
    network.build()
    north, south = Host("north", 2), Host("south", 3)
    cluster = Cluster(FOLDER / "postgres", *POSTGRES, f"listen_addresses=127.0.0.1,{BASE}")
    cluster.create()
    with (cluster.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {BASE}/24 trust\n")
    try:
        with _servers(cluster) as environment:
            drill(cluster.start(), north, south, environment)
    finally:
        north.stop()
        south.stop()
        cluster.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


@contextmanager
def _servers(cluster: Cluster) -> Iterator[dict[str, str]]:
    """Valkey and S3 on the first host; the environment of the other hosts."""
    broker, store = processes.choose_port(), processes.choose_port()
    valkey = [
        cluster.places.programs().valkey,
        "--bind",
        BASE,
        "--port",
        broker,
        "--protected-mode",
        "no",
        "--save",
        "",
    ]
    s3 = [sys.executable, "-m", "moto.server", "-H", BASE, "-p", store]
    with (FOLDER / "servers.log").open("wb") as log:
        started = [
            subprocess.Popen([*map(str, command)], stdout=log, stderr=log, cwd=cwd, **more)
            for command, cwd, more in ((valkey, "/", cluster.places.run_as), (s3, str(ROOT), {}))
        ]
    try:
        for port in (broker, store):
            until(lambda port=port: _answers(port))
        yield {
            "REDIS_URL": f"redis://{BASE}:{broker}/0",
            "S3_BUCKET": BUCKET,
            "S3_ENDPOINT": f"http://{BASE}:{store}",
            "S3_ACCESS_KEY": "key",
            "S3_SECRET_KEY": "secret",
            "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
            "EMBEDDED_INSTANCE": "drills",
            "LOG_LEVEL": "WARNING",
        }
    finally:
        for process in started:
            process.terminate()
            process.wait(timeout=20)


def drill(cluster: Cluster, north: Host, south: Host, environment: dict[str, str]) -> None:
    os.environ |= {**environment, "DATABASE_URL": cluster.url(), "MEDIA_ROOT": str(FOLDER / "media")}
    import boto3
    import django

    django.setup()
    from tests.torture import dump
    from tests.torture.stage import TRIAL, Stage

    store = boto3.client("s3", endpoint_url=environment["S3_ENDPOINT"], region_name="us-east-1",
                         aws_access_key_id="key", aws_secret_access_key="secret")  # fmt: skip
    store.create_bucket(Bucket=BUCKET)
    stage = Stage(100)
    stage.build()
    site = Site(FOLDER, cluster, environment, f"postgres://postgres@{BASE}:{cluster.port}/{TRIAL}")

    say("one host", "south alone: a round, two nights, their letters")
    stage.fresh()
    site.decide()
    for number in (0, 1):
        site.night(number, south)
    alone = _state(dump)
    for each in store.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        store.delete_object(Bucket=BUCKET, Key=each["Key"])

    stage.fresh()
    site.decide()
    for host in (north, south):
        site.start(host, "gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=0.0.0.0:{WEB_PORT}", "--no-control-socket")
        site.wait(host)
    _health_sessions_limits(site, north, south)
    site.night(0, north, south)
    say("two workers and two beats on two hosts", "each asked for the night every second")
    site.night_with_cable_pulled(1, north, south)
    _, letter = site.a_letter()
    seen = site.staff_page(north, letter)
    check(f"north shows a letter: {seen.status_code}, {len(seen.content)} bytes", seen.content[:4] == b"%PDF")
    own = [path for host in (north, south) for path in (FOLDER / host.name).rglob("*.pdf")]
    check("no host has a file of its own", not own)
    check("each file is in the store, whole", _files_are_whole())
    both = _state(dump)
    differences = dump.differences(alone, both)
    for name in alone if differences else ():
        for words, rows in (("one host", alone[name] - both[name]), ("two", both[name] - alone[name])):
            for row in rows:
                say(f"  {words}, {name}", str(row))
    check(f"the state is that of one host {differences or ''}", not differences)
    stage.close()


def _health_sessions_limits(site: Site, north: Host, south: Host) -> None:
    from django.urls import reverse

    parts = site.get(north, "/halsa/").json()["checks"]
    say("health", f"north: worker {parts['worker']['is']}, store {parts['store']['is']}, before a worker runs")
    check("the worker is red, the store is well", not parts["worker"]["ok"] and parts["store"]["ok"])
    cookie, home = site.session(), reverse("casework:home")

    def opens(host: Host) -> bool:
        headers = {"Host": "localhost", "Cookie": cookie}
        return httpx.get(f"http://{host.address}:{WEB_PORT}{home}", timeout=60, headers=headers).status_code == 200

    check("a session is good on both hosts", opens(north) and opens(south))
    token = "x" * 32
    out = site.post(north, reverse("logout"), f"{cookie}; csrftoken={token}", data={"csrfmiddlewaretoken": token})
    check(f"signed out on north ({out.status_code}): gone on both", not opens(north) and not opens(south))
    hosts = (north, south)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: site.post(hosts[n % 2], reverse("info:report_fault")).status_code, range(130))
        )
    say("limits", f"130 posts from one address, every other to each host: {answers.count(429)} refused")
    check("counted together: 120 a minute", answers.count(429) == 10)


def _state(dump) -> dict:
    from tests.torture import workers

    state = workers.state()
    # Files are in the store.
    del state["files"]
    # The drill signs in and out itself.
    state["events"] = Counter(row for row in state["events"] if not row[0].startswith("signin."))
    return state


def _files_are_whole() -> bool:
    from letters import files
    from oversight.backup.named import all_named

    named = list(all_named())
    say("files", f"{len(named)} that the database names")
    return bool(named) and all(
        files.media(each.name).exists() and each.sha256 in (None, files.sha256_of(files.media(each.name)))
        for each in named
    )


def _answers(port: int) -> bool:
    try:
        socket.create_connection((BASE, port), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
