"""Runs, figures and municipal decisions."""

from tests.access.rows import ADMIN, FIGURES, OFFICERS, OUTDATED, SENIOR, SENT_ON, STAFF, Row

ROWS = [
    Row("casework:home", STAFF),
    Row("casework:runs", FIGURES),
    Row("casework:run", FIGURES, of="run"),
    Row("casework:calls", OFFICERS, of="run"),
    Row("casework:approve", SENIOR, of="run", method="post", gives=OUTDATED),
    Row("casework:apply", SENIOR, of="run", method="post", gives=OUTDATED),
    Row("casework:undo", SENIOR, of="run", method="post", gives=SENT_ON),
    Row("casework:cancel", ADMIN, of="run", method="post", gives=SENT_ON),
    Row("casework:morning_list", OFFICERS, of="night"),
    Row("casework:approve_morning", SENIOR, of="night", method="post", gives=SENT_ON),
    Row("casework:hold_back", SENIOR, of="night", method="post", gives=422),
    Row("casework:exit", FIGURES, of="exit"),
    Row("casework:exit_propose", ADMIN, of="exit", method="post", gives=422),
    Row("casework:exit_decide", SENIOR | ADMIN, of="exit", method="post", gives=SENT_ON),
    Row("casework:exit_undo", SENIOR | ADMIN, of="exit", method="post", gives=SENT_ON),
    Row("casework:exit_finish", ADMIN, of="exit", method="post", gives=SENT_ON),
    Row("casework:what_if", ADMIN),
]
