"""``python -m tests.year [--seed N] [--people 400] [--days 150]``: a simulated year, and its first contradiction.

``--faults``: each deliberate fault in turn has to be found. All is done in one transaction on servers of its own, and
taken back at the end.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("EMBEDDED_INSTANCE", "year")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.test")

import django

django.setup()

from django.core.management import call_command

from tests.year import faults
from tests.year.compare import Looks
from tests.year.telling import tell


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--days", type=int, default=150)
    parser.add_argument("--places", action="store_true", help="the night places directly (seeds that are even do)")
    parser.add_argument("--model", default="botkyrka", help="of providers/presets")
    parser.add_argument("--silence", default="", help="rule for those who do not choose")
    parser.add_argument("--nights", type=int, default=1, help="lists and figures are read after every so many nights")
    parser.add_argument("--touched", type=int, default=8, help="most people whose pages are read at a time")
    parser.add_argument("--part", type=float, default=0.05, help="of the others, whose pages are read each night")
    parser.add_argument("--shrink-seconds", type=float, default=300, help="at most")
    parser.add_argument("--faults", action="store_true", help="put in deliberate faults instead")
    options = parser.parse_args()
    call_command("migrate", verbosity=0, skip_checks=True)
    if options.faults:
        faults.main()
    began, used = time.monotonic(), time.process_time()
    whole = tell(
        seed=options.seed,
        people=options.people,
        days=options.days,
        looks=Looks(nights=options.nights, touched=options.touched, part=options.part),
        offers=not options.places and options.seed % 2 == 1,
        alone=options.seed % 5 == 0,
        model=options.model,
        silence=options.silence,
        shrink_seconds=options.shrink_seconds,
    )
    print(f"{time.monotonic() - began:.0f} s, {time.process_time() - used:.0f} processor seconds")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
