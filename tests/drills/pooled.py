"""Tests through a real PgBouncer in transaction mode, which gives each transaction another session.

``python -m tests.drills.pooled [FILE …]``: these test files, otherwise those with locks, cursors, imports and nights.
"""

import os
import shutil
import subprocess
import sys

from devservers import processes
from tests.drills.cluster import Cluster
from tests.drills.protocol import check, new_folder, say

FOLDER = new_folder()
FILES = (
    "tests/allocation/test_night.py",
    "tests/allocation/test_night_faults.py",
    "tests/audit",
    "tests/choices/test_imports_command.py",
    "tests/choices/test_imports_races.py",
    "tests/choices/registers",
    "tests/letters/test_print_batches.py",
    "tests/reimbursement/closing",
)
CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
ignore_startup_parameters = extra_float_digits,options
"""


def main() -> None:
    if not shutil.which("pgbouncer"):
        say("pool", "left out: pgbouncer is not installed")
        return
    cluster, own = Cluster(FOLDER / "postgres", "max_connections=60"), processes.choose_port()
    cluster.create()
    cluster.start()
    configuration = FOLDER / "pgbouncer.ini"
    configuration.write_text(CONFIGURATION.format(port=cluster.port, own=own))
    with (FOLDER / "pgbouncer.log").open("wb") as log:
        pool = subprocess.Popen(
            ["pgbouncer", str(configuration)], stdout=log, stderr=log, cwd="/", **cluster.places.run_as
        )
    try:
        environment = {**os.environ, "DATABASE_URL": f"postgres://postgres@127.0.0.1:{own}/postgres"}
        say("pool", "an unknown pool is refused when a process starts")
        told = _python("-c", REFUSED, **environment)
        check(told.stdout + told.stderr, "Set DATABASE_POOLED=true" in told.stderr)
        files = sys.argv[1:] or FILES
        say("pool", f"tests through PgBouncer: {' '.join(files)}")
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
        done = _python(*command, **environment, DATABASE_POOLED="true")
        print(done.stdout[-6000:], done.stderr[-2000:], sep="\n")
        check("they pass", done.returncode == 0)
    finally:
        pool.terminate()
        pool.wait(timeout=20)
        cluster.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


REFUSED = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "botkyrka_hemtjanst.settings.test"
import django
django.setup()
from common.pool import refuse_unknown_pool
refuse_unknown_pool()
"""


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
