"""Marks at the edge of each sheet for the enveloping machine, which groups a letter's sheets by them.

Drawn on the print file only: the archived letter is the person's copy. Millimetres from the paper's top left corner:
the drawing code of the pages lets the y axis point down.
"""

import segno
from django.conf import settings

from letters.paper_marks import Rectangle, artifact, squares
from letters.pdf_merge import Marks

# OMR lines at the left edge, outside the window and its margin, one every 4.23 mm (a sixth of an inch).
_OMR_LEFT, _OMR_TOP, _OMR_STEP, _OMR_LENGTH, _OMR_WIDTH = 6.0, 160.0, 4.233, 7.0, 0.4
_MATRIX_LEFT, _MATRIX_TOP, _MATRIX_MODULE = 6.0, 160.0, 0.4


def marks() -> Marks | None:
    """Mark type configured for the printer; None: no marks."""
    return {"omr": _omr, "matrix": _matrix, "": None}[settings.LETTER_MACHINE_CODE]


def _omr(page: int, pages: int, reference: str) -> bytes:
    """Start, last sheet, a counter modulo 8 in three bits, and a parity line."""
    bits = [True, page == pages, *(bool(page % 8 >> place & 1) for place in range(3))]
    bits.append(sum(bits) % 2 == 1)
    lines: list[Rectangle] = [
        (_OMR_LEFT, _OMR_TOP + place * _OMR_STEP, _OMR_LENGTH, _OMR_WIDTH) for place, bit in enumerate(bits) if bit
    ]
    return artifact(lines)


def _matrix(page: int, pages: int, reference: str) -> bytes:
    """Reference, sheet, sheets: ``K7M2PX9TQ4WD 1/2``."""
    code = segno.make(f"{reference} {page}/{pages}", micro=False, error="M", boost_error=False)
    return artifact(squares(code.matrix, _MATRIX_LEFT, _MATRIX_TOP, _MATRIX_MODULE))
