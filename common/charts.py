"""Charts as SVG, drawn on the server: no script, no style sheet, and always a table of the same figures beside them.

Lines, bars and columns differ by colour and by dash or pattern; the colours have a contrast of at least 3:1 on white
and on a dark page. Axes and words take the colour of the text around them: a chart follows dark mode and print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe

COLOURS = ("#3d7fd6", "#b35c00", "#1f8a5b", "#c2569b", "#7a6ff0")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
# In the chart's own units, about one to one on a phone, so that the words stay readable.
WIDTH, FONT, KEY = 340, 13, 22
PLOT_TOP, PLOT_HEIGHT, LEFT, RIGHT = 10, 170, 46, 8
# A bar, its name above it (it may be long), and the room for words after it.
ROW, BAR, WORDS = 46, 16, 108
_INK_ON_PAPER = "#1b1e23"


@dataclass(frozen=True)
class Series:
    """One value per day; None: a gap. ``band``: by day, the range of most replications, on fewer days or None."""

    name: str
    values: Sequence[int | None]
    band: Mapping[date, tuple[int, int]] = field(default_factory=dict)

    def band_at(self, day: date) -> tuple[int, int] | None:
        """The last value known on that day."""
        known = max((each for each in self.band if each <= day), default=None)
        return None if known is None else self.band[known]


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


@dataclass(frozen=True)
class Axis:
    """``unit`` values make one on the axis: 60 minutes an hour. ``words`` formats such a number."""

    unit: int = 1
    words: Callable[[int], str] = str


class _Drawing:
    """``page`` False: for paper or a file of its own, dark whatever is around it."""

    def __init__(self, *, id_: str, title: str, description: str, height: int, page: bool = True) -> None:
        self.id, self.ink = id_, "currentColor" if page else _INK_ON_PAPER
        self.svg = Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "width": "100%", "role": "img",
            "aria-labelledby": f"{id_}-title {id_}-desc", "font-size": str(FONT), "fill": "none",
        })  # fmt: skip
        SubElement(self.svg, "title", id=f"{id_}-title").text = title
        SubElement(self.svg, "desc", id=f"{id_}-desc").text = description

    def text(self, x: float, y: float, words: str, anchor: str = "start") -> None:
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": self.ink, "text-anchor": anchor}
        SubElement(self.svg, "text", place).text = words

    def path(self, d: str, *, opacity: str = "1", width: str = "1") -> None:
        SubElement(self.svg, "path", {"d": d, "stroke": self.ink, "stroke-opacity": opacity, "stroke-width": width})

    def patterns(self, count: int) -> None:
        """One for each part but the first, which is plain."""
        if count < 2:
            return
        defined = SubElement(self.svg, "defs")
        for part in range(1, count):
            size = {"id": f"{self.id}-{part}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
            pattern = SubElement(defined, "pattern", {**size, "patternTransform": f"rotate({45 * part})"})
            SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": _colour(part), "fill-opacity": "0.35"})
            SubElement(pattern, "rect", {"width": "3", "height": "6", "fill": _colour(part)})

    def part(self, number: int, x: float, y: float, width: float, height: float, colour: int = 0) -> None:
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
        fill = f"url(#{self.id}-{number})" if number else _colour(colour)
        SubElement(self.svg, "rect", {**place, "fill": fill, "stroke": _colour(number or colour)})

    def key(self, names: Sequence[str], y: int) -> None:
        for part, name in enumerate(names):
            self.part(part, 0, y + KEY * part, 20, 14)
            self.text(30, y + KEY * part + 12, name)

    def scale(self, top: int, axis: Axis) -> None:
        """Four equal steps across the plot, each with its number."""
        for tick in range(0, top + 1, top // 4):
            y = PLOT_TOP + PLOT_HEIGHT * (1 - tick / top)
            self.path(f"M{LEFT} {y:.1f} H{WIDTH - RIGHT}", opacity="0.25" if tick else "1")
            self.text(LEFT - 5, y + 4, axis.words(tick // axis.unit), "end")

    def done(self) -> SafeString:
        # The tree was built here, and its words are escaped as it is written.
        return mark_safe(tostring(self.svg, encoding="unicode"))  # noqa: S308


def line_chart(
    *,
    id_: str,
    title: str,
    description: str,
    days: Sequence[date],
    lines: Sequence[Series],
    axis: Axis,
    page: bool = True,
) -> SafeString:
    """``page`` False: a standalone file, dark on white wherever it is shown."""
    height = PLOT_TOP + PLOT_HEIGHT + 30 + KEY * len(lines)
    drawing = _Drawing(id_=id_, title=title, description=description, height=height, page=page)
    svg = drawing.svg
    if not page:
        svg.set("font-family", "sans-serif")
        SubElement(svg, "rect", width="100%", height="100%", fill="#fff")
    shown = [value for line in lines for value in line.values if value is not None]
    shown += [high for line in lines for _, high in line.band.values()]
    top = round_up(max(shown, default=0), axis.unit)
    span = max((days[-1] - days[0]).days, 1)

    def x(day: date) -> float:
        return LEFT + (day - days[0]).days * (WIDTH - LEFT - RIGHT) / span

    def y(value: int) -> float:
        return PLOT_TOP + PLOT_HEIGHT * (1 - value / top)

    drawing.scale(top, axis)
    for year in range(days[0].year, days[-1].year + 1):
        first = max(date(year, 1, 1), days[0])
        drawing.path(f"M{x(first):.1f} {PLOT_TOP + PLOT_HEIGHT} v5")
        if x(min(date(year + 1, 1, 1), days[-1])) - x(first) >= 30:
            drawing.text(x(first) + 2, PLOT_TOP + PLOT_HEIGHT + 16, str(year))
    for number, line in enumerate(lines):
        if line.band:
            there = [(x(day), y(low), y(high)) for day, (low, high) in sorted(line.band.items())]
            around = [(px, high) for px, _, high in there] + [(px, low) for px, low, _ in reversed(there)]
            outline = "M" + " ".join(f"{px:.1f} {py:.1f}" for px, py in around) + " Z"
            SubElement(svg, "path", {"d": outline, "fill": _colour(number), "fill-opacity": "0.18"})
        dash = DASHES[number % len(DASHES)]
        pen = {"stroke": _colour(number), "stroke-width": "2", "stroke-dasharray": dash or "none"}
        points = [(x(day), y(value)) for day, value in zip(days, line.values, strict=True) if value is not None]
        SubElement(svg, "path", pen, d="M" + " ".join(f"{px:.1f} {py:.1f}" for px, py in points) if points else "")
        at = PLOT_TOP + PLOT_HEIGHT + 36 + KEY * number
        SubElement(svg, "path", pen, d=f"M{LEFT} {at} h30")
        drawing.text(LEFT + 38, at + 4, line.name)
    return drawing.done()


def bar_chart(
    *,
    id_: str,
    title: str,
    description: str,
    bars: Sequence[Bar],
    names: Sequence[str] = (),
    limit: str = "",
    page: bool = True,
) -> SafeString:
    """Lying bars of one scale. ``names`` of the parts and ``limit``, what the line across means, are for the key."""
    has_limit = bool(limit) and any(bar.limit is not None for bar in bars)
    height = ROW * len(bars) + KEY * (len(names) + has_limit) + 12
    drawing = _Drawing(id_=id_, title=title, description=description, height=height, page=page)
    drawing.patterns(len(names))
    room = WIDTH - (WORDS if any(bar.words for bar in bars) else RIGHT)
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
    *, id_: str, title: str, description: str, bars: Sequence[Bar], names: Sequence[str], axis: Axis | None = None
) -> SafeString:
    """Standing bars side by side, such as one for each day. The first, the last and every seventh are named."""
    axis = axis or Axis()
    height = PLOT_TOP + PLOT_HEIGHT + 30 + KEY * len(names)
    drawing = _Drawing(id_=id_, title=title, description=description, height=height)
    drawing.patterns(len(names))
    top = round_up(max((sum(bar.parts) for bar in bars), default=0), axis.unit)
    drawing.scale(top, axis)
    step = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    for number, bar in enumerate(bars):
        x, y = LEFT + step * number, float(PLOT_TOP + PLOT_HEIGHT)
        for part, value in enumerate(bar.parts):
            height_of_part = value * PLOT_HEIGHT / top
            y -= height_of_part
            if value:
                drawing.part(part, x + step * 0.1, y, step * 0.8, height_of_part)
        if number % 7 == 0 and number + 3 < len(bars):
            drawing.text(x, PLOT_TOP + PLOT_HEIGHT + 16, bar.name)
    drawing.key(names, PLOT_TOP + PLOT_HEIGHT + 26)
    return drawing.done()


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def round_up(value: int, unit: int) -> int:
    """The smallest top of the axis that four equal steps of 1, 2 or 5 times a power of ten reach."""
    size = unit
    while True:
        for step in (1, 2, 5):
            if 4 * step * size >= value:
                return 4 * step * size
        size *= 10
