"""Lines of people's days: time and fixed sums. Also unserved days, and granted minutes for guarantees."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from .day_spans import Known, Part, Span, parts, spans
from .line import Days, Line, LineKind
from .months import amount
from .outcome import Unserved
from .problem import Placement, Service
from .terms import Terms

OfPerson = tuple[LineKind, str, str, str | None, str, int]


class MonthLines:
    """Results of one month for all people.

    lines      one per key
    unserved   spans with help granted to a living person and no placement
    granted    provider, area → minutes a month granted there, as changes by day of the month (from 0)
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.lines: list[Line] = []
        self.unserved: list[Unserved] = []
        self._promised = {(row.provider, row.area) for row in terms.guarantees}
        self.granted: dict[tuple[str, str], list[int]] = {key: [0] * (terms.month.days + 1) for key in self._promised}

    def add(self, known: Known) -> None:
        terms, of_person = self.terms, defaultdict[OfPerson, list[Days]](list)
        for span in spans(known, terms):
            timed: list[tuple[int, Service]] = []
            is_granted = False
            for row in span.decisions:
                service = terms.service(row.service, span.first)
                if service is not None and service.follows_choice:
                    is_granted = True
                    if row.minutes:
                        timed.append((row.minutes, service))
            if not is_granted:
                continue
            placement, is_alive = span.placement, known.is_alive(span.first)
            if placement is None:
                if is_alive:
                    self._unserved(known.id, span)
                continue
            if is_alive and (placement.provider, placement.area) in self._promised:
                self._granted(placement, span, sum(minutes for minutes, _ in timed))
            if not timed and terms.alarm_only == "nothing":
                continue
            provider, area = placement.provider, placement.area
            cut = parts(span, terms)
            for minutes, service in timed:
                price = terms.hour(provider, area, service, span.first)
                if price is not None:
                    _extend(of_person["time", provider, area, service.id, *price], minutes, cut)
            if not timed and (price := terms.fixed(provider, area, span.first)) is not None:
                _extend(of_person["fixed", provider, area, None, *price], 0, cut)
        for key, days in of_person.items():
            if days:
                self.lines.append(self._line(known.id, key, days))

    def _line(self, person: str, key: OfPerson, days: list[Days]) -> Line:
        kind, provider, area, service, tax_code, price = key
        quantity = 0
        for row in days:
            quantity += (row.minutes if kind == "time" else 1) * row.percent * row.days
        month = self.terms.month
        ore = amount(kind, quantity, price, month)
        return Line(
            kind, month.text, provider, person, area, service, tax_code, price, None, quantity, tuple(days), ore
        )

    def _unserved(self, person: str, span: Span) -> None:
        self.unserved.append(Unserved(person, span.first, (span.end - span.first).days))

    def _granted(self, placement: Placement, span: Span, minutes: int) -> None:
        changes = self.granted[placement.provider, placement.area]
        first = self.terms.month.first
        changes[(span.first - first).days] += minutes
        changes[(span.end - first).days] -= minutes


def _extend(days: list[Days], minutes: int, cut: list[Part]) -> None:
    """Append days; extend the last row where nothing has changed."""
    for part in cut:
        if days and _goes_on(days[-1], minutes, part):
            before = days.pop()
            part = Part(before.first, before.days + part.days, part.percent, part.away, before.away_day)
        days.append(Days(part.first, part.days, minutes, part.percent, part.away, part.away_day))


def _goes_on(before: Days, minutes: int, part: Part) -> bool:
    if (before.minutes, before.percent, before.away) != (minutes, part.percent, part.away):
        return False
    if before.first + timedelta(days=before.days) != part.first:
        return False
    return before.away_day is None or before.away_day + before.days == part.away_day
