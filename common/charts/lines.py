"""Lines over days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import SubElement

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from common.charts.drawing import (
    DASHES,
    FONT,
    KEY,
    LEFT,
    NARROW,
    PLOT_TOP,
    RIGHT,
    Axis,
    Drawing,
    Size,
    colour_of,
    round_up,
)

# Room for the name of a month, and the months between two names.
TICK, TICK_MONTHS = 66, (1, 2, 3, 6, 12)


@dataclass(frozen=True)
class Series:
    """One value per day; None: a gap. ``band``: by day, the range of most replications, on fewer days or None.

    ``limit``: a limit, drawn in steps in the colour of the text. ``colour``: None by its order.
    """

    name: str
    values: Sequence[int | None]
    band: Mapping[date, tuple[int, int]] = field(default_factory=dict)
    limit: bool = False
    colour: int | None = None

    def band_at(self, day: date) -> tuple[int, int] | None:
        """The last value known on that day."""
        known = max((each for each in self.band if each <= day), default=None)
        return None if known is None else self.band[known]


def line_chart(
    *,
    id_: str,
    title: str,
    description: str,
    days: Sequence[date],
    lines: Sequence[Series],
    axis: Axis,
    page: bool = True,
    size: Size = NARROW,
    mark: tuple[date, str] | None = None,
) -> SafeString:
    """``page`` False: a standalone file, dark on white wherever it is shown. ``mark``: a day with its name, such as
    today's, drawn across.
    """
    bottom = PLOT_TOP + size.plot
    height = bottom + 30 + KEY * len(lines)
    drawing = Drawing(id_=id_, title=title, description=description, height=height, size=size, page=page)
    svg = drawing.svg
    if not page:
        svg.set("font-family", "sans-serif")
        SubElement(svg, "rect", width="100%", height="100%", fill="#fff")
    shown = [value for line in lines for value in line.values if value is not None]
    shown += [high for line in lines for _, high in line.band.values()]
    top = round_up(max(shown, default=0), axis.unit)
    span = max((days[-1] - days[0]).days, 1)

    def x(day: date) -> float:
        return LEFT + (day - days[0]).days * (size.width - LEFT - RIGHT) / span

    def y(value: int) -> float:
        return PLOT_TOP + size.plot * (1 - value / top)

    drawing.scale(top, axis)
    tick = TICK * size.font // FONT
    for day, name in _ticks(days[0], days[-1], (size.width - LEFT - RIGHT) // tick):
        drawing.path(f"M{x(day):.1f} {bottom} v5")
        # A name that would not fit is left out; the last day is at the edge.
        if size.width - x(day) >= tick - 6:
            drawing.text(x(day) + 2, bottom + 16, name)
    if mark and days[0] < mark[0] < days[-1]:
        at = x(mark[0])
        drawing.path(f"M{at:.1f} {PLOT_TOP} V{bottom}", opacity="0.6")
        near_the_end = at > size.width * 0.8
        drawing.text(
            at + (-4 if near_the_end else 4), PLOT_TOP + size.font - 1, mark[1], "end" if near_the_end else "start"
        )
    for number, line in enumerate(lines):
        colour = number if line.colour is None else line.colour
        if line.band:
            there = [(x(day), y(low), y(high)) for day, (low, high) in sorted(line.band.items())]
            around = [(px, high) for px, _, high in there] + [(px, low) for px, low, _ in reversed(there)]
            outline = "M" + " ".join(f"{px:.1f} {py:.1f}" for px, py in around) + " Z"
            SubElement(svg, "path", {"d": outline, "fill": colour_of(colour), "fill-opacity": "0.18"})
        dash = DASHES[number % len(DASHES)]
        pen = {"stroke": colour_of(colour), "stroke-width": "2", "stroke-dasharray": dash or "none"}
        if line.limit:
            pen = {
                "stroke": drawing.ink,
                "stroke-width": "3",
                "stroke-dasharray": DASHES[colour % len(DASHES)] or "none",
            }
        points = [None if value is None else (x(day), y(value)) for day, value in zip(days, line.values, strict=True)]
        SubElement(svg, "path", pen, d=_outline(points, steps=line.limit))
        at_key = bottom + 36 + KEY * number
        SubElement(svg, "path", pen, d=f"M{LEFT} {at_key} h30")
        drawing.text(LEFT + 38, at_key + 4, line.name)
    return drawing.done()


def _ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Days to be named on the axis, about ``most``: months as far as there is room, otherwise years."""
    months = (last.year - first.year) * 12 + last.month - first.month or 1
    step = next((step for step in TICK_MONTHS if months / step <= most), 0)
    if step in (0, 12):
        years = range(first.year, last.year + 1)
        # Without room for every year, as many as fit.
        every = max(-(-len(years) // most), 1)
        return [
            (max(date(year, 1, 1), first), str(year) if number % every == 0 else "")
            for number, year in enumerate(years)
        ]
    starts = [
        date(n // 12, n % 12 + 1, 1) for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    return [
        (max(day, first), date_format(day, "M Y"))
        for day in starts
        if (day.month - 1) % step == 0 and (day >= first or day == starts[0])
    ]


def _outline(points: Sequence[tuple[float, float] | None], *, steps: bool) -> str:
    """Path through the points; it is broken at a gap. ``steps``: each value is in force until the next."""
    parts: list[str] = []
    before: tuple[float, float] | None = None
    for point, after in zip(points, [*points[1:], None], strict=True):
        if point is not None:
            px, py = point
            if before is None and after is None:
                parts.append(f"M{px - 3:.1f} {py:.1f} h6")
            elif before is None:
                parts.append(f"M{px:.1f} {py:.1f}")
            elif steps:
                parts.append(f"H{px:.1f} V{py:.1f}")
            else:
                parts.append(f"L{px:.1f} {py:.1f}")
        before = point
    return " ".join(parts)
