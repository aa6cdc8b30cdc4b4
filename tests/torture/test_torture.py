"""The short form of `make torture`: one trial of each fault on few people, on private servers."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_state_is_unchanged_after_any_kill():
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_URL")}
    environment |= {
        "EMBEDDED_INSTANCE": "torture-short",
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
    }
    command = [sys.executable, "-m", "tests.torture", "--short", "--people", "60"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert " 0 with another state after" in done.stdout
