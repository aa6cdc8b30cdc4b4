"""Charts of a simulation result, each with its figures as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from allocation.whatif.replications import bands
from allocation.whatif.result import AreaRow, HoursClass, Result
from allocation.whatif.scenario import BP
from allocation.whatif.wording import class_name, hours, number, share, with_band
from common.charts import Axis, Series, line_chart


@dataclass(frozen=True)
class Chart:
    """``id``: a word for file names and anchors."""

    id: str
    title: str
    days: Sequence[date]
    lines: Sequence[Series]
    axis: Axis
    words: Callable[[int | None], str]

    @property
    def description(self) -> str:
        """Text alternative of the chart."""
        ends = [
            _("%(name)s: %(first)s i början, %(last)s i slutet.")
            % {"name": line.name, "first": self.words(line.values[0]), "last": self.words(line.values[-1])}
            for line in self.lines
        ]
        return " ".join(ends)

    def svg(self, *, page: bool = True) -> SafeString:
        return line_chart(
            id_=self.id,
            title=self.title,
            description=self.description,
            days=self.days,
            lines=self.lines,
            axis=self.axis,
            page=page,
        )

    @property
    def columns(self) -> list[str]:
        return [line.name for line in self.lines]

    @property
    def rows(self) -> list[tuple[date, list[str]]]:
        """The first step of each quarter, and the very last step."""
        return [(self.days[i], [self._cell(line, i) for line in self.lines]) for i in _quarters(self.days)]

    def _cell(self, line: Series, at: int) -> str:
        return with_band(self.words(line.values[at]), line.band_at(self.days[at]), self.words)


def charts(
    result: Result,
    *,
    area_names: Mapping[str, str],
    provider_names: Mapping[str, str],
    others: Sequence[Result] = (),
) -> list[Chart]:
    """``others``: replications, for the bands."""
    return [
        *_shares(result, area_names, others),
        _waiting(result, others),
        _idle(result, provider_names, others),
    ]


PERCENT = Axis(unit=100, words=lambda value: f"{value} %")
HOURS = Axis(unit=60, words=number)


def _line(name: str, result: Result, others: Sequence[Result], values: Callable[[Result], list[int | None]]) -> Series:
    return Series(name, values(result), bands(others, values))


def _shares(result: Result, names: Mapping[str, str], others: Sequence[Result]) -> Iterator[Chart]:
    for place, area in enumerate(result.areas):
        rows = [step.areas[place] for step in result.steps]

        def external(result: Result, place: int = place) -> list[int | None]:
            areas = [step.areas[place] for step in result.steps]
            return [_bp(area, area.external_minutes) for area in areas]

        lines = [_line(_("Externa utförare"), result, others, external)]
        if any(row.cap_minutes is not None for row in rows):
            lines.append(Series(_("Högsta tillåtna andel"), [_bp(row, row.cap_minutes) for row in rows]))
        title = _("Extern andel av timmarna, %(area)s") % {"area": names.get(area, area)}
        yield Chart(f"share-{area}", title, _days(result), lines, PERCENT, share)


def _bp(row: AreaRow, minutes: int | None) -> int | None:
    return None if minutes is None else minutes * BP // max(row.base_minutes, 1)


def _waiting(result: Result, others: Sequence[Result]) -> Chart:
    def waiting(kind: HoursClass) -> Callable[[Result], list[int | None]]:
        return lambda result: [step.waiting(kind).minutes for step in result.steps]

    lines = [_line(class_name(kind), result, others, waiting(kind)) for kind in HoursClass]
    title = _("Timmar per månad hos dem som väntar")
    return Chart("waiting", title, _days(result), lines, HOURS, hours)


def _idle(result: Result, names: Mapping[str, str], others: Sequence[Result]) -> Chart:
    """Only providers with a ceiling in minutes: without one no room can be idle."""

    def idle(provider: str) -> Callable[[Result], list[int | None]]:
        return lambda result: [step.idle(provider) for step in result.steps]

    with_ceiling = {row.provider for row in result.steps[0].contracts if row.ceiling_minutes is not None}
    lines = [
        _line(names.get(provider, provider), result, others, idle(provider))
        for provider in result.providers
        if provider in with_ceiling
    ]
    return Chart("idle", _("Timmar per månad som är lediga under taken"), _days(result), lines, HOURS, hours)


def _days(result: Result) -> list[date]:
    return [step.day for step in result.steps]


def _quarters(days: Sequence[date]) -> list[int]:
    quarter = [(day.year, (day.month - 1) // 3) for day in days]
    first = [i for i in range(len(days)) if i == 0 or quarter[i] != quarter[i - 1]]
    return sorted({*first, len(days) - 1})


def day_words(day: date) -> str:
    return date_format(day, "Y-m-d")
