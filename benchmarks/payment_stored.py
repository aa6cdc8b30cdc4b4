"""``python -m benchmarks.payment_stored [--people N]``: a month of payment through the database.

Seconds of the parts of a close (snapshot, engine, audit, storage) and their ratio to COPY out and in of the same rows:
people, decisions, placements, absences and lines. On a fresh database of the demo's municipality.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

INSTANCE = "bench"
PARTS = ("snapshot", "engine", "audit", "store")
TABLES = (
    *("choices_person", "choices_caredecision", "allocation_placement"),
    *("reimbursement_absence", "reimbursement_basisline"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.payment_stored", description=__doc__)
    parser.add_argument("--people", type=int, default=1_500)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.people)))
        return
    from devservers.instance import destroy

    destroy(INSTANCE)
    own = {"EMBEDDED_INSTANCE": INSTANCE, "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev"}
    command = [sys.executable, "-m", "benchmarks.payment_stored", "--one", "--people", str(options.people)]
    done = subprocess.run(command, env=os.environ | own, stdout=subprocess.PIPE, text=True, check=False)
    destroy(INSTANCE)
    if done.returncode:
        sys.exit("the benchmark failed (see above)")
    result = json.loads(done.stdout.splitlines()[-1])
    print(f"{options.people:,} people, {result['lines']:,} lines; COPY out and in {result['copy']:.3f} s")
    for name, seconds in result["parts"].items():
        print(f"  {name:10} {seconds:7.3f} s   × {seconds / result['copy']:.1f}")


def measure(people: int) -> dict[str, Any]:
    import django

    django.setup()  # before anything that has models

    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from allocation.engine.garbage_collection import gc_disabled
    from benchmarks import one_size as whole
    from demo.payment import decide_terms
    from reimbursement import computing, engine, snapshot
    from reimbursement.models import BasisLine

    call_command("migrate", verbosity=0, skip_checks=True)
    parts = dict.fromkeys(PARTS, 9e9)

    def timed(name: str, work: Any) -> Any:
        began = time.perf_counter()
        # As in ``computing.recompute``.
        with gc_disabled():
            result = work()
        parts[name] = min(parts[name], time.perf_counter() - began)
        return result

    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        whole.build(people, Path(folder))
    decide_terms()
    basis = computing.begin(month="2020-10", actor=whole.ACTOR)
    for _ in range(3):
        problem = timed("snapshot", partial(snapshot.problem_of, basis))
        outcome = timed("engine", partial(engine.compute, problem))
        if timed("audit", partial(engine.audit, problem, outcome)):
            sys.exit("the audit found faults")
        with transaction.atomic():
            timed("store", partial(computing._store, basis, problem, outcome))
    parts["month"] = sum(parts.values())
    copy = min(whole.copy_out_and_in(TABLES) for _ in range(3))
    return {"parts": parts, "copy": copy, "lines": BasisLine.objects.count()}


if __name__ == "__main__":
    main()
