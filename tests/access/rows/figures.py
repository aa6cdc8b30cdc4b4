"""Figures: no personal data."""

from tests.access.rows import FIGURES, Row

ROWS = [
    Row("casework:figures", FIGURES),
    Row("casework:figures_csv", FIGURES),
    Row("casework:figures_json", FIGURES),
    Row("casework:figures_report", FIGURES),
]
