"""Font of the letters: its files, and its coverage."""

import functools

from fontTools.ttLib import TTFont

from common.documents import static_file

_FILE = "fkui/fonts/Inter-Regular.woff2"


def can_set(text: str) -> bool:
    """The font has every character of ``text``. A missing one would be set as a box, which PDF/A forbids."""
    return text.isascii() or all(ord(sign) in _signs() for sign in text if not sign.isspace())


@functools.cache
def _signs() -> frozenset[int]:
    with TTFont(static_file(_FILE), lazy=True) as font:
        return frozenset(font.getBestCmap())
