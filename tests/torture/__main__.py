"""``python -m tests.torture [--kills 200] [--people 1500] [--seed 1]``: runs until so many kills hit a working process.

After each trial the scenario is completed, and the state must equal that of an undisturbed one.
"""

import argparse
import os
import sys
import time
from collections import Counter
from random import Random

os.environ.setdefault("EMBEDDED_INSTANCE", "torture")
# Each trial has its own database.
os.environ.setdefault("EMBEDDED_AS_MIGRATOR", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")

import django

from devservers import instance

instance.destroy(os.environ["EMBEDDED_INSTANCE"])
django.setup()

from . import clock_change, disk, dump, faults, story
from .stage import NAME, Stage, wait


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="one trial of each fault")
    options = parser.parse_args()
    stage = Stage(options.people)
    try:
        failed = torture(stage, options.kills, Random(options.seed), options.short)
    finally:
        stage.close()
        instance.destroy(NAME)
    sys.exit(1 if failed else 0)


def torture(stage: Stage, kills: int, random: Random, short: bool) -> int:
    stage.build()
    stage.fresh()
    began = time.monotonic()
    if wait(stage.teller(story.tell, quiet=False)) != 0:
        sys.exit("the story itself fails")
    seconds = time.monotonic() - began
    undisturbed = dump.dump()
    print(f"undisturbed: {seconds:.1f} s, {sum(undisturbed['placements'].values())} placements,", end=" ")
    print(f"{sum(undisturbed['letters'].values())} letters", flush=True)
    trials: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    failed = 0
    once = [faults.delivered_twice, disk.media_full]
    plan = iter([*dict.fromkeys(faults.FAULTS), *once] if short else once)
    while True:
        fault = next(plan, None)
        if fault is None:
            if short or sum(killed.values()) >= kills:
                break
            fault = random.choice(faults.FAULTS)
        stage.fresh()
        try:
            hit = fault(stage, random, seconds)
        except disk.NotHereError as why:
            print(f"left out: {why}", flush=True)
            continue
        if wait(stage.teller(story.tell, quiet=False)) != 0:
            differences = ["the story cannot be told to its end"]
        else:
            differences = dump.differences(undisturbed, dump.dump())
        disk.let_go(stage)
        trials[fault.__name__] += 1
        killed[fault.__name__] += hit
        if differences:
            failed += 1
            print(f"trial {sum(trials.values())} ({fault.__name__}): {'; '.join(differences)}", flush=True)
        elif sum(trials.values()) % 20 == 0:
            print(f"{sum(trials.values())} trials, {sum(killed.values())} kills, {failed} failed", flush=True)
    for words in clock_change.wrong_nights(stage):
        failed += 1
        print(f"clock: {words}", flush=True)
    for name, count in trials.items():
        print(f"{name:18} {count:4} trials, {killed[name]:4} kills")
    print(f"{sum(trials.values())} trials, {sum(killed.values())} kills at work, {failed} with another state after")
    return failed


if __name__ == "__main__":
    main()
