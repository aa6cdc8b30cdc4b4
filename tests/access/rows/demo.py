"""The demo's sign-in for citizens: only where the demo is installed. The town of these tests has no applied run."""

from tests.access.rows import EVERYBODY, MISSING, SENT_ON, Row

ROWS = [
    Row("demo:sign_in", EVERYBODY),
    # Without the day that the page showed nothing is moved.
    Row("demo:next_day", EVERYBODY, method="post", gives=SENT_ON),
    Row("demo:enter", EVERYBODY, arguments=("onskad",), method="post", gives=MISSING),
]
