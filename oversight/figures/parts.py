"""Elements of a chapter of figures: sentences, charts, text grids."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from common.charts import Bar, bar_chart
from common.percent import DASH, percent
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

    @property
    def for_page(self) -> SafeString:
        return bar_chart(id_=self.id, title=self.title, description=self.description, bars=self.bars)

    @property
    def for_paper(self) -> SafeString:
        # WeasyPrint uses a drawing's title as alternative text, and ignores descriptions.
        title = f"{self.title}. {self.description}"
        return bar_chart(id_=self.id, title=title, description=self.description, bars=self.bars, page=False)


@dataclass
class Section:
    id: str
    heading: str
    sentences: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


class Words:
    """Names of codes, and formatted numbers."""

    def __init__(self) -> None:
        self.names: Names = names()

    def of(self, kind: str, code: str) -> str:
        return str(name(self.names, kind, code))

    def axis(self, table: Table, *, rows: bool) -> list[tuple[str, str]]:
        axis, codes = (table.rows, table.row_codes) if rows else (table.columns, table.column_codes)
        return [(code, self.of(axis.kind, code)) for code in codes]


def shown(number: int | None, *, hides: bool = True) -> str:
    """``hides`` False: a table without suppression, where None is not applicable."""
    return (HIDDEN if hides else DASH) if number is None else count(number)


def hours(minutes: int | None) -> str:
    return HIDDEN if minutes is None else count((minutes + 30) // 60)


def ratio(part: int | None, whole: int | None) -> int | None:
    """Length of a bar, in basis points; None when a number is hidden or zero."""
    return part * 10_000 // whole if part is not None and whole else None


def rate(part: int | None, whole: int | None) -> str:
    return HIDDEN if part is None or whole is None else percent(part, whole)


def whole_row(table: Table) -> str:
    """Code of the row of totals."""
    return table.row_codes[-1]
