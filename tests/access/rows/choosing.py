"""A citizen's choice (``tests/citizens`` has the rest). A citizen who has not begun is redirected to the start."""

from tests.access.rows import CITIZEN, MISSING, SENT_ON, Row

ROWS = [
    Row("citizens:choosing", CITIZEN),
    Row("citizens:choosing", CITIZEN, method="post", gives=SENT_ON),
    Row("citizens:choosing_step", CITIZEN, arguments=("ordning",), gives=SENT_ON),
    Row("citizens:choosing_step", CITIZEN, arguments=("ordning",), method="post", gives=SENT_ON),
    Row("citizens:check", CITIZEN, gives=SENT_ON),
    Row("citizens:check", CITIZEN, method="post", gives=SENT_ON),
    Row("citizens:receipt", CITIZEN, arguments=("2222AAAA2222",), gives=MISSING),
    Row("citizens:receipt_pdf", CITIZEN, arguments=("2222AAAA2222",), gives=MISSING),
    Row("citizens:paper_form", CITIZEN, method="post"),
]
