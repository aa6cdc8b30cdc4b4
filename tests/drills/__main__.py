"""``python -m tests.drills [--only NAME]``: each drill of the manual on servers of its own; prints a protocol.

Exit code 1: a drill did not end as the manual says.
"""

import argparse
import subprocess
import sys

DRILLS = ("point_in_time", "bad_days", "certificates", "replica", "hosts", "beside", "watched")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--only", choices=DRILLS)
    only = parser.parse_args().only
    # Each has settings and servers of its own.
    codes = [subprocess.call([sys.executable, "-m", f"tests.drills.{name}"]) for name in DRILLS if only in (None, name)]
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
