"""Letters and their texts: print batches, returned mail, mail to protected people, texts, appeal notices."""

from tests.access.rows import ADMIN, MISSING, OFFICERS, SENIOR, SENT_ON, THE_OBJECT, Row

MAKERS = SENIOR | ADMIN
TEXT = ("receipt", "sv", "1")

ROWS = [
    Row("casework:post", MAKERS),
    # The town's round is closed.
    Row("casework:invite", MAKERS, arguments=("hosten-2020", "invitation"), method="post", gives=MISSING),
    # A proposal has no letters: redirect to the run, with a message.
    Row("casework:write_decisions", MAKERS, of="run", method="post", gives=SENT_ON),
    Row("casework:test_sheet", MAKERS),
    Row("casework:batch", MAKERS, of="batch"),
    Row("casework:batch_file", SENIOR, of="batch", arguments=(THE_OBJECT, "letters-001.pdf")),
    Row("casework:batch_step", SENIOR, of="batch", arguments=(THE_OBJECT, "godkann"), method="post", gives=SENT_ON),
    Row("casework:held", SENIOR),
    Row("casework:write_again", SENIOR, of="letter", method="post", gives=SENT_ON),
    Row("casework:returns", OFFICERS),
    Row("casework:returns", OFFICERS, method="post", gives=SENT_ON),
    # The town has no returned letters.
    Row("casework:protected_mail", SENIOR),
    Row("casework:protected_mail", SENIOR, method="post", gives=SENT_ON),
    Row("casework:cover_sheet", SENIOR),
    Row("casework:texts", MAKERS),
    Row("casework:text", MAKERS, arguments=TEXT[:2]),
    Row("casework:text", ADMIN, arguments=TEXT[:2], method="post", gives=422),
    Row("casework:text_version", MAKERS, arguments=TEXT),
    Row("casework:text_preview", MAKERS, arguments=TEXT),
    Row("casework:text_step", MAKERS, arguments=(*TEXT, "godkann"), method="post", gives=SENT_ON),
    Row("casework:arms", MAKERS),
    Row("casework:arms", ADMIN, method="post", gives=422),
    Row("casework:arms_remove", ADMIN, method="post", gives=SENT_ON),
    Row("casework:appeals", MAKERS),
    Row("casework:appeals", ADMIN, method="post", gives=422),
    Row(
        "casework:appeal_step",
        MAKERS,
        of="appeal",
        arguments=(THE_OBJECT, "godkann"),
        method="post",
        gives=SENT_ON,
    ),
]
