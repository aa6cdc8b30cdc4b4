"""Summary of a result in rows and sentences, for the page and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.whatif.replications import band
from allocation.whatif.result import AreaRow, FirstChoice, HoursClass, Result, Step, WaitSummary
from allocation.whatif.scenario import BP
from allocation.whatif.wording import class_name, hours_words, met, number, share, with_band
from common.percent import percent

# Free room below this share of an area's hours is not reported: the next unit in line may simply not fit.
LITTLE_BP = 50


@dataclass(frozen=True)
class WaitRow:
    """Results of one hours class; words, days or persons."""

    name: str
    first_choice: tuple[str, ...]
    met: str
    median: str
    p90: str
    longest: str
    still: str
    longest_still: str


def wait_rows(result: Result, others: Sequence[Result] = ()) -> list[WaitRow]:
    """``others``: replications; with them each figure is followed by its band."""
    return [_wait_row(result, kind, others) for kind in HoursClass]


def _wait_row(result: Result, kind: HoursClass, others: Sequence[Result]) -> WaitRow:
    def in_words(of: Callable[[WaitSummary], int | None]) -> str:
        words = number(of(result.waits[kind]))
        return with_band(words, band([of(other.waits[kind]) for other in others]), number)

    return WaitRow(
        name=class_name(kind),
        first_choice=tuple(
            with_band(met(first), band([_met_bp(other.first_choice[kind][place]) for other in others]), share)
            for place, first in enumerate(result.first_choice[kind])
        ),
        met=in_words(lambda wait: wait.met),
        median=in_words(lambda wait: wait.median_days),
        p90=in_words(lambda wait: wait.p90_days),
        longest=in_words(lambda wait: wait.longest_days),
        still=in_words(lambda wait: wait.open),
        longest_still=in_words(lambda wait: wait.longest_open_days),
    )


def _met_bp(first: FirstChoice) -> int | None:
    return first.met * BP // first.asked if first.asked else None


def sentences(result: Result, *, area_names: Mapping[str, str]) -> list[str]:
    last = result.steps[-1]
    return [
        *(_share(area, area_names) for area in last.areas),
        _waiting(last),
        *_what_stops(last, area_names),
        *_first_choice_in_hours(result),
        *([_called(result)] if result.called else []),
        _passed(result),
    ]


def _share(area: AreaRow, names: Mapping[str, str]) -> str:
    words = {
        "area": names.get(area.area, area.area),
        "share": percent(area.external_minutes, area.base_minutes),
        "hours": hours_words(area.external_minutes),
        "cap": percent(area.cap_minutes or 0, area.base_minutes),
    }
    if area.cap_minutes is None:
        return _("%(area)s: i slutet har de externa utförarna %(share)s av timmarna (%(hours)s).") % words
    return _("%(area)s: i slutet har de externa utförarna %(share)s av timmarna. Högst får de ha %(cap)s.") % words


def _waiting(last: Step) -> str:
    persons = sum(last.waiting(kind).persons for kind in HoursClass)
    words = {
        "persons": number(persons),
        "hours": hours_words(sum(last.waiting(kind).minutes for kind in HoursClass)),
    }
    return (
        ngettext(
            "I slutet väntar %(persons)s person på något högre upp på sin lista (%(hours)s per månad).",
            "I slutet väntar %(persons)s personer på något högre upp på sin lista (%(hours)s per månad).",
            persons,
        )
        % words
    )


def _what_stops(last: Step, names: Mapping[str, str]) -> Iterator[str]:
    """The limits that cause waiting: the share or the ceilings."""
    for area in last.areas:
        if not any(queue.persons for queue in area.waiting.values()):
            continue
        words = {"area": names.get(area.area, area.area)}
        taken = max(area.external_minutes, area.committed_minutes)
        if area.cap_minutes is None or (area.cap_minutes - taken) * 10_000 > LITTLE_BP * area.base_minutes:
            yield (
                _("%(area)s: andelen har plats kvar, men inte de utförare som man väntar på. Taken stoppar.") % words
            )
        else:
            yield (
                _("%(area)s: andelen är full. Högre tak hjälper inte dem som väntar på sin första externa utförare.")
                % words
            )


def _first_choice_in_hours(result: Result) -> Iterator[str]:
    for first in result.first_choice_all:
        if first.asked_minutes:
            yield _(
                "Av timmarna hos dem som valde en extern utförare fick %(share)s sitt första val inom %(days)s dagar."
            ) % {"share": percent(first.met_minutes, first.asked_minutes), "days": number(first.days)}


def _called(result: Result) -> str:
    return ngettext(
        "%(called)s person rings för att fylla en garanterad volym.",
        "%(called)s personer rings för att fylla en garanterad volym.",
        result.called,
    ) % {"called": number(result.called)}


def _passed(result: Result) -> str:
    words = {
        "audited": number(result.audited),
        "runs": number(result.engine_runs),
        "faults": number(len(result.faults)),
    }
    if result.faults:
        return (
            ngettext(
                "Granskningen hittade %(faults)s fel. Nätter som granskades: %(audited)s av %(runs)s."
                " Lita inte på siffrorna.",
                "Granskningen hittade %(faults)s fel. Nätter som granskades: %(audited)s av %(runs)s."
                " Lita inte på siffrorna.",
                len(result.faults),
            )
            % words
        )
    return _("Ingen blev förbigången i kön. Nätter som granskades: %(audited)s av %(runs)s.") % words
