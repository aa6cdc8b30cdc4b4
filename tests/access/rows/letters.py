"""Sent letters."""

from tests.access.rows import OFFICERS, Row

ROWS = [
    Row("casework:letter", OFFICERS, of="letter"),
]
