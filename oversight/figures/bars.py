"""Horizontal bars as SVG: made on the server, no script. Beside allocation.whatif.line_chart, whose colours they share.

Every bar has its number in words beside it, so nothing hangs on colour or length alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from allocation.whatif.line_chart import COLOURS

# In the chart's own units; a phone shows them about one to one. A name stands above its bar: it may be long.
WIDTH, ROW, BAR, WORDS, FONT = 340, 46, 16, 108, 13


@dataclass(frozen=True)
class Bar:
    """``value`` None: hidden, no bar. ``mark``: a line across, such as a ceiling."""

    name: str
    value: int | None
    words: str
    mark: int | None = None
    colour: int = 0


def bar_chart(*, id_: str, title: str, description: str, bars: Sequence[Bar], page: bool = True) -> str:
    """``page`` False: for paper, dark on white."""
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {ROW * len(bars) + 4}", "role": "img",
        "aria-labelledby": f"{id_}-title {id_}-desc", "font-size": str(FONT), "width": "100%",
    })  # fmt: skip
    SubElement(svg, "title", id=f"{id_}-title").text = title
    SubElement(svg, "desc", id=f"{id_}-desc").text = description
    ink = "currentColor" if page else "#1b1e23"
    numbers = [number for bar in bars for number in (bar.value, bar.mark) if number]
    scale = (WIDTH - WORDS) / max(numbers, default=1)
    for row, bar in enumerate(bars):
        top = ROW * row
        SubElement(svg, "text", x="0", y=str(top + FONT), fill=ink).text = bar.name
        width = (bar.value or 0) * scale
        place = {"x": "0", "y": str(top + 20), "height": str(BAR)}
        SubElement(svg, "rect", {**place, "width": f"{width:.1f}", "fill": COLOURS[bar.colour % len(COLOURS)]})
        if bar.mark is not None:
            at = f"{bar.mark * scale:.1f}"
            SubElement(svg, "path", {"d": f"M{at} {top + 17} v{BAR + 6}", "stroke": ink, "stroke-width": "2"})
        after = max(width, (bar.mark or 0) * scale) + 6
        SubElement(svg, "text", x=f"{after:.1f}", y=str(top + 33), fill=ink).text = bar.words
    return tostring(svg, encoding="unicode")
