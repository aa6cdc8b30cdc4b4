"""Payment of providers: for payments officers, who see no person but by initials."""

from tests.access.rows import PAYMENTS, SENT_ON, THE_OBJECT, UNREADABLE, Row

MONTH = ("2020-10",)

ROWS = [
    Row("casework:payment_months", PAYMENTS),
    Row("casework:payment_months", PAYMENTS, method="post", gives=UNREADABLE),
    Row("casework:payment_find", PAYMENTS),
    Row("casework:payment_terms", PAYMENTS),
    Row("casework:payment_new_term", PAYMENTS, arguments=("rate",)),
    Row("casework:payment_new_term", PAYMENTS, arguments=("rate",), method="post", gives=UNREADABLE),
    Row(
        "casework:payment_term_step",
        PAYMENTS,
        of="term",
        arguments=(THE_OBJECT, "avsla"),
        method="post",
        gives=SENT_ON,
    ),
    Row("casework:payment_manual", PAYMENTS),
    Row("casework:payment_manual", PAYMENTS, method="post", gives=UNREADABLE),
    Row(
        "casework:payment_manual_step",
        PAYMENTS,
        of="manual_line",
        arguments=(THE_OBJECT, "avsla"),
        method="post",
        gives=SENT_ON,
    ),
    Row("casework:payment_basis", PAYMENTS, arguments=MONTH),
    Row("casework:payment_step", PAYMENTS, arguments=(*MONTH, "rakna"), method="post", gives=SENT_ON),
    Row("casework:payment_provider", PAYMENTS, arguments=(*MONTH, "lindens")),
    Row("casework:payment_line", PAYMENTS, of="payment_line", arguments=(*MONTH, THE_OBJECT)),
    Row(
        "casework:payment_line",
        PAYMENTS,
        of="payment_line",
        arguments=(*MONTH, THE_OBJECT),
        method="post",
        gives=UNREADABLE,
    ),
    Row("casework:payment_answer", PAYMENTS, of="remark", method="post", gives=SENT_ON),
    Row("casework:payment_file", PAYMENTS, arguments=(*MONTH, "kommunen", "csv")),
    Row("casework:payment_sie", PAYMENTS, arguments=MONTH, gives=SENT_ON),
]
