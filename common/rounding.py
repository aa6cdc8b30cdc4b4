"""The one way in which quotients become whole numbers."""


def half_up(part: int, whole: int) -> int:
    """``part / whole``, rounded once: halves go away from zero. ``whole`` is positive."""
    size = (2 * abs(part) + whole) // (2 * whole)
    return size if part >= 0 else -size


def whole_hours(minutes: int) -> int:
    return half_up(minutes, 60)
