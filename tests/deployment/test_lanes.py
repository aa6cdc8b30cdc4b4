"""The two lanes of the suite together hold every test, and CI runs both."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import lanes

ROOT = Path(settings.BASE_DIR)


def test_files_of_the_wide_lane_exist():
    assert [name for name in lanes.WIDE if not (lanes.TESTS / name).is_file()] == []


def test_make_has_a_target_for_each_lane():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert '-m "not wide" $(ON_ALL_CORES)' in makefile
    assert "-m wide $(ON_ALL_CORES)" in makefile


def test_ci_runs_both_lanes():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "make test </dev/null" in script
    assert "make test-wide </dev/null" in script


def test_tests_that_open_a_browser_are_wide(request: pytest.FixtureRequest):
    opens = [item for item in request.session.items if "browser" in item.fixturenames]

    assert [item.nodeid for item in opens if not item.get_closest_marker("wide")] == []
