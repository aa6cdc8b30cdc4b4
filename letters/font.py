"""Font of the letters: its files, and its coverage."""

import functools
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

_FILE = "fkui/fonts/Inter-Regular.woff2"


def static_file(path: str) -> Path:
    """Path of a static file of the project.

    Raises:
        FileNotFoundError: not found, or the path leaves the static folders.
    """
    # The finders refuse paths that leave the static folders.
    if found := finders.find(path):
        return Path(found)
    # Only collected files are available (production).
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / path).resolve()
    if not collected.is_relative_to(root) or not collected.is_file():
        raise FileNotFoundError(f"no static file {path}")
    return collected


def can_set(text: str) -> bool:
    """The font has every character of ``text``. A missing one would be set as a box, which PDF/A forbids."""
    return text.isascii() or all(ord(sign) in _signs() for sign in text if not sign.isspace())


@functools.cache
def _signs() -> frozenset[int]:
    with TTFont(static_file(_FILE), lazy=True) as font:
        return frozenset(font.getBestCmap())
