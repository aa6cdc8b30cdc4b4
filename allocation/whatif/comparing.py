"""Comparison of the coming years as decided with the same years after one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from allocation.whatif.charts import HOURS, PERCENT, Chart
from allocation.whatif.result import ContractRow, HoursClass, Result, Step
from allocation.whatif.scenario import BP, CeilingStep, GuaranteeStep, Scenario, ShareStep, step_days
from allocation.whatif.simulate import simulate
from allocation.whatif.start import Start
from allocation.whatif.wording import hours, number, share
from common.charts import Axis, Series
from common.percent import percent

Change = ShareStep | CeilingStep | GuaranteeStep


@dataclass(frozen=True)
class Figure:
    """A row of the table: label, as decided, with the change."""

    name: str
    decided: str
    changed: str


@dataclass(frozen=True)
class Comparison:
    """``figures``: on the last day."""

    last_day: date
    step_days: int
    figures: list[Figure]
    charts: list[Chart]


def compare(start: Start, *, change: Change, years: int, growth_bp: int, choice_rate_bp: int | None) -> Comparison:
    """Run the same years twice with the same chance events: only the change differs."""
    persons = sum(len(unit.members) for unit in start.problem.units)
    decided = Scenario(
        years=years,
        step_days=step_days(persons=persons, years=years, runs=2),
        growth_bp=growth_bp,
        choice_rate_bp=choice_rate_bp,
        share_steps=start.share_steps,
        ceilings=start.ceilings,
        guarantees=start.guarantees,
    )
    before, after = simulate(start.problem, decided), simulate(start.problem, _with(decided, change))
    area_name = start.area_names.get(change.area or "", "")
    charts = [_share_chart(before, after, change.area or "", area_name)]
    if not isinstance(change, ShareStep):
        provider = start.provider_names.get(change.provider, change.provider)
        charts.append(_contract_chart(before, after, change, f"{provider}, {area_name}"))
    charts.append(_waiting_chart(before, after))
    return Comparison(
        last_day=after.steps[-1].day,
        step_days=decided.step_days,
        figures=_figures(before, after, change),
        charts=charts,
    )


def _with(scenario: Scenario, change: Change) -> Scenario:
    # For the same day the last entry counts.
    if isinstance(change, ShareStep):
        return replace(scenario, share_steps=(*scenario.share_steps, change))
    if isinstance(change, CeilingStep):
        return replace(scenario, ceilings=(*scenario.ceilings, change))
    return replace(scenario, guarantees=(*scenario.guarantees, change))


def _chart(
    id_: str, title: str, result: Result, lines: Sequence[tuple[str, Sequence[int | None]]], axis: Axis
) -> Chart:
    days = [step.day for step in result.steps]
    words = share if axis is PERCENT else hours
    return Chart(id_, title, days, [Series(name, values) for name, values in lines], axis, words)


def _share_chart(before: Result, after: Result, area: str, name: str) -> Chart:
    limits: list[int | None] = [_cap_bp(step, area) for step in after.steps]
    lines: list[tuple[str, Sequence[int | None]]] = [
        (_("Externa, som det är beslutat"), [_external_bp(step, area) for step in before.steps]),
        (_("Externa, med ändringen"), [_external_bp(step, area) for step in after.steps]),
        *([(_("Högsta andel, med ändringen"), limits)] if any(limit is not None for limit in limits) else []),
    ]
    return _chart("share", _("Extern andel av timmarna, %(area)s") % {"area": name}, after, lines, PERCENT)


def _contract_chart(before: Result, after: Result, change: CeilingStep | GuaranteeStep, name: str) -> Chart:
    theirs = [_contract(step, change) for step in after.steps]
    lines: list[tuple[str, Sequence[int | None]]] = [
        (_("Har, som det är beslutat"), [_contract(step, change).minutes for step in before.steps]),
        (_("Har, med ändringen"), [row.minutes for row in theirs]),
    ]
    if any(row.ceiling_minutes is not None for row in theirs):
        lines.append((_("Tak, med ändringen"), [row.ceiling_minutes for row in theirs]))
    return _chart("contract", _("Timmar per månad, %(name)s") % {"name": name}, after, lines, HOURS)


def _waiting_chart(before: Result, after: Result) -> Chart:
    lines = [
        (_("Som det är beslutat"), [_waiting(step)[1] for step in before.steps]),
        (_("Med ändringen"), [_waiting(step)[1] for step in after.steps]),
    ]
    return _chart("waiting", _("Timmar per månad hos dem som väntar"), after, lines, HOURS)


def _figures(before: Result, after: Result, change: Change) -> list[Figure]:
    first, last = before.steps[-1], after.steps[-1]
    area = change.area or ""
    figures = [
        Figure(_("Extern andel"), _external_share(first, area), _external_share(last, area)),
        Figure(_("Personer som väntar"), number(_waiting(first)[0]), number(_waiting(last)[0])),
        Figure(_("Timmar hos dem som väntar"), hours(_waiting(first)[1]), hours(_waiting(last)[1])),
        Figure(_("Personer som har fått byta"), number(_moved(before)), number(_moved(after))),
    ]
    if not isinstance(change, ShareStep):
        theirs = _contract(first, change), _contract(last, change)
        figures.insert(0, Figure(_("Utförarens timmar"), *(hours(row.minutes) for row in theirs)))
        figures.insert(1, Figure(_("Utförarens personer"), *(number(row.persons) for row in theirs)))
    return figures


def _external_share(step: Step, area: str) -> str:
    row = next(row for row in step.areas if row.area == area)
    return percent(row.external_minutes, row.base_minutes)


def _external_bp(step: Step, area: str) -> int:
    row = next(row for row in step.areas if row.area == area)
    return row.external_minutes * BP // max(row.base_minutes, 1)


def _cap_bp(step: Step, area: str) -> int | None:
    row = next(row for row in step.areas if row.area == area)
    return None if row.cap_minutes is None else row.cap_minutes * BP // max(row.base_minutes, 1)


def _contract(step: Step, change: CeilingStep | GuaranteeStep) -> ContractRow:
    return next(row for row in step.contracts if (row.area, row.provider) == (change.area, change.provider))


def _waiting(step: Step) -> tuple[int, int]:
    queues = [step.waiting(kind) for kind in HoursClass]
    return sum(queue.persons for queue in queues), sum(queue.minutes for queue in queues)


def _moved(result: Result) -> int:
    return sum(step.moved for step in result.steps)
