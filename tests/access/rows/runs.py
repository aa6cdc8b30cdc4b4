"""Further pages of runs: start, people, comparison, files."""

from tests.access.rows import ADMIN, FIGURES, OFFICERS, SENIOR, THE_OBJECT, UNREADABLE, Row

ROWS = [
    Row("casework:run_start", ADMIN),
    Row("casework:run_start", ADMIN, method="post", gives=UNREADABLE),
    Row("casework:run_request", ADMIN, of="run_request"),
    Row("casework:run_people", OFFICERS, of="run"),
    Row("casework:run_why", OFFICERS, of="person"),
    Row("casework:run_compare", FIGURES, of="run"),
    Row("casework:run_list", SENIOR, of="run", arguments=(THE_OBJECT, "xlsx")),
]
