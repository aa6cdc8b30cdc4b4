"""Bars as SVG, made on the server: no script, no style sheet, and always a table of the same figures beside them.

The parts of a bar differ by colour and by pattern. Words and axes take the colour of the text around them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe

from allocation.whatif.line_chart import COLOURS, round_up

WIDTH, FONT, ROW, BAR, RIGHT = 340, 13, 44, 16, 8
PLOT_TOP, PLOT_HEIGHT, LEFT = 10, 150, 40
KEY = 22


@dataclass(frozen=True)
class Bar:
    """``parts``: one value for each name of the chart. ``limit``: drawn as a line across; None: there is none."""

    name: str
    parts: Sequence[int]
    limit: int | None = None


def bars(
    *, id_: str, title: str, description: str, names: Sequence[str], limit: str, rows: Sequence[Bar]
) -> SafeString:
    """Lying bars, one under the other, of the same scale. ``limit`` says what the line across means."""
    key_rows = len(names) + any(row.limit is not None for row in rows)
    svg = _svg(id_, title, description, ROW * len(rows) + KEY * key_rows + 12, names)
    top = max((max(sum(row.parts), row.limit or 0) for row in rows), default=0) or 1
    for number, row in enumerate(rows):
        y = ROW * number
        _text(svg, 0, y + FONT + 2, row.name)
        x = 0.0
        for part, value in enumerate(row.parts):
            width = value * (WIDTH - RIGHT) / top
            if value:
                _part(svg, id_, part, x, y + 20, width, BAR)
            x += width
        _path(svg, f"M0 {y + 20 + BAR} h{WIDTH - RIGHT}", opacity="0.25")
        if row.limit is not None:
            _path(svg, f"M{row.limit * (WIDTH - RIGHT) / top:.1f} {y + 16} v{BAR + 8}", width="3")
    y = ROW * len(rows) + 8
    _key(svg, id_, names, y)
    if any(row.limit is not None for row in rows):
        y += KEY * len(names)
        _path(svg, f"M10 {y} v{BAR}", width="3")
        _text(svg, 30, y + 13, limit)
    return _done(svg)


def columns(
    *,
    id_: str,
    title: str,
    description: str,
    names: Sequence[str],
    rows: Sequence[Bar],
    words: Callable[[int], str] = str,
) -> SafeString:
    """Standing bars side by side, such as one for each day. The first, the last and every seventh are named."""
    svg = _svg(id_, title, description, PLOT_TOP + PLOT_HEIGHT + 30 + KEY * len(names), names)
    top = round_up(max((sum(row.parts) for row in rows), default=0), 1)
    for tick in range(0, top + 1, top // 4):
        y = PLOT_TOP + PLOT_HEIGHT * (1 - tick / top)
        _path(svg, f"M{LEFT} {y:.1f} H{WIDTH - RIGHT}", opacity="0.25" if tick else "1")
        _text(svg, LEFT - 5, y + 4, words(tick), "end")
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    for number, row in enumerate(rows):
        x, y = LEFT + step * number, float(PLOT_TOP + PLOT_HEIGHT)
        for part, value in enumerate(row.parts):
            height = value * PLOT_HEIGHT / top
            y -= height
            if value:
                _part(svg, id_, part, x + step * 0.1, y, step * 0.8, height)
        if number % 7 == 0 and number + 3 < len(rows):
            _text(svg, x, PLOT_TOP + PLOT_HEIGHT + 16, row.name)
    _key(svg, id_, names, PLOT_TOP + PLOT_HEIGHT + 26)
    return _done(svg)


def _svg(id_: str, title: str, description: str, height: int, names: Sequence[str]) -> Element:
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "width": "100%", "role": "img",
        "aria-labelledby": f"{id_}-title {id_}-desc", "font-size": str(FONT), "fill": "none",
    })  # fmt: skip
    SubElement(svg, "title", id=f"{id_}-title").text = title
    SubElement(svg, "desc", id=f"{id_}-desc").text = description
    patterns = SubElement(svg, "defs")
    for part in range(1, len(names)):
        size = {"id": f"{id_}-{part}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        turn = {"patternTransform": f"rotate({45 * part})"}
        pattern = SubElement(patterns, "pattern", {**size, **turn})
        SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": _colour(part), "fill-opacity": "0.35"})
        SubElement(pattern, "rect", {"width": "3", "height": "6", "fill": _colour(part)})
    return svg


def _colour(part: int) -> str:
    return COLOURS[part % len(COLOURS)]


def _part(svg: Element, id_: str, part: int, x: float, y: float, width: float, height: float) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
    fill = f"url(#{id_}-{part})" if part else _colour(0)
    SubElement(svg, "rect", {**place, "fill": fill, "stroke": _colour(part)})


def _key(svg: Element, id_: str, names: Sequence[str], y: int) -> None:
    for part, name in enumerate(names):
        _part(svg, id_, part, 0, y + KEY * part, 20, 14)
        _text(svg, 30, y + KEY * part + 12, name)


def _path(svg: Element, d: str, *, opacity: str = "1", width: str = "1") -> None:
    SubElement(svg, "path", {"d": d, "stroke": "currentColor", "stroke-opacity": opacity, "stroke-width": width})


def _text(svg: Element, x: float, y: float, words: str, anchor: str = "start") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": "currentColor", "text-anchor": anchor}
    SubElement(svg, "text", place).text = words


def _done(svg: Element) -> SafeString:
    # The tree was built by us, and its words are escaped as it is written.
    return mark_safe(tostring(svg, encoding="unicode"))  # noqa: S308
