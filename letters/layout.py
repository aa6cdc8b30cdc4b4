"""Layout version of new letters, and rendering errors. Kept apart from ``letters.pdf``, which needs Pango.

A site that only shows pages starts without it.
"""

LAYOUT_VERSION = 2


class RenderError(RuntimeError):
    """The PDF cannot be made: a font is missing, or the letter referred to a forbidden resource."""
