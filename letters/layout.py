"""Layout version of new letters. Kept apart from ``letters.pdf``, which needs Pango."""

LAYOUT_VERSION = 4
