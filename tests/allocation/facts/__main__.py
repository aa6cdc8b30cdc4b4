"""``python -m tests.allocation.facts [--states 2000] [--first 0]``: the property test of the facts, in many states.

One test for each state, so a difference names its seed and the others are still compared.
"""

import argparse
import os
import sys
from pathlib import Path

import pytest


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.allocation.facts", description=__doc__)
    parser.add_argument("--states", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    os.environ["FACTS_STATES"] = f"{options.first}:{options.states}"
    file = Path(__file__).with_name("test_facts_property.py")
    sys.exit(pytest.main([str(file), "-q", "-p", "no:cacheprovider"]))


if __name__ == "__main__":
    main()
