"""``python -m tests.torture.with_celery [--trials 6] [--kills 4] [--people 150]``: the scenario on real workers.

Two workers and two beats at once, every task delivered twice, and any of them, PostgreSQL or the broker killed (-9) at
random moments. After each trial the state must equal that of one undisturbed worker.
"""

import argparse
import os
import sys
from collections import Counter
from random import Random

os.environ.setdefault("EMBEDDED_INSTANCE", "torture-celery")
# Each trial has its own database.
os.environ.setdefault("EMBEDDED_AS_MIGRATOR", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

import django

from devservers import instance

instance.destroy(os.environ["EMBEDDED_INSTANCE"])
django.setup()

from . import dump, workers
from .stage import NAME, Stage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.with_celery", description=__doc__)
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--kills", type=int, default=4, help="in each of two nights")
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stage = Stage(options.people)
    try:
        failed = torture(stage, options.trials, options.kills, Random(options.seed))
    finally:
        stage.close()
        instance.destroy(NAME)
    sys.exit(1 if failed else 0)


def torture(stage: Stage, trials: int, kills: int, random: Random) -> int:
    stage.build()
    stage.fresh()
    workers.tell(stage)
    undisturbed = workers.state()
    killed: Counter[str] = Counter()
    failed = 0
    for trial in range(1, trials + 1):
        stage.fresh()
        killed += workers.tell(stage, size=2, kills=kills, random=random)
        if differences := dump.differences(undisturbed, workers.state()):
            failed += 1
            print(f"trial {trial}: {'; '.join(differences)}", flush=True)
    of_each = ", ".join(f"{count} {what}" for what, count in sorted(killed.items()))
    print(f"{trials} trials, {sum(killed.values())} killed ({of_each}), {failed} with another state after", flush=True)
    return failed


if __name__ == "__main__":
    main()
