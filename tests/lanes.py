"""Two lanes of the suite. ``make test``: rules, services, pages, letters. ``make test-wide``: a browser, every address
as every role, with odd input and in every language, a simulated year, and processes that are started and killed.

CI runs both for each change. Long forms of either are in ``tests/long_forms.py``.
"""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
WIDE = frozenset(
    {
        # Servers, workers and commands that are started, and killed.
        "administration/main_job/test_main_job.py",
        "allocation/test_night_faults.py",
        "demo/test_demo_command.py",
        "deployment/test_make_targets.py",
        "devservers/test_embedded.py",
        "letters/test_torture.py",
        "oversight/test_backup.py",
        "oversight/test_metrics.py",
        "oversight/test_restore.py",
        "torture/test_torture.py",
        "upgrades/test_upgrade.py",
        "year/test_commits.py",
        "year/test_year.py",
        # Every address, as every role or in every language.
        "access/test_no_trace.py",
        "hardening/test_headers.py",
        "hardening/test_odd_input.py",
        "hardening/test_posting.py",
        "languages/test_choosing_languages.py",
        "pages/test_whole_day.py",
    }
)


def is_wide(item: pytest.Item) -> bool:
    """By its file, by its mark, or because it opens a browser."""
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return "browser" in fixtures or item.path.relative_to(TESTS).as_posix() in WIDE or "wide" in item.keywords


def mark(items: list[pytest.Item]) -> None:
    """Give the wide ones the mark by which ``-m`` chooses a lane."""
    for item in items:
        if is_wide(item):
            item.add_marker("wide")
