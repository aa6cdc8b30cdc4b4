"""Charts as SVG, drawn on the server: no script, no style sheet, and always a table of the same figures beside them.

Lines, bars and columns differ by colour and by dash or pattern; the colours have a contrast of at least 3:1 on white
and on a dark page. Axes and words take the colour of the text around them: a chart follows dark mode and print.
"""

from common.charts.bars import Bar, bar_chart, column_chart
from common.charts.drawing import COLOURS, NARROW, WIDE, Axis, Size, both_sizes, round_up
from common.charts.lines import Series, line_chart

__all__ = [
    "COLOURS",
    "NARROW",
    "WIDE",
    "Axis",
    "Bar",
    "Series",
    "Size",
    "bar_chart",
    "both_sizes",
    "column_chart",
    "line_chart",
    "round_up",
]
