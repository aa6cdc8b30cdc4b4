"""``make try-image``: the Dockerfile and docker-compose.yml tried without Docker and without a registry of images.

Builds the image's stages in Debian roots (``build.py``), then starts the services of the compose file in a network of
their own: the same commands, user, volumes and health checks, a read-only root and no capabilities. A kept dump is
updated by ``migrate``; a night and letters run; everything is stopped, backed up, restored on new servers, verified and
started again. PostgreSQL and Valkey are the embedded ones of development.

As root, on Linux, with debootstrap, bubblewrap and util-linux. The folder is kept for a second try with ``--built``.
"""

import argparse
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

from scripts.image.build import PROJECT, build
from scripts.image.services import drill

NEEDED = {"debootstrap": "debootstrap", "bwrap": "bubblewrap", "setpriv": "util-linux", "unshare": "util-linux"}
INSIDE = "--inside-its-own-network"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make try-image", description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "image", help="for the roots; 3 GB")
    parser.add_argument("--built", action="store_true", help="use the image built before")
    parser.add_argument(INSIDE, dest="inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    missing = sorted({package for program, package in NEEDED.items() if not shutil.which(program)})
    if os.geteuid() != 0 or missing:
        sys.exit(f"Needs root, and these packages: {', '.join(missing) or 'all are there'}.")
    if options.inside:
        _loopback_up()
        sys.exit(drill(options.folder))
    if not options.built:
        options.folder.mkdir(parents=True, exist_ok=True)
        built = build(options.folder)
        print(f"built: user {built.user}, command {' '.join(built.command)}", flush=True)
    # All processes end with this one, and no port of the machine is used.
    apart = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [sys.executable, "-m", "scripts.image", "--folder", str(options.folder), INSIDE]
    sys.exit(subprocess.run([*apart, *command], cwd=PROJECT, check=False).returncode)


def _loopback_up() -> None:
    """``ip link set lo up``, which not every machine has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        name_and_flags = struct.pack("16sh14x", b"lo", 1)
        fcntl.ioctl(handle, 0x8914, name_and_flags)  # SIOCSIFFLAGS, IFF_UP


if __name__ == "__main__":
    main()
