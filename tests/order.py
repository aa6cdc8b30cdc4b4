"""Order of the tests, and their distribution to workers: no worker is left with a long file at the end."""

from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent

# The slowest files, and those that wait for processes: first.
FIRST = (
    "torture/test_torture.py",
    "demo/test_demo_command.py",
    "access/test_no_trace.py",
    "allocation/facts/test_facts_property.py",
    "administration/main_job/test_main_job.py",
    "letters/test_torture.py",
    "deployment/test_make_targets.py",
    "access/test_matrix.py",
    "hardening/test_posting.py",
    "hardening/test_odd_input.py",
    "allocation/test_night_faults.py",
    "devservers/test_embedded.py",
    "letters/test_read_back.py",
    "administration/quotas/test_quotas_browser.py",
    "desk/test_desk_browser.py",
    "allocation/engine/test_engine_mutations.py",
    "allocation/engine/test_engine_promises.py",
    "pages/test_browser.py",
    "citizens/test_choosing_browser.py",
    "citizens/test_choosing_unlucky.py",
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
