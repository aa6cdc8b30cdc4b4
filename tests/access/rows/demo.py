"""The demo's sign-in for citizens: only where the demo is installed. The town of these tests has no applied run."""

from tests.access.rows import EVERYBODY, MISSING, Row

ROWS = [
    Row("demo:sign_in", EVERYBODY),
    Row("demo:enter", EVERYBODY, arguments=("onskad",), method="post", gives=MISSING),
]
