"""``python -m benchmarks.run [--sizes …]``: whole nights on PostgreSQL, as a ratio to COPY of the same rows.

The rows are those that a night reads or writes: people, decisions, choices, wishes, placements, waiting times, and
outcome rows. Two nights: one without changes, and one in which one person in twenty has died and others take their
room. Each size on a fresh database and in a process of its own.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

INSTANCE = "bench"
SIZES = (1_500, 10_000)
# Functions called by a night, in order: (module, function, name).
PARTS = (
    ("allocation.services.compute", "take_snapshot", "snapshot"),
    ("allocation.services.compute", "_allocate", "allocate"),
    ("allocation.engine", "audit", "audit"),
    ("allocation.nightly.night", "store", "store the run"),
    ("allocation.nightly.night", "write_run", "write placements"),
    ("administration.night", "create_letters", "letters: freeze the facts"),
)
TABLES = (
    *("choices_person", "choices_caredecision", "choices_choice", "choices_wish"),
    *("allocation_placement", "allocation_areadate", "allocation_outcomerow"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="people in the municipality")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    from devservers.instance import destroy

    for size in options.sizes:
        destroy(INSTANCE)
        environment = {
            **os.environ,
            "EMBEDDED_INSTANCE": INSTANCE,
            "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        }
        command = [sys.executable, "-m", "benchmarks.run", "--one", str(size)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            sys.exit(f"the benchmark of {size} people failed (see above)")
        _print(size, json.loads(done.stdout.splitlines()[-1]))
    destroy(INSTANCE)


def measure(people: int) -> dict[str, Any]:
    import django

    django.setup()  # before anything that has models

    from django.conf import settings
    from django.core.management import call_command

    from administration.night import do_night
    from allocation.services import apply_run, approve_run, propose_round
    from benchmarks import one_size as whole
    from choices.services import close_round
    from common import clock
    from demo import municipality

    call_command("migrate", verbosity=0, skip_checks=True)
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        whole.build(people, Path(folder))
        round = close_round(round=municipality.the_round(), actor=whole.ACTOR)
        run = approve_run(run=propose_round(round=round, actor=whole.ACTOR), actor=whole.ACTOR)
        apply_run(run=run, actor=whole.ACTOR)
        # As in the nights after the round's placements have begun.
        days = [clock.today() + datetime.timedelta(days=number) for number in (1, 2)]
        for name, day, before in (("nothing is new", days[0], _nothing), ("one in twenty has died", days[1], _deaths)):
            before(day)
            parts: dict[str, float] = {}
            with _watched(parts):
                copy = min(whole.copy_out_and_in(TABLES) for _ in range(3))
                began, cpu = time.perf_counter(), time.process_time()
                do_night(business_date=day, actor=whole.ACTOR)
                seconds = time.perf_counter() - began
            own = time.process_time() - cpu
            results.append({"night": name, "copy": copy, "seconds": seconds, "own": own, "parts": parts})
    return {"nights": results, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _nothing(day: Any) -> None:
    pass


def _deaths(day: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE choices_person SET deceased_on = %s WHERE id %% 20 = 0", [day])


class _watched:
    """Context in which the seconds of each part are added up."""

    def __init__(self, parts: dict[str, float]) -> None:
        self.parts = parts
        self.before: list[tuple[Any, str, Callable[..., Any]]] = []

    def __enter__(self) -> None:
        for module, function, name in PARTS:
            owner: Any = sys.modules[module]
            self.before.append((owner, function, getattr(owner, function)))
            setattr(owner, function, self._timed(name, getattr(owner, function)))

    def __exit__(self, *error: object) -> None:
        for owner, function, before in self.before:
            setattr(owner, function, before)

    def _timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.parts[name] = self.parts.get(name, 0) + time.perf_counter() - began

        return timed


def _print(size: int, result: dict[str, Any]) -> None:
    print(f"\n{size:,} people, peak memory {result['peak_mib']} MiB")
    for night in result["nights"]:
        copy, seconds = night["copy"], night["seconds"]
        print(f"  {night['night']}: {seconds:.2f} s, × {seconds / copy:.1f} of COPY out and in ({copy:.3f} s)")
        print(f"    {'our own processor time':28} {night['own']:7.3f} s")
        rest = seconds - sum(night["parts"].values())
        for name, taken in {**night["parts"], "the rest": rest}.items():
            print(f"    {name:28} {taken:7.3f} s   × {taken / copy:.1f}")


if __name__ == "__main__":
    main()
