"""Order of the tests, and their distribution to workers: no worker is left with a long file at the end."""

from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent

# The slowest files, and those that wait for processes: first.
FIRST = (
    "deployment/test_make_targets.py",
    "access/test_no_trace.py",
    "access/test_matrix.py",
    "desk/test_desk_browser.py",
    "citizens/test_choosing_browser.py",
    "pages/test_browser.py",
    "citizens/account/test_mine_browser.py",
    "administration/main_job/test_main_job.py",
    "hardening/test_odd_input.py",
    "citizens/test_choosing_unlucky.py",
    "administration/quotas/test_quotas_browser.py",
    "demo/test_demo_command.py",
    "devservers/test_embedded.py",
    "torture/test_torture.py",
    "letters/test_read_back.py",
    "administration/runs/test_runs_browser.py",
    "administration/rounds/test_rounds_browser.py",
    "signin/test_browser.py",
    "administration/test_exit_browser.py",
    "year/test_year.py",
    "allocation/test_night_faults.py",
    "hardening/test_posting.py",
    "pages/test_whole_day.py",
    "languages/test_languages_browser.py",
    "citizens/login/test_login_browser.py",
    "citizens/account/test_together_browser.py",
    "allocation/facts/test_facts_property.py",
    "allocation/engine/test_engine_mutations.py",
    "allocation/engine/test_engine_promises.py",
)
# Letters read by several files are rendered once per process.
TOGETHER = {"letters/test_looks.py": "letters/test_read_back.py", "letters/test_pdf.py": "letters/test_read_back.py"}


def place_of(path: Path) -> int:
    """Sort key of the test's group: lower is earlier."""
    group = group_of(path)
    return FIRST.index(group) if group in FIRST else len(FIRST)


def group_of(path: Path) -> str:
    """Group of a test: usually its file, whose fixtures are made once."""
    name = path.relative_to(TESTS).as_posix()
    return TOGETHER.get(name, name)


class ByGroup(LoadScopeScheduling):
    """For --dist=loadfile: each group goes to one worker, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(TESTS.parent / nodeid.partition("::")[0])
