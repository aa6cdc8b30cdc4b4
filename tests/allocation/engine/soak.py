"""As many random problems as one likes: python -m tests.allocation.engine.soak FIRST_SEED HOW_MANY."""

from __future__ import annotations

import sys
from random import Random

from allocation.engine import allocate, audit

from .instances import draw_problem


def main(first: int, count: int) -> int:
    bad = 0
    for seed in range(first, first + count):
        problem = draw_problem(Random(seed).randint, max_units=4 + seed % 9)
        faults = audit(problem, allocate(problem))
        bad += bool(faults)
        sys.stdout.writelines(f"{seed}: {fault}\n" for fault in faults)
    sys.stdout.write(f"{count} problems, {bad} with faults\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
