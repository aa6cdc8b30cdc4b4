"""A citizen's choice. Nobody of the staff is a citizen: all are sent to the doors (``tests/citizens`` has the rest)."""

from tests.access.rows import EVERYBODY, SENT_ON, Row

_PAGES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("choosing", (), ("get", "post")),
    ("choosing_step", ("ordning",), ("get", "post")),
    ("check", (), ("get", "post")),
    ("receipt", ("2222AAAA2222",), ("get",)),
    ("receipt_pdf", ("2222AAAA2222",), ("get",)),
]

ROWS = [
    Row(f"citizens:{name}", EVERYBODY, arguments=arguments, method=method, gives=SENT_ON)
    for name, arguments, methods in _PAGES
    for method in methods
]
