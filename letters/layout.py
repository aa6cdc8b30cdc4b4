"""Which layout new letters get, and what may go wrong. Apart from ``letters.pdf``, which needs Pango on the machine.

A site that only shows pages starts without it.
"""

LAYOUT_VERSION = 2


class RenderError(RuntimeError):
    """The PDF cannot be made: a font is missing, or the letter reached for something it may not have."""
