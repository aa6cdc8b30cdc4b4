"""Chapters of the figures month by month."""

import datetime
from collections.abc import Callable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.charts import Axis, Bar, Series
from common.percent import DASH, percent
from oversight.figures.parts import HIDDEN, Chart, Grid, Labels, Section, TimeChart, hours, rate, ratio, shown
from oversight.figures.sheet import Sheet
from oversight.figures.table import ALL, Table
from staff_ui.templatetags.pages import count

_PERCENT = Axis(unit=100, words=lambda value: f"{value} %")
_HOURS = Axis(unit=60, words=count)
_NUMBERS = Axis(words=count)


def external_share(sheet: Sheet, words: Labels) -> Section | None:
    """Share of the externals against the steps of the ramp."""
    table, limits = sheet.get("external_share_by_month"), sheet.get("share_limits_by_month")
    if table is None or limits is None:
        return None
    section = Section("andel", _("De externas andel, månad för månad"))
    section.sentences.append(
        _("Andelen av timmarna den första i varje månad. De månader som kommer visas så som det är beslutat i dag.")
    )
    section.sentences.append(
        _("Personer med skyddade uppgifter räknas mot gränsen men är inte med här, så andelen kan skilja sig lite.")
    )
    areas = [area for area in table.rows.codes if area != ALL] if len(table.rows.codes) > 2 else [table.rows.codes[0]]
    steps = {tuple(_line(limits, area)) for area in limits.rows.codes}
    lines = [(words.of("area", area), _line(table, area), False) for area in areas]
    if len(steps) == 1:
        lines.append((_("Högsta andel"), list(steps.pop()), True))
    else:
        for area in limits.rows.codes:
            name = _("Högsta andel, %(area)s") % {"area": words.of("area", area)}
            lines.append((name, _line(limits, area), True))
    section.charts.append(
        _chart(sheet, table, "andel", _("De externas andel av timmarna"), lines, _PERCENT, _share_words, is_wide=True)
    )
    return section


def hours_by_provider(sheet: Sheet, words: Labels) -> Section | None:
    """Hours of each provider against its ceiling and guarantee: a chart for each contract."""
    minutes, persons = sheet.get("clients_by_month_minutes"), sheet.get("clients_by_month")
    ceilings, guarantees = sheet.get("ceilings_by_month"), sheet.get("guarantees_by_month")
    if minutes is None or persons is None or ceilings is None or guarantees is None:
        return None
    section = Section("timmar", _("Timmar hos varje utförare, månad för månad"))
    section.sentences.append(_("Beviljade timmar per månad, med avtalets tak och garanti."))
    for number, contract in enumerate(minutes.rows.codes):
        lines = [(_("Timmar"), _line(minutes, contract), False)]
        for name, table in ((_("Tak"), ceilings), (_("Garanti"), guarantees)):
            if any(value is not None for value in _line(table, contract)):
                lines.append((name, _line(table, contract), True))
        title = words.of("contract", contract)
        section.charts.append(_chart(sheet, minutes, f"timmar-{number}", title, lines, _HOURS, _hours_words))
    return section


def queues(sheet: Sheet, words: Labels) -> Section | None:
    """Persons in the queues, and how long they had waited."""
    persons, days = sheet.get("queues_by_month"), sheet.get("waits_median_by_month")
    if persons is None or days is None:
        return None
    section = Section("vantar", _("Köer och väntan, månad för månad"))
    section.sentences.append(
        _("De som stod i kö den första i varje månad. Den som stod i två köer räknas en gång i raden för alla.")
    )
    in_use = [
        queue for queue in persons.rows.codes if queue == ALL or any(number != 0 for number in _line(persons, queue))
    ]
    if in_use == [ALL] and not any(_line(persons, ALL)):
        section.sentences.append(_("Ingen har stått i kö."))
        return section
    # The longest queues as lines; the table has all of them.
    longest = sorted(in_use[:-1], key=lambda queue: -max(number or 0 for number in _line(persons, queue)))[:3]
    for id_, title, table, axis in (
        ("ko", _("Personer i kö"), persons, _NUMBERS),
        ("vantan", _("Väntan hittills, dagar. Hälften hade väntat högst så länge."), days, _NUMBERS),
    ):
        lines = [(words.of("contract", queue), _line(table, queue), False) for queue in (ALL, *sorted(longest))]
        rest = [(words.of("contract", queue), _line(table, queue), False) for queue in in_use if queue != ALL]
        grid = _grid(table, title, [lines[0], *rest], _number_words)
        section.charts.append(_chart(sheet, table, id_, title, lines, axis, _number_words, is_wide=True, grid=grid))
    return section


def first_choice(sheet: Sheet, words: Labels) -> Section | None:
    """The first choice, round by round and by hours."""
    first, chose = sheet.get("first_choice_by_round"), sheet.get("chose_by_round")
    if first is None or chose is None or not first.rows.codes:
        return None
    section = Section("forsta-valen", _("Första valet, omgång för omgång"))
    section.sentences.append(_("Av dem som valde i omgången: så många har sitt första val."))
    columns = [words.of(first.columns.kind, code) for code in first.columns.codes]
    bars, rows = [], []
    for round in first.rows.codes:
        name = words.of("round", round)
        cells = []
        for number, (code, label) in enumerate(zip(first.columns.codes, columns, strict=True)):
            part, whole = first.at(round, code), chose.at(round, code)
            share = rate(part, whole)
            bars.append(Bar(f"{name}: {label}", _parts(ratio(part, whole)), words=share, colour=number))
            cells.append(HIDDEN if part is None or whole is None else f"{shown(part)} / {shown(whole)} ({share})")
        rows.append((name, cells))
    title = _("Har sitt första val, andel av dem som valde")
    description = "; ".join(f"{bar.name}: {bar.words}" for bar in bars)
    section.charts.append(Chart("diagram-forsta-valen", title, description, bars, is_wide=True))
    caption = _("Har sitt första val av alla som valde, efter timmar per månad")
    section.grids.append(Grid(caption, columns, rows, _("Valomgång")))
    return section


CHAPTERS: tuple[Callable[[Sheet, Labels], Section | None], ...] = (
    external_share, hours_by_provider, queues, first_choice
)  # fmt: skip

_Line = tuple[str, Sequence[int | None], bool]


def _chart(
    sheet: Sheet,
    table: Table,
    id_: str,
    title: str,
    lines: Sequence[_Line],
    axis: Axis,
    in_words: Callable[[int | None, bool], str],
    *,
    is_wide: bool = False,
    grid: Grid | None = None,
) -> TimeChart:
    """``lines``: name, values, whether it is a limit."""
    days = [_first_day(code) for code in table.columns.codes]
    now = max((number for number, day in enumerate(days) if day <= sheet.day), default=0)
    limits = iter(range(len(lines)))
    return TimeChart(
        f"diagram-{id_}",
        title,
        "; ".join(f"{name}: {in_words(values[now], table.hides and not limit)}" for name, values, limit in lines),
        days,
        [Series(name, values, limit=limit, colour=next(limits) if limit else None) for name, values, limit in lines],
        axis,
        grid or _grid(table, title, lines, in_words),
        sheet.day,
        is_wide,
    )


def _grid(table: Table, caption: str, lines: Sequence[_Line], in_words: Callable[[int | None, bool], str]) -> Grid:
    """A row for each month, the newest first."""
    rows = [
        (
            date_format(_first_day(code), "F Y").capitalize(),
            [in_words(values[number], table.hides and not limit) for _name, values, limit in lines],
        )
        for number, code in enumerate(table.columns.codes)
    ]
    return Grid(caption, [name for name, *_rest in lines], rows[::-1], _("Månad"))


def _line(table: Table, row: str) -> list[int | None]:
    return [table.at(row, column) for column in table.columns.codes]


def _first_day(month: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{month}-01")


def _share_words(value: int | None, hides: bool) -> str:
    return (HIDDEN if hides else DASH) if value is None else percent(value, 10_000)


def _hours_words(value: int | None, hides: bool) -> str:
    return (HIDDEN if hides else DASH) if value is None else hours(value)


def _number_words(value: int | None, hides: bool) -> str:
    return shown(value, hides=hides)


def _parts(value: int | None) -> list[int]:
    return [] if value is None else [value]
