"""Benchmark of payment: ``python -m benchmarks.payment [--sizes …]``. Ratio to reading the same rows once.

Each size has its own process. Processor seconds; all values of one size come from one run, and the ratios count.
Two cases: a month without closed months, and the same after twelve closed months with one person in a hundred
adjusted.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from allocation.engine.garbage_collection import gc_disabled
from reimbursement import engine

from .payment_problem import make_problem, with_a_year_closed

SIZES = (1_500, 10_000, 100_000)
LOOK_BACK_UP_TO = 10_000  # A year of a hundred thousand people is a million paid lines.
READ = "read the rows (json.loads)"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.payment", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--look-back", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.look_back)))
        return
    for look_back in (False, True):
        for size in options.sizes:
            if not look_back or size <= LOOK_BACK_UP_TO:
                _print(_in_a_process(size, look_back))


def _in_a_process(size: int, look_back: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.payment", "--one", str(size), *(["--look-back"] if look_back else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(size: int, look_back: bool) -> dict[str, Any]:
    """Seconds of each, the least of three up to 10,000 people; the peak of memory is taken before reading plainly."""
    problem = make_problem(size)
    if look_back:
        problem = with_a_year_closed(problem)
    content = engine.problem_bytes(problem)
    times = 3 if size <= 10_000 and not look_back else 1
    seconds: dict[str, float] = {}

    def take(name: str, work: Callable[[], Any]) -> Any:
        result = None
        for _ in range(times):
            gc.collect()
            with gc_disabled():
                began = time.process_time()
                result = work()
                taken = time.process_time() - began
            seconds[name] = min(taken, seconds.get(name, taken))
        return result

    read = take("read the problem strictly", lambda: engine.read_problem(content))
    outcome = take("compute", lambda: engine.compute(read))
    take("outcome as text", lambda: engine.outcome_bytes(outcome))
    faults = take("audit", lambda: engine.audit(read, outcome))
    if faults:
        sys.exit(f"the audit found {faults[0]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    take(READ, lambda: json.loads(content))
    return {
        "size": size,
        "months": 1 + len(problem.closed),
        "lines": len(outcome.lines),
        "adjustments": len(outcome.adjustments),
        "seconds": seconds,
        "peak_mib": peak,
        "mb": len(content) // 1_000_000,
    }


def _print(result: dict[str, Any]) -> None:
    seconds = result["seconds"]
    print(
        f"\n{result['size']:,} people, {result['months']} months, a file of {result['mb']} MB: "
        f"{result['lines']:,} lines, {result['adjustments']:,} adjustments; peak memory {result['peak_mib']} MiB"
    )
    seconds["month: compute and text"] = seconds["compute"] + seconds["outcome as text"]
    for name, taken in seconds.items():
        print(f"  {name:32} {taken:9.3f} s   × {taken / seconds[READ]:.3g}")


if __name__ == "__main__":
    main()
