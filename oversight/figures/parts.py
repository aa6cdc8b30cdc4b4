"""Elements of a chapter of figures: sentences, charts, text grids."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import NARROW, WIDE, Axis, Bar, Series, Size, bar_chart, both_sizes, line_chart
from common.percent import DASH, percent
from common.rounding import whole_hours
from oversight.figures.labels import Names, name, names
from oversight.figures.table import Table
from staff_ui.templatetags.pages import count

HIDDEN = ".."


@dataclass(frozen=True)
class Grid:
    """``rows``: name and cells as text. ``first``: heading of the row names."""

    caption: str
    columns: Sequence[str | Promise]
    rows: Sequence[tuple[str | Promise, Sequence[str]]]
    first: str | Promise = ""

    @property
    def labelled(self) -> list[tuple[str | Promise, list[tuple[str | Promise, str]]]]:
        """Each cell with its column's name, for narrow screens."""
        return [(name, list(zip(self.columns, cells, strict=True))) for name, cells in self.rows]


@dataclass(frozen=True)
class Chart:
    id: str
    title: str
    description: str
    bars: Sequence[Bar]
    is_wide: bool = False

    @property
    def for_page(self) -> SafeString:
        return both_sizes(self._drawn, self.id) if self.is_wide else self._drawn(self.id, NARROW)

    @property
    def for_paper(self) -> SafeString:
        # WeasyPrint uses a drawing's title as alternative text, and ignores descriptions.
        title = f"{self.title}. {self.description}"
        size = WIDE if self.is_wide else NARROW
        return bar_chart(id_=self.id, title=title, description=self.description, bars=self.bars, page=False, size=size)

    def _drawn(self, id_: str, size: Size) -> SafeString:
        return bar_chart(id_=id_, title=self.title, description=self.description, bars=self.bars, size=size)


@dataclass(frozen=True)
class TimeChart:
    """Lines over months. ``is_wide``: as wide as the page. ``grid``: the same figures as a table."""

    id: str
    title: str
    description: str
    days: Sequence[datetime.date]
    lines: Sequence[Series]
    axis: Axis
    grid: Grid
    today: datetime.date
    is_wide: bool = False

    @property
    def for_page(self) -> SafeString:
        return both_sizes(self._drawn, self.id) if self.is_wide else self._drawn(self.id, NARROW)

    @property
    def for_paper(self) -> SafeString:
        title = f"{self.title}. {self.description}"
        return self._drawn(self.id, WIDE if self.is_wide else NARROW, title=title, page=False)

    def _drawn(self, id_: str, size: Size, *, title: str = "", page: bool = True) -> SafeString:
        return line_chart(
            id_=id_,
            title=title or self.title,
            description=self.description,
            days=self.days,
            lines=self.lines,
            axis=self.axis,
            size=size,
            mark=(self.today, _("i dag")),
            page=page,
        )


@dataclass
class Section:
    id: str
    heading: str
    sentences: list[str] = field(default_factory=list)
    charts: list[Chart | TimeChart] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    @property
    def is_beside(self) -> bool:
        """Charts beside the tables on a wide page."""
        return bool(self.charts and self.grids) and not any(chart.is_wide for chart in self.charts)

    @property
    def all_grids(self) -> list[Grid]:
        """With the tables of the wide charts, for paper."""
        of_charts = [chart.grid for chart in self.charts if isinstance(chart, TimeChart) and chart.is_wide]
        return [*of_charts, *self.grids]


class Labels:
    """Names of codes, and formatted numbers."""

    def __init__(self, kinds: Collection[str]) -> None:
        self.names: Names = names(kinds)

    def of(self, kind: str, code: str) -> str:
        return str(name(self.names, kind, code))

    def axis(self, table: Table, *, rows: bool) -> list[tuple[str, str]]:
        axis, codes = (table.rows, table.row_codes) if rows else (table.columns, table.column_codes)
        return [(code, self.of(axis.kind, code)) for code in codes]


def shown(number: int | None, *, hides: bool = True) -> str:
    """``hides`` False: a table without suppression, where None is not applicable."""
    return (HIDDEN if hides else DASH) if number is None else count(number)


def hours(minutes: int | None) -> str:
    return HIDDEN if minutes is None else count(whole_hours(minutes))


def ratio(part: int | None, whole: int | None) -> int | None:
    """Length of a bar, in basis points; None when a number is hidden or zero."""
    return part * 10_000 // whole if part is not None and whole else None


def rate(part: int | None, whole: int | None) -> str:
    return HIDDEN if part is None or whole is None else percent(part, whole)


def whole_row(table: Table) -> str:
    """Code of the row of totals."""
    return table.row_codes[-1]
