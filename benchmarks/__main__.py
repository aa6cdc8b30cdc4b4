"""``python -m benchmarks [--sizes …]``: generator, import, round and letters, each size on a fresh database."""

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from devservers.instance import destroy

INSTANCE = "bench"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1500, 10_000], help="people in the municipality")
    parser.add_argument("--letters", type=int, default=300, help="how many letters to render at each size")
    options = parser.parse_args()
    console = Console()
    for size in options.sizes:
        # One process per size: a cold start, and a peak of memory due to that size.
        destroy(INSTANCE)
        environment = {
            **os.environ,
            "EMBEDDED_INSTANCE": INSTANCE,
            "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        }
        command = [sys.executable, "-m", "benchmarks.one_size", str(size), str(options.letters)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            sys.exit(f"the benchmark of {size} people failed (see above)")
        console.print(table(size, json.loads(done.stdout.splitlines()[-1])))
    destroy(INSTANCE)


def table(size: int, result: dict[str, Any]) -> Table:
    grid = Table(
        title=f"{size} people; peak memory {result['peak_mib']} MiB; baseline (COPY out and in) {result['copy']:.2f} s",
        title_justify="left",
    )
    grid.add_column("part")
    for name in ("seconds", "× baseline", "per 1,000 people, ms"):
        grid.add_column(name, justify="right")
    for name, seconds in result["parts"].items():
        grid.add_row(name, f"{seconds:.2f}", f"{seconds / result['copy']:.1f}", f"{seconds * 1_000_000 / size:.0f}")
    grid.add_section()
    letters = result["letters"]
    grid.add_row(f"letters: {letters['count']} rendered here", f"{letters['seconds']:.2f}", "", "")
    grid.add_row("  one letter, ms", f"{letters['seconds'] * 1000 / letters['count']:.0f}", "", "")
    grid.add_row("  one empty page, ms (baseline)", f"{letters['empty_seconds'] * 1000:.0f}", "", "")
    grid.add_row("  × empty page", f"{letters['seconds'] / letters['count'] / letters['empty_seconds']:.1f}", "", "")
    grid.add_row(
        "  all of them by two workers, s (estimate)", f"{letters['seconds'] / letters['count'] * size / 2:.0f}", "", ""
    )
    return grid


if __name__ == "__main__":
    main()
