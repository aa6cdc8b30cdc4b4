"""Non-text marks on the paper: fold marks, and the letter's reference as a small square code.

Drawn as artifacts, which a screen reader skips: the reference is also in the text. Millimetres from the paper's top
left corner.
"""

import functools
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import segno

POINTS_A_MM = 72 / 25.4

# Micro QR code: readable by desk scanners but not by phones, so that nobody scans the wrong one.
CODE_LEFT, CODE_TOP, CODE_MODULE = 181.0, 14.0, 0.5
_FOLD_LEFT, _FOLD_LENGTH, _FOLD_WIDTH = 5.0, 4.0, 0.2

Rectangle = tuple[float, float, float, float]


def first_page_marks(reference: str, folds: Iterable[float]) -> bytes:
    """Drawing operators for the first page, with y pointing down, in points."""
    return artifact([*_code(reference), *((_FOLD_LEFT, fold, _FOLD_LENGTH, _FOLD_WIDTH) for fold in folds)])


def code_marks(reference: str) -> bytes:
    """Drawing operators for the code alone."""
    return artifact(_code(reference))


def window_outline(envelope: Mapping[str, float], *, free: float = 8, width: float = 0.2) -> bytes:
    """Outline of the window, and the margin of ``free`` mm around it that must be empty."""
    lines: list[Rectangle] = []
    for margin in (0, free):
        left, top = envelope["left"] - margin, envelope["top"] - margin
        wide, high = envelope["width"] + 2 * margin, envelope["height"] + 2 * margin
        lines += [
            (left, top, wide, width),
            (left, top + high, wide, width),
            (left, top, width, high),
            (left + wide, top, width, high),
        ]
    return artifact(lines)


def artifact(rectangles: Iterable[Rectangle]) -> bytes:
    drawn = b" ".join(
        b"%.3f %.3f %.3f %.3f re" % tuple(measure * POINTS_A_MM for measure in each) for each in rectangles
    )
    return b"/Artifact BMC q 0 g " + drawn + b" f Q EMC"


def _code(reference: str) -> Iterator[Rectangle]:
    yield from squares(segno.make_micro(reference, error="L").matrix, CODE_LEFT, CODE_TOP, CODE_MODULE)


def squares(matrix: Any, left: float, top: float, module: float) -> Iterator[Rectangle]:
    """Dark modules of a code; each horizontal run is one rectangle."""
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                yield (left + x * module, top + y * module, (run - x) * module, module)
            x = run + 1


@functools.lru_cache(maxsize=64)
def qr_svg(text: str, title: str) -> str:
    """QR code for phones, with its alternative text."""
    target = io.BytesIO()
    # With the namespace of SVG, which XML needs in a page (common.pdf).
    look = {"border": 2, "omitsize": True, "title": title, "svgclass": None}
    segno.make_qr(text, error="M").save(target, kind="svg", xmldecl=False, nl=False, **look)
    return target.getvalue().decode()
