"""``make test-long``: every long form of the tests, in two lanes side by side. The output of each is in ``var/long/``.

``--only torture-letters`` runs one of them. A form fails by its exit code; all are run before the exit code tells.
"""

import argparse
import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "var" / "long"
# Tests whose long form is chosen by the environment.
FILES = (
    "tests/access/test_matrix.py",
    "tests/access/test_no_trace.py",
    "tests/administration/main_job",
    "tests/allocation/engine",
    "tests/allocation/test_night_faults.py",
    "tests/demo",
    "tests/hardening/test_odd_input.py",
    "tests/letters/test_round_read_back.py",
    "tests/letters/test_torture.py",
    "tests/reimbursement/engine/test_payment_year.py",
    "tests/year/test_commits.py",
)
SIZES = {"LONG_FORM": "1", "FUZZ": "10", "LETTERS": "300", "PAYMENT_YEAR": "300x24"}
PYTEST = "-m pytest -q -p no:cacheprovider"
# Name, command of Python, and changes to the environment. Those of one lane use the same servers.
KILLS_AND_YEARS = [
    ("torture", "-m tests.torture --kills 60 --people 300", {}),
    ("torture-workers", "-m tests.torture.with_celery --trials 2", {}),
    ("torture-letters", "-m benchmarks.torture_letters --letters 200 --kills 20", {}),
    ("year", "-m tests.year --seed 1 --people 150 --days 60", {}),
    ("year-faults", "-m tests.year --faults", {}),
    ("drills", "-m tests.drills", {}),
    ("engine-equal", "-m tests.allocation.engine.equal --small 20000 --middle 400", {}),
]
FILES_AND_DRAWS = [
    ("files", f"{PYTEST} {' '.join(FILES)}", SIZES),
    ("browser", f"{PYTEST} -k chromium tests", {"LONG_FORM": "1"}),
    ("register-year", f"{PYTEST} tests/choices/registers/test_folder.py", {"REGISTER_YEAR": "1"}),
    ("anew", f"{PYTEST} -m hypothesis tests", {"HYPOTHESIS_PROFILE": "anew", "LONG_FORM": "1"}),
    ("facts-states", "-m tests.allocation.facts --states 300", {}),
]
LANES = (KILLS_AND_YEARS, FILES_AND_DRAWS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.long_forms", description=__doc__)
    parser.add_argument("--only", choices=[name for lane in LANES for name, *_ in lane])
    options = parser.parse_args()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    lanes = [[form for form in lane if options.only in (None, form[0])] for lane in LANES]
    with ThreadPoolExecutor(len(lanes)) as pool:
        failed = [name for names in pool.map(_run, lanes) for name in names]
    sys.exit(f"failed: {', '.join(failed)} (see {OUTPUT.relative_to(ROOT)})" if failed else 0)


def _run(lane: list[tuple[str, str, dict[str, str]]]) -> list[str]:
    """Names of those that failed."""
    failed = []
    for name, command, changes in lane:
        began, path = time.monotonic(), OUTPUT / f"{name}.txt"
        with path.open("wb") as output:
            done = subprocess.run(
                [sys.executable, *shlex.split(command)],
                cwd=ROOT,
                env={**os.environ, **changes},
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        said = "passed" if done.returncode == 0 else "FAILED"
        print(f"{name:16} {said} in {(time.monotonic() - began) / 60:.1f} min", flush=True)
        if done.returncode:
            failed.append(name)
    return failed


if __name__ == "__main__":
    main()
