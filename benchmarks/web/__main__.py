"""``python -m benchmarks.web``: simultaneous choices against gunicorn on two cores and a real PostgreSQL.

The load generator is a process on the same machine and takes its share of the two cores. It has no think time, so
this is the worst minute of a round, not a usual one. The baseline is a view with a single insert, at the same
concurrency in the same run, before and after.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from typing import Any

INSTANCE = "bench-web"
WORKERS, THREADS = 2, 4
CORES = {0, 1}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--choosers", type=int, default=200)
    parser.add_argument("--people", type=int, default=1500, help="in the municipality")
    parser.add_argument("--workers", type=int, default=WORKERS, help="of gunicorn")
    parser.add_argument("--one-process", action="store_true", help="one after another, processor time of each press")
    options = parser.parse_args()
    from devservers.instance import destroy, running

    if hasattr(os, "sched_setaffinity"):
        # Inherited by PostgreSQL, gunicorn and the load generator.
        os.sched_setaffinity(0, CORES & os.sched_getaffinity(0) or os.sched_getaffinity(0))
    destroy(INSTANCE)
    environment = {**os.environ, "EMBEDDED_INSTANCE": INSTANCE, "DJANGO_SETTINGS_MODULE": "benchmarks.web.settings"}
    # A table of its own, to compare with.
    environment["EMBEDDED_AS_MIGRATOR"] = "true"
    try:
        sessions = _run(environment, "benchmarks.web.data", "make", str(options.people), str(options.choosers + 2))
        if options.one_process:
            return _report_each(_run(environment, "benchmarks.web.one_process", given=sessions))
        address, server = _serve(environment, options.workers)
        try:
            servers = [str(pid) for pid in (server.pid, *running(INSTANCE).values()) if pid]
            result = _run(environment, "benchmarks.web.choosers", address, *servers, given=sessions)
        finally:
            server.terminate()
            server.wait(30)
        sound = _report(result, _run(environment, "benchmarks.web.data", "count"), options.choosers)
    finally:
        destroy(INSTANCE)
    sys.exit(0 if sound else "choices were lost, doubled or refused (see above)")


def _run(environment: dict[str, str], module: str, *arguments: str, given: Any = None) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=1800,
    )
    if done.returncode:
        sys.exit(f"{module} failed (see above)")
    return json.loads(done.stdout.splitlines()[-1])


def _serve(environment: dict[str, str], workers: int) -> "tuple[str, subprocess.Popen[bytes]]":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={workers}", f"--threads={THREADS}", "--timeout=120"]
    # As with a proxy: a connection is not closed while a request waits in it.
    command += ["--keep-alive=120", "--log-level=error"]
    server = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    for _each in range(240):
        try:
            urllib.request.urlopen(f"{address}/halsa/webb/", timeout=5)  # noqa: S310
        except OSError:
            time.sleep(0.25)
        else:
            return address, server
    server.terminate()
    sys.exit("gunicorn does not answer")


def _report(result: dict[str, Any], stored: dict[str, Any], choosers: int) -> bool:
    from rich.console import Console
    from rich.table import Table

    chosen = result["chosen"]
    presses = [seconds for _name, seconds in chosen["presses"]]
    bare = [seconds for each in result["bare"] for seconds in each["presses"]]
    grid = Table(title=f"{choosers} people choose at once: milliseconds", title_justify="left")
    grid.add_column("what")
    for name in ("times", "p50", "p95", "p99", "× bare p50"):
        grid.add_column(name, justify="right")
    rows = {"bare view, one insert": bare, "a press, and the page it leads to": presses}
    for name in dict.fromkeys(name for name, _seconds in chosen["presses"]):
        rows[f"  {name}"] = [seconds for each, seconds in chosen["presses"] if each == name]
    rows["the whole choice, first page to receipt"] = chosen["whole"]
    for name, seconds in rows.items():
        cells = [f"{_percentile(seconds, percent) * 1000:,.0f}" for percent in (50, 95, 99)]
        ratio = _percentile(seconds, 50) / _percentile(bare, 50)
        grid.add_row(name, f"{len(seconds):,}", *cells, f"{ratio:.1f}")
    console = Console(width=110)
    console.print(grid)
    inserts = sum(len(each["presses"]) for each in result["bare"]) / sum(each["seconds"] for each in result["bare"])
    rate = len(presses) / chosen["seconds"]
    console.print(f"In all: {inserts:.0f} bare inserts and {rate:.0f} presses a second (× {inserts / rate:.1f}).")
    once = sum(each["processor"] for each in result["bare"]) / sum(len(each["presses"]) for each in result["bare"])
    press = chosen["processor"] / len(presses)
    console.print(
        f"Processor time of gunicorn, PostgreSQL and Valkey: {once * 1000:.1f} ms a bare view, {press * 1000:.1f} ms"
        f" a press (× {press / once:.1f})."
    )
    wrong = _wrong(chosen["picked"], stored["choices"])
    lost_bare = result["bare_inserts"] - stored["bare"]
    console.print(
        f"Errors: {len(chosen['errors'])}. Choices stored: {sum(map(len, stored['choices'].values()))} of"
        f" {len(chosen['picked'])}; lost, doubled or other than picked: {len(wrong)}. Bare inserts lost: {lost_bare}."
    )
    for fault in [*chosen["errors"], *wrong][:10]:
        console.print(fault)
    return not (chosen["errors"] or wrong or lost_bare)


def _report_each(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    grid = Table(title="processor milliseconds, one citizen after another", title_justify="left")
    grid.add_column("what")
    for column in ("times", "Python", "PostgreSQL", "× bare"):
        grid.add_column(column, justify="right")
    bare = sum(result["bare view, one insert"][part] for part in ("python", "postgresql"))
    for name, found in result.items():
        ratio = (found["python"] + found["postgresql"]) / bare
        grid.add_row(name, str(found["times"]), f"{found['python']:.2f}", f"{found['postgresql']:.2f}", f"{ratio:.1f}")
    Console(width=110).print(grid)


def _wrong(picked: dict[str, list[str]], stored: dict[str, list[list[str]]]) -> list[str]:
    """Everybody has one web choice, equal to the one they made."""
    return [
        f"person {person}: picked {codes}, stored {stored.get(person, [])}"
        for person, codes in picked.items()
        if stored.get(person, []) != [codes]
    ] + [f"person {person}: nobody chose" for person in stored if person not in picked]


def _percentile(seconds: list[float], percent: int) -> float:
    """Nearest rank."""
    ordered = sorted(seconds) or [0.0]
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


if __name__ == "__main__":
    main()
