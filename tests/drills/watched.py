"""Prometheus over web, worker and beat: the alert rules and the panels of docs/monitoring on real metrics.

Every panel has data and every rule is evaluated; when the worker is gone, its alert waits to fire. Needs
``prometheus``.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import yaml

from devservers import instance, processes
from tests.drills.cluster import Cluster
from tests.drills.protocol import ROOT, check, new_folder, say
from tests.drills.web import Web, process, until

NAME, TOKEN = "drills", "token-of-the-drill"
MONITORING = ROOT / "docs" / "monitoring"
FOLDER = new_folder()
# Rates need a few scrapes.
SCRAPED_SECONDS, EVERY_SECONDS = 60, 2
# Counters of what has not happened: they begin with the first.
MAY_BE_EMPTY = {"sum(rate(django_db_errors_total[5m]))"}


def main() -> None:
    if not shutil.which("prometheus"):
        say("watched", "left out: prometheus is not installed")
        return
    cluster = Cluster(FOLDER / "postgres")
    cluster.create()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, FOLDER, ignore_errors=True)
        stack.callback(instance.destroy, NAME)
        stack.callback(cluster.stop)
        drill(cluster.start())


def drill(cluster: Cluster) -> None:
    os.environ |= {
        "DATABASE_URL": cluster.url(),
        "REDIS_URL": instance.services(NAME).redis_url,
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": NAME,
        "MEDIA_ROOT": str(FOLDER / "media"),
        "METRICS_TOKEN": TOKEN,
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()
    from django.conf import settings

    from letters.services import create_letters
    from tests.torture import story
    from tests.torture.stage import TRIAL, Stage

    stage = Stage(60)
    stage.build()
    stage.fresh()
    os.environ["DATABASE_URL"] = cluster.url(TRIAL)
    story.fix_the_draw()
    settings.CLOCK_TODAY = story.DAY
    create_letters(run=story.decide(), actor=story.ACTOR)
    os.environ["CLOCK_TODAY"] = str(story.NIGHTS[0])
    web_port, worker_port = processes.choose_port(), processes.choose_port()
    celery = ("celery", "-A", "tests.torture.celery_app")
    worker = ("worker", "--concurrency=1", "--loglevel=ERROR")
    beat = ("beat", f"--schedule={FOLDER}/beat", "--pidfile=", "--loglevel=ERROR")
    gunicorn = ("gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{web_port}", "--no-control-socket")
    with (
        process(FOLDER, *gunicorn, METRICS_FOLDER=_metrics("web")),
        prometheus({"hemtjanst-web": web_port, "hemtjanst-worker": worker_port}) as ask,
    ):
        web = Web(web_port)
        web.wait(200)
        address = f"127.0.0.1:{worker_port}"
        with (
            process(FOLDER, *celery, *worker, METRICS_FOLDER=_metrics("worker"), METRICS_WORKER_BIND=address),
            process(FOLDER, *celery, *beat),
        ):
            _visit(web)
            until(lambda: _is_scraped(ask))
            panels(ask)
            rules(ask)
        until(lambda: _states(ask)["WorkerDown"] == "pending")
        check("the worker is stopped: its alert waits to fire", _states(ask)["WebDown"] == "inactive")


def panels(ask: Any) -> None:
    for panel in json.loads((MONITORING / "dashboard.json").read_text())["panels"]:
        found = {each["expr"]: ask("query", query=each["expr"])["result"] for each in panel["targets"]}
        empty = [query for query, series in found.items() if not series and query not in MAY_BE_EMPTY]
        check(f"panel {panel['title']}: {sum(map(len, found.values()))} series", not empty)


def rules(ask: Any) -> None:
    named = {rule["alert"] for group in _rules_of_the_file() for rule in group["rules"]}
    until(lambda: all(rule["health"] != "unknown" for rule in _rules(ask)))
    faults = [f"{rule['name']}: {rule.get('lastError')}" for rule in _rules(ask) if rule["health"] != "ok"]
    check(f"{len(named)} alert rules are evaluated {faults or ''}", not faults and named == set(_states(ask)))


@contextmanager
def prometheus(targets: dict[str, int]) -> Iterator[Any]:
    """Prometheus with the project's rules, and a function that asks it."""
    port, token = processes.choose_port(), FOLDER / "token"
    token.write_text(TOKEN)
    jobs = [
        {
            "job_name": name,
            "metrics_path": "/metrics",
            "authorization": {"credentials_file": str(token)},
            "static_configs": [{"targets": [f"127.0.0.1:{target}"]}],
        }
        for name, target in targets.items()
    ]
    interval = {"scrape_interval": f"{EVERY_SECONDS}s", "evaluation_interval": f"{EVERY_SECONDS}s"}
    configuration = FOLDER / "prometheus.yml"
    configuration.write_text(
        yaml.safe_dump({"global": interval, "scrape_configs": jobs, "rule_files": [str(MONITORING / "alerts.yml")]})
    )
    command = ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={FOLDER / 'series'}"]
    with (FOLDER / "prometheus.log").open("wb") as log:
        started = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)

    def ask(what: str, **values: str) -> Any:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/{what}", params=values, timeout=30).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    try:
        yield ask
    finally:
        started.terminate()
        started.wait(timeout=20)


def _visit(web: Web) -> None:
    end = time.monotonic() + SCRAPED_SECONDS
    while time.monotonic() < end:
        for path in ("/", "/halsa/", "/finns-inte/"):
            web.get(path)
        web.report_a_fault()
        time.sleep(EVERY_SECONDS)


def _is_scraped(ask: Any) -> bool:
    """Both answer, and the night and its letters are done."""
    up = {each["metric"]["job"] for each in ask("query", query="up == 1")["result"]}
    done = "hemtjanst_night_finished_seconds and on() hemtjanst_letters_rendered_total > 0"
    return up == {"hemtjanst-web", "hemtjanst-worker"} and bool(ask("query", query=done)["result"])


def _rules_of_the_file() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return groups


def _rules(ask: Any) -> list[dict[str, Any]]:
    return [rule for group in ask("rules")["groups"] for rule in group["rules"]]


def _states(ask: Any) -> dict[str, str]:
    return {rule["name"]: rule["state"] for rule in _rules(ask)}


def _metrics(name: str) -> str:
    return str(FOLDER / f"metrics-{name}")


if __name__ == "__main__":
    main()
