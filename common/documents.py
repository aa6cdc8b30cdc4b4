"""Parts of ``common.pdf`` that do not import WeasyPrint, for processes that only show pages."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders


class RenderError(RuntimeError):
    """The PDF cannot be made: a font is missing, or the document referred to a forbidden resource."""


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
