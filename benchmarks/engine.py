"""``python -m benchmarks.engine [--sizes …]``: the engine compared with other programs, and with reading its input.

Each size, and each file command, has its own process, and so its own peak of memory. Seconds are processor seconds,
not wall time: the machine may be shared. All values of a size come from one run, and the ratios are what counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allocation import engine
from allocation.engine.allocating import settled_areas
from allocation.engine.columns import columns_of

from .engine_problem import make_problem
from .peers import MinCostFlow, market_of, matching, textbook

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MATCHING_UP_TO = 1_000  # It takes minutes for ten thousand.
WHOLE = "whole call: check, allocate, text, audit"
BASELINE = "read the input and sort it once"
PLAIN = "the plain engine, allocate and reasons"
PLAIN_UP_TO = 10_000
OR_TOOLS = "OR-tools, arcs and solve"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.file)))
        return
    results = [_in_a_process(size) for size in options.sizes]
    for before, after in zip([None, *results], results, strict=False):
        _print(after, before)


def _in_a_process(size: int) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        problem, outcome = Path(folder, "problem.json"), Path(folder, "outcome.json")
        command = [sys.executable, "-m", "benchmarks.engine", "--one", str(size), "--file", str(problem)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        result["files"] = {name: _command(name, problem, outcome) for name in ("allocate", "audit")}
        result["mb"] = [path.stat().st_size // 1_000_000 for path in (problem, outcome)]
    return result


def _command(name: str, problem: Path, outcome: Path) -> tuple[float, int]:
    """Processor seconds and peak memory in MiB of a file command. Started from this small process, since a child's
    peak starts at its parent's.
    """
    child = subprocess.Popen([sys.executable, "-m", "allocation.engine", name, str(problem), str(outcome)])
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{name} of {problem} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def measure(size: int, file: Path | None) -> dict[str, Any]:
    """Processor seconds of each, the least of three up to 10,000 units; peak memory is read before the other programs
    run.
    """
    problem = make_problem(size)
    content = engine.problem_bytes(problem)
    if file:
        file.write_bytes(content)
    times = 3 if size <= 10_000 else 1
    seconds: dict[str, float] = {}

    def take(name: str, work: Callable[..., Any], prepare: Callable[[], Any] | None = None) -> Any:
        result = None
        for _ in range(times):
            ready = prepare() if prepare else None
            gc.collect()
            began = time.process_time()
            result = work(ready) if prepare else work()
            taken = time.process_time() - began
            seconds[name] = min(taken, seconds.get(name, taken))
        return result

    outcome = take("  check, allocate, reasons", lambda: engine.allocate(problem))
    take("  outcome as text", lambda: engine.outcome_bytes(outcome))
    faults = take("  audit", lambda: engine.audit(problem, outcome))
    if faults:
        sys.exit(f"the audit found {faults[0]}")
    seconds[WHOLE] = sum(seconds.values())
    # The parts of the whole call, measured separately.
    columns = take("    columns (three times in the whole)", lambda: columns_of(problem))
    take("    fingerprint of the problem (twice)", lambda: engine.problem_sha256(problem))
    take("    settle (three times)", lambda: list(settled_areas(columns)))
    take("    P1-P4, P7, P8", lambda: engine.audit_static(problem, outcome))
    if size <= PLAIN_UP_TO:
        take(PLAIN, lambda: engine.plain.allocate(problem))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    take(BASELINE, lambda: sorted(json.loads(content)["units"], key=lambda unit: (unit["area_date"] or "", unit["id"])))
    market = market_of(problem)
    take("textbook deferred acceptance, plain Python", lambda: textbook(market))
    take(OR_TOOLS, lambda: MinCostFlow(market).solve())
    take("  OR-tools, solve alone", lambda flow: flow.solve(), prepare=lambda: MinCostFlow(market))
    if size <= MATCHING_UP_TO:
        take("matching", lambda: matching(market))
    return {"size": size, "seconds": seconds, "peak_mib": peak}


def _print(result: dict[str, Any], before: dict[str, Any] | None) -> None:
    seconds = result["seconds"]
    print(f"\n{result['size']:,} units, peak memory {result['peak_mib']} MiB")
    for name in (WHOLE, *(name for name in seconds if name != WHOLE)):
        ratio = seconds[WHOLE] / seconds[name]
        print(f"  {name:46} {seconds[name]:9.3f} s   {'' if name == WHOLE else f'whole call is × {ratio:.3g}'}")
    print(f"  files of {' and '.join(map(str, result['mb']))} MB")
    for name, (taken, peak) in result["files"].items():
        print(f"    {name:44} {taken:9.3f} s   {peak} MiB")
    if before:
        print(f"  growth since {before['size']:,} units: × {seconds[WHOLE] / before['seconds'][WHOLE]:.1f}")


if __name__ == "__main__":
    main()
