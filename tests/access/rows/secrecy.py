"""Protected people, the log review and retention."""

from tests.access.rows import MISSING, OFFICERS, OK, REVIEWER, SENIOR, SENT_ON, Case, Row

ROWS = [
    # Prompts for a reason itself, and only for protected people.
    Row(
        "casework:reason",
        OFFICERS,
        of="person",
        answers={Case.OWN: MISSING, Case.OTHERS: MISSING, Case.PROTECTED: OK},
    ),
    Row(
        "casework:reason",
        OFFICERS,
        of="person",
        method="post",
        data={"reason": "Personen ringde och vill välja"},
        answers={Case.OWN: MISSING, Case.OTHERS: MISSING, Case.PROTECTED: SENT_ON},
    ),
    Row("casework:protection", OFFICERS, of="person"),
    Row("casework:protection", OFFICERS, of="person", method="post"),
    Row("casework:address", SENIOR, of="person"),
    Row("casework:address", SENIOR, of="person", method="post"),
    Row("casework:addresses", SENIOR),
    Row("casework:log_reviews", REVIEWER),
    Row("casework:log_reviews", REVIEWER, method="post"),
    Row("casework:log_review", REVIEWER, of="review"),
    Row("casework:log_review", REVIEWER, of="review", method="post", gives=SENT_ON),
    Row("casework:close_log_review", REVIEWER, of="review", method="post", gives=SENT_ON),
    Row("casework:log_review_pdf", REVIEWER, of="review"),
    Row("casework:log_review_csv", REVIEWER, of="review"),
    Row("casework:answer_protection", SENIOR, of="protection_change", method="post", gives=SENT_ON),
    Row("casework:answer_address", SENIOR, of="address_question", method="post", gives=SENT_ON),
]
