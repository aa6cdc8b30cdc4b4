"""The follow-up of a year as tables that may be published, and measures per provider."""

import datetime
from dataclasses import dataclass

from common.suppression import SMALLEST_SHOWN, is_small
from followup import complaints, leaving
from followup.models import Complaint
from followup.not_executed import count_not_executed
from followup.performed import Continuity, Performed, continuity, performed_in_year
from followup.quarters import Quarter, year_of
from oversight.figures.table import ALL, TOTAL, Axis, Table, publish
from providers.models import Area, Provider, SurveyResult

STAYED = "stayed"
NOBODY = "nobody"
ENDS = ("open", "executed", "ended", "died")


@dataclass(frozen=True)
class Year:
    """``hides``: small numbers are hidden, as in everything published. Providers by code, in the order of pages:
    the municipality's own first.

    ``clients``: persons by what became of them (left and why, or stayed). ``unserved``: persons, ``unserved_days``
    their days, by area and the provider before.
    """

    year: int
    day: datetime.date
    hides: bool
    names: dict[str, str]
    area_names: dict[str, str]
    clients: Table
    complaints: Table
    late: dict[str, int]
    performed: dict[str, Performed]
    continuity: dict[str, Continuity]
    surveys: dict[str, SurveyResult]
    unserved: Table
    unserved_days: Table
    not_executed: Table

    def performed_of(self, code: str) -> Performed | None:
        """None: too few are reported to be shown."""
        found = self.performed.get(code, Performed())
        return None if self.hides and found.is_small else found

    def hours_of(self, code: str) -> int | None:
        """Granted minutes in all months together. None: hidden."""
        if self.clients.at(code, TOTAL) is None:
            return None
        if code == TOTAL:
            return sum(each.granted_minutes for each in self.performed.values())
        return self.performed.get(code, Performed()).granted_minutes

    def late_of(self, code: str) -> int | None:
        total, late = self.complaints.at(code, TOTAL), self.late.get(code, 0)
        if not self.hides:
            return late
        return None if total is None or is_small(late) or is_small(total - late) else late

    def continuity_of(self, code: str) -> Continuity | None:
        found = self.continuity.get(code)
        return None if found is None or (self.hides and found.persons < SMALLEST_SHOWN) else found


def year_figures(*, year: int, day: datetime.date, hides: bool) -> Year:
    first, following = year_of(year)
    until = min(day, following - datetime.timedelta(days=1))
    months = performed_in_year(year=year, day=day)
    performed: dict[str, Performed] = {}
    for month in months.values():
        for code, found in month.items():
            performed[code] = performed.get(code, Performed()).plus(found)
    left = leaving.leavers(first=first, next=following, day=day)
    clients = leaving.clients(first=first, next=following, day=day)
    kinds = complaints.counts(first=first, next=following)
    providers = _providers({*performed, *left, *clients, *kinds})
    codes = Axis("provider", tuple(providers))
    areas = dict(Area.objects.values_list("code", "name"))
    nobody = leaving.unserved(first=first, next=following, day=day)
    places = {(area, provider or NOBODY): numbers for (area, provider), numbers in nobody.items()}
    unserved = publish(
        "unserved",
        Axis("area", tuple(areas)),
        Axis("provider", (*providers, NOBODY)),
        {place: persons for place, (persons, _days) in places.items()},
        minutes={place: days for place, (_persons, days) in places.items()},
        hide=hides,
    )
    return Year(
        year=year,
        day=day,
        hides=hides,
        names=providers,
        area_names=areas,
        clients=publish("leavers", codes, Axis("why", (*leaving.WHY, STAYED)), _became(clients, left), hide=hides)[0],
        complaints=publish(
            "complaints",
            codes,
            Axis("complaint", tuple(Complaint.Kind.values)),
            {(code, kind): number for code, found in kinds.items() for kind, number in found.items()},
            hide=hides,
        )[0],
        late=complaints.late_counts(first=first, next=following, day=day),
        performed=performed,
        continuity=continuity(day=until + datetime.timedelta(days=1)),
        surveys=_surveys(until),
        unserved=unserved[0],
        unserved_days=unserved[1],
        not_executed=_not_executed(year, day, hides),
    )


def _providers(codes: set[str]) -> dict[str, str]:
    found = Provider.objects.filter(code__in=codes)
    ordered = sorted(found, key=lambda provider: (not provider.is_municipal, provider.name))
    return {provider.code: provider.name for provider in ordered}


def _became(clients: dict[str, int], left: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    """Everybody who was a client: those who left by why, each once, and the others."""
    counts = {(code, why): number for code, found in left.items() for why, number in found.items()}
    for code, everybody in clients.items():
        counts[code, STAYED] = everybody - sum(left.get(code, {}).values())
    return counts


def _surveys(until: datetime.date) -> dict[str, SurveyResult]:
    """Provider code → the last result on the whole of the help, of the year or before it."""
    found = SurveyResult.objects.filter(question=SurveyResult.Question.SATISFIED, asked_on__lte=until)
    rows = found.select_related("provider").order_by("asked_on")
    return {row.provider.code: row for row in rows if row.may_be_shown}


def _not_executed(year: int, day: datetime.date, hides: bool) -> Table:
    quarters = [Quarter(year, number) for number in range(1, 5) if Quarter(year, number).first <= day]
    counts = count_not_executed(quarters=quarters, day=day)
    # One decision may be in several quarters: there is no sum over them, and each row is a table of its own.
    rows: list[tuple[int | None, ...]] = []
    for quarter in quarters:
        theirs = {(ALL, end): counts.get((quarter.code, end), 0) for end in ENDS}
        rows.append(publish("quarter", Axis("area", (ALL,)), Axis("end", ENDS), theirs, hide=hides)[0].values[0])
    axis = Axis("quarter", tuple(quarter.code for quarter in quarters))
    return Table("not_executed", "decisions", axis, Axis("end", ENDS), tuple(rows), hides=hides)
