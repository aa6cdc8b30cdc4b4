"""Common to all drills: the protocol that they print, their folder, and the program on a cluster."""

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

from tests.drills.cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]


def new_folder() -> Path:
    """For servers that run as another user. SIGTERM ends the drill as Ctrl-C does: its servers are stopped."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir="/var/tmp"))
    folder.chmod(0o755)
    return folder


def set_up(cluster: Cluster) -> None:
    os.environ["DATABASE_URL"] = cluster.url()
    # No broker: letters are rendered here.
    os.environ["REDIS_URL"] = "redis://127.0.0.1:9/0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "botkyrka_hemtjanst.settings.dev"
    os.environ["EMBEDDED_INSTANCE"] = "drills"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    import django

    django.setup()
    # Tasks that find no broker are logged as errors.
    logging.disable(logging.CRITICAL)


def say(step: str, words: str) -> None:
    print(f"{step}: {words}", flush=True)


def check(words: str, holds: bool) -> None:
    print(f"  {'yes' if holds else 'NO'}: {words}", flush=True)
    if not holds:
        sys.exit(1)
