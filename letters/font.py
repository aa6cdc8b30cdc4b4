"""The letters' font: where it lies, and which signs it has."""

import functools
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

_FILE = "fkui/fonts/Inter-Regular.woff2"


def static_file(path: str) -> Path:
    """A static file of the project.

    Raises:
        FileNotFoundError: there is none, or the path leads out of the static folders.
    """
    # The finders refuse paths that lead out of the static folders.
    if found := finders.find(path):
        return Path(found)
    # Where only the collected files are at hand (production).
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / path).resolve()
    if not collected.is_relative_to(root) or not collected.is_file():
        raise FileNotFoundError(f"no static file {path}")
    return collected


def can_set(text: str) -> bool:
    """Whether the font has every sign of ``text``. What it has not would be a box, which PDF/A forbids."""
    return text.isascii() or all(ord(sign) in _signs() for sign in text if not sign.isspace())


@functools.cache
def _signs() -> frozenset[int]:
    with TTFont(static_file(_FILE), lazy=True) as font:
        return frozenset(font.getBestCmap())
