"""Rounds, from draft to closed."""

from tests.access.rows import ADMIN, FIGURES, OFFICERS, OUTDATED, SENIOR, SENT_ON, UNREADABLE, Row

READERS = SENIOR | ADMIN
CODE = ("hosten-2020",)

ROWS = [
    Row("casework:rounds", FIGURES),
    Row("casework:round_new", ADMIN),
    Row("casework:round_new", ADMIN, method="post", gives=UNREADABLE),
    Row("casework:round", FIGURES, arguments=CODE),
    Row("casework:round_change", ADMIN, arguments=CODE),
    Row("casework:round_change", ADMIN, arguments=CODE, method="post", gives=UNREADABLE),
    Row("casework:round_freeze", ADMIN, arguments=CODE, method="post", gives=OUTDATED),
    Row("casework:round_close", ADMIN, arguments=CODE, method="post", gives=OUTDATED),
    Row("casework:round_unanswered", OFFICERS, arguments=CODE),
    Row("casework:round_proof", READERS, arguments=CODE),
    Row("casework:round_proof_pdf", READERS, arguments=CODE),
    Row("casework:round_proof_step", READERS, arguments=(*CODE, "godkann"), method="post", gives=SENT_ON),
]
