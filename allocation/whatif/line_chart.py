"""Line chart as server-side SVG, without script or style sheet.

Lines differ by colour and dash; the colours have a contrast of at least 3:1 on white and on a dark page. Axes and
text use the surrounding text colour, so that the chart follows dark mode and print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

COLOURS = ("#3d7fd6", "#b35c00", "#1f8a5b", "#c2569b", "#7a6ff0")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
# In the chart's own units, about one to one on a phone, so that the text stays readable.
WIDTH, PLOT_TOP, PLOT_HEIGHT, LEFT, RIGHT = 340, 10, 170, 46, 8
LINE_HEIGHT, FONT = 20, 13


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
class Axis:
    """``unit`` values make one on the axis: 60 minutes an hour. ``words`` formats such a number."""

    unit: int
    words: Callable[[int], str]


def line_chart(
    *,
    id_: str,
    title: str,
    description: str,
    days: Sequence[date],
    lines: Sequence[Series],
    axis: Axis,
    page: bool = True,
) -> str:
    """``page`` False: a standalone file, dark on white wherever it is shown."""
    height = PLOT_TOP + PLOT_HEIGHT + 30 + LINE_HEIGHT * len(lines)
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "width": "100%", "role": "img",
        "aria-labelledby": f"{id_}-title {id_}-desc", "font-size": str(FONT), "fill": "none",
    })  # fmt: skip
    SubElement(svg, "title", id=f"{id_}-title").text = title
    SubElement(svg, "desc", id=f"{id_}-desc").text = description
    if not page:
        svg.set("color", "#1b1e23")
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

    for tick in range(0, top + 1, top // 4):
        _line(svg, LEFT, y(tick), WIDTH - RIGHT, y(tick), opacity="0.25" if tick else "1")
        _text(svg, LEFT - 5, y(tick) + 4, axis.words(tick // axis.unit), "end")
    for year in range(days[0].year, days[-1].year + 1):
        first = max(date(year, 1, 1), days[0])
        _line(svg, x(first), PLOT_TOP + PLOT_HEIGHT, x(first), PLOT_TOP + PLOT_HEIGHT + 5)
        if x(min(date(year + 1, 1, 1), days[-1])) - x(first) >= 30:
            _text(svg, x(first) + 2, PLOT_TOP + PLOT_HEIGHT + 16, str(year))
    for number, line in enumerate(lines):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        if line.band:
            there = [(x(day), y(low), y(high)) for day, (low, high) in sorted(line.band.items())]
            around = [(px, high) for px, _, high in there] + [(px, low) for px, low, _ in reversed(there)]
            outline = "M" + " ".join(f"{px:.1f} {py:.1f}" for px, py in around) + " Z"
            SubElement(svg, "path", {"d": outline, "fill": colour, "fill-opacity": "0.18"})
        pen = {"stroke": colour, "stroke-width": "2", "stroke-dasharray": dash or "none"}
        points = [(x(day), y(value)) for day, value in zip(days, line.values, strict=True) if value is not None]
        SubElement(svg, "path", pen, d="M" + " ".join(f"{px:.1f} {py:.1f}" for px, py in points) if points else "")
        key = PLOT_TOP + PLOT_HEIGHT + 36 + LINE_HEIGHT * number
        SubElement(svg, "path", pen, d=f"M{LEFT} {key} h30")
        _text(svg, LEFT + 38, key + 4, line.name)
    return tostring(svg, encoding="unicode")


def _line(svg: Element, x1: float, y1: float, x2: float, y2: float, opacity: str = "1") -> None:
    d = f"M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}"
    SubElement(svg, "path", {"d": d, "stroke": "currentColor", "stroke-opacity": opacity})


def _text(svg: Element, x: float, y: float, words: str, anchor: str = "start") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": "currentColor", "text-anchor": anchor}
    SubElement(svg, "text", place).text = words


def round_up(value: int, unit: int) -> int:
    """The smallest top of the axis that four equal steps of 1, 2 or 5 times a power of ten reach."""
    size = unit
    while True:
        for step in (1, 2, 5):
            if 4 * step * size >= value:
                return 4 * step * size
        size *= 10
