"""Sizes, colours and axes of the charts, and the SVG element that they are drawn in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

COLOURS = ("#3d7fd6", "#b35c00", "#1f8a5b", "#c2569b", "#7a6ff0")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
# In the chart's own units, about one to one where it is shown, so that the words stay readable.
FONT, KEY = 13, 22
PLOT_TOP, LEFT, RIGHT = 10, 46, 8
INK_ON_PAPER = "#1b1e23"


@dataclass(frozen=True)
class Size:
    """Width of a chart, height of its axes, and size of its words."""

    width: int
    plot: int
    font: int = FONT


# A phone, or a card beside others; and a page, which is made smaller on paper.
NARROW, WIDE = Size(340, 170), Size(960, 260, 15)


@dataclass(frozen=True)
class Axis:
    """``unit`` values make one on the axis: 60 minutes an hour. ``words`` formats such a number."""

    unit: int = 1
    words: Callable[[int], str] = str


class Drawing:
    """``page`` False: for paper or a file of its own, dark whatever is around it."""

    def __init__(
        self, *, id_: str, title: str, description: str, height: int, size: Size = NARROW, page: bool = True
    ) -> None:
        self.id, self.ink, self.size = id_, "currentColor" if page else INK_ON_PAPER, size
        self.svg = Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {size.width} {height}", "width": "100%",
            "role": "img",
            "aria-labelledby": f"{id_}-title {id_}-desc", "font-size": str(size.font), "fill": "none",
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
            SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": colour_of(part), "fill-opacity": "0.35"})
            SubElement(pattern, "rect", {"width": "3", "height": "6", "fill": colour_of(part)})

    def part(self, number: int, x: float, y: float, width: float, height: float, colour: int = 0) -> None:
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
        fill = f"url(#{self.id}-{number})" if number else colour_of(colour)
        SubElement(self.svg, "rect", {**place, "fill": fill, "stroke": colour_of(number or colour)})

    def key(self, names: Sequence[str], y: int) -> None:
        for part, name in enumerate(names):
            self.part(part, 0, y + KEY * part, 20, 14)
            self.text(30, y + KEY * part + 12, name)

    def scale(self, top: int, axis: Axis) -> None:
        """Four equal steps across the plot, each with its number."""
        for tick in range(0, top + 1, top // 4):
            y = PLOT_TOP + self.size.plot * (1 - tick / top)
            self.path(f"M{LEFT} {y:.1f} H{self.size.width - RIGHT}", opacity="0.25" if tick else "1")
            self.text(LEFT - 5, y + 4, axis.words(tick // axis.unit), "end")

    def done(self) -> SafeString:
        # The tree was built here, and its words are escaped as it is written.
        return mark_safe(tostring(self.svg, encoding="unicode"))  # noqa: S308


def both_sizes(draw: Callable[[str, Size], SafeString], id_: str) -> SafeString:
    """A chart as wide as the page, and the same for a narrow one; the style sheet shows one of them
    (``static/css/staff_ui/charts.css``). ``draw``: takes the id and the size.
    """
    return format_html(
        '<div class="chart-wide">{}</div><div class="chart-narrow">{}</div>', draw(id_, WIDE), draw(f"{id_}-s", NARROW)
    )


def colour_of(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def round_up(value: int, unit: int) -> int:
    """The smallest top of the axis that four equal steps of 1, 2 or 5 times a power of ten reach."""
    size = unit
    while True:
        for step in (1, 2, 5):
            if 4 * step * size >= value:
                return 4 * step * size
        size *= 10
