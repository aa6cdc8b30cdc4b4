"""``python -m benchmarks.torture_letters``: 1,500 letters, killed at 50 random moments, on a fresh database."""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from random import Random

os.environ["EMBEDDED_INSTANCE"] = "torture"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")
FOLDER = tempfile.TemporaryDirectory()
os.environ["MEDIA_ROOT"] = FOLDER.name

import django

from devservers.instance import destroy

destroy(os.environ["EMBEDDED_INSTANCE"])
django.setup()

from django.core.management import call_command

from benchmarks.mailing import make_run
from benchmarks.torture import command, manifest_after_kills, undisturbed_manifest


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture_letters", description=__doc__)
    parser.add_argument("--letters", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        run = make_run(people=options.letters, folder=Path(FOLDER.name))
        expected = undisturbed_manifest(run)
        manifest, at = manifest_after_kills(
            run, kills=options.kills, random=Random(options.seed), start=lambda: command(run)
        )
        moments = ", ".join(f"{count} while {what}" for what, count in at.items())
        sys.stdout.write(f"{run.letters.count()} letters, killed {options.kills} times: {moments}.\n")
        sys.stdout.write("The manifest is the same.\n" if manifest == expected else "ANOTHER MANIFEST.\n")
        sys.exit(manifest != expected)
    finally:
        destroy(os.environ["EMBEDDED_INSTANCE"])
        FOLDER.cleanup()


if __name__ == "__main__":
    main()
