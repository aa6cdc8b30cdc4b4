"""Every law on random problems.

python -m tests.allocation.engine.soak FIRST_SEED COUNT, or a single seed to inspect it.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

from allocation.engine import Problem

from .instances import draw_problem
from .laws import LAWS
from .shapes import shaped


def drawn(seed: int) -> tuple[Problem, list[str]]:
    random = Random(seed)
    return shaped(draw_problem(random.randint, max_units=(4, 8, 12, 30)[seed % 4]), random.randint)


def broken_laws(problem: Problem, seed: int) -> dict[str, list[str]]:
    found = {law.__name__: law(problem, Random(seed)) for law in LAWS}
    return {name: faults for name, faults in found.items() if faults}


def main(first: int, count: int) -> int:
    shapes: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    for seed in range(first, first + count):
        problem, names = drawn(seed)
        shapes.update(names or ["as drawn"])
        for law, faults in broken_laws(problem, seed).items():
            violations[law] += 1
            sys.stdout.writelines(f"{seed} {law} ({', '.join(names)}): {fault}\n" for fault in faults)
            sys.stdout.flush()
    sys.stdout.write(f"{count} problems from {first}\n")
    sys.stdout.writelines(f"  shape {name}: {number}\n" for name, number in shapes.most_common())
    sys.stdout.writelines(f"  law {law.__name__}: {violations[law.__name__]} violations\n" for law in LAWS)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
