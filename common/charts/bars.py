"""Lying bars, and standing ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from common.charts.drawing import FONT, KEY, LEFT, NARROW, PLOT_TOP, RIGHT, Axis, Drawing, Size, round_up

# A bar, its name above it (it may be long), and the room for words after it.
ROW, BAR, WORDS = 46, 16, 108


@dataclass(frozen=True)
class Bar:
    """``parts``: one value for each name of the chart; empty: the figure is hidden, and there is no bar.

    ``limit``: drawn as a line across, such as a ceiling. ``words``: after the bar. ``colour``: of the first part.
    """

    name: str
    parts: Sequence[int]
    limit: int | None = None
    words: str = ""
    colour: int = 0


def bar_chart(
    *,
    id_: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
    names: Sequence[str] = (),
    limit: str = "",
    page: bool = True,
    size: Size = NARROW,
) -> SafeString:
    """Lying bars of one scale. ``names`` of the parts and ``limit``, what the line across means, are for the key."""
    has_limit = bool(limit) and any(bar.limit is not None for bar in bars)
    height = ROW * len(bars) + KEY * (len(names) + has_limit) + 12
    drawing = Drawing(id_=id_, title=title, description=description, height=height, size=size, page=page)
    drawing.patterns(len(names))
    room = size.width - (WORDS if any(bar.words for bar in bars) else RIGHT)
    top = max((max(sum(bar.parts), bar.limit or 0) for bar in bars), default=0) or 1
    for number, bar in enumerate(bars):
        y = ROW * number
        drawing.text(0, y + FONT + 2, bar.name)
        x = 0.0
        for part, value in enumerate(bar.parts):
            width = value * room / top
            if value:
                drawing.part(part, x, y + 20, width, BAR, bar.colour)
            x += width
        drawing.path(f"M0 {y + 20 + BAR} h{room}", opacity="0.25")
        at = (bar.limit or 0) * room / top
        if bar.limit is not None:
            drawing.path(f"M{at:.1f} {y + 16} v{BAR + 8}", width="3")
        if bar.words:
            drawing.text(max(x, at) + 6, y + 33, bar.words)
    y = ROW * len(bars) + 8
    drawing.key(names, y)
    if has_limit:
        y += KEY * len(names)
        drawing.path(f"M10 {y} v{BAR}", width="3")
        drawing.text(30, y + 13, limit)
    return drawing.done()


def column_chart(
    *,
    id_: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
    names: Sequence[str],
    axis: Axis | None = None,
    size: Size = NARROW,
) -> SafeString:
    """Standing bars side by side, such as one for each day. The first, the last and every seventh are named."""
    axis = axis or Axis()
    height = PLOT_TOP + size.plot + 30 + KEY * len(names)
    drawing = Drawing(id_=id_, title=title, description=description, height=height, size=size)
    drawing.patterns(len(names))
    top = round_up(max((sum(bar.parts) for bar in bars), default=0), axis.unit)
    drawing.scale(top, axis)
    step = (size.width - LEFT - RIGHT) / max(len(bars), 1)
    for number, bar in enumerate(bars):
        x, y = LEFT + step * number, float(PLOT_TOP + size.plot)
        for part, value in enumerate(bar.parts):
            height_of_part = value * size.plot / top
            y -= height_of_part
            if value:
                drawing.part(part, x + step * 0.1, y, step * 0.8, height_of_part)
        if number % 7 == 0 and number + 3 < len(bars):
            drawing.text(x, PLOT_TOP + size.plot + 16, bar.name)
    drawing.key(names, PLOT_TOP + size.plot + 26)
    return drawing.done()
