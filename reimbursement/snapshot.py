"""The engine's problem of a month, from what is known now: facts of people, terms, and what is paid."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from allocation.facts.periods import PersonPeriods, people_since
from providers import models as provider_models
from providers.models import Area
from reimbursement import documents, engine
from reimbursement.engine import problem as p
from reimbursement.engine.line import Line
from reimbursement.engine.months import first_day, later
from reimbursement.models import Absence, ManualLine, PaymentBasis, Term
from reimbursement.models.term import TermKind as T
from reimbursement.term_details import read_details
from reimbursement.terms import in_force


def problem_of(basis: PaymentBasis) -> p.Problem:
    """Raises ValidationError if no rules hold for the month. What else is missing is found by the engine."""
    terms = _Terms(list(in_force().select_related("area", "service_type", "provider")))
    month = basis.month_text
    look_back = terms.look_back_months(basis.month)
    oldest = later(month, -look_back)
    sealed = PaymentBasis.objects.filter(
        state=PaymentBasis.State.SEALED, month__gte=first_day(oldest), month__lt=basis.month
    ).order_by("month")
    closed = tuple(p.Closed(row.month_text, row.outcome_sha256) for row in sealed)
    paid = tuple(line for line in _paid_before(basis) if line.month >= oldest)
    since = first_day(closed[0].month) if closed else basis.month
    months = [*(row.month for row in closed), month]
    manual = _manual(months)
    also = {line.person for line in paid if line.person} | {row.person for row in manual if row.person}
    # A ladder may still pay for the dead when everything of theirs has ended.
    people = people_since(since - datetime.timedelta(days=terms.longest_ladder + 1), also=also)
    return p.Problem(
        schema=p.PROBLEM_SCHEMA,
        month=month,
        look_back_months=look_back,
        areas=tuple(Area.objects.values_list("code", flat=True)),
        providers=tuple(
            p.Provider(code, kind)  # type: ignore[arg-type]
            for code, kind in provider_models.Provider.objects.values_list("code", "kind")
        ),
        manual=manual,
        closed=closed,
        paid=paid,
        people=tuple(_people(people)),
        **terms.rows(),
    )


def _paid_before(basis: PaymentBasis) -> Sequence[Line]:
    """Everything paid by sealed bases, one row per line, as the latest of them left it."""
    last = PaymentBasis.objects.filter(state=PaymentBasis.State.SEALED, month__lt=basis.month).first()
    if last is None:
        return ()
    return engine.as_paid(documents.problem(last), documents.outcome(last))


def _manual(months: Iterable[str]) -> tuple[p.Manual, ...]:
    found = ManualLine.objects.filter(
        state=ManualLine.State.APPROVED, month__in=[first_day(month) for month in months]
    ).select_related("provider")
    return tuple(
        p.Manual(
            id=row.reference,
            month=f"{row.month:%Y-%m}",
            provider=row.provider.code,
            person=row.person or None,
            tax_code=row.tax_code,
            ore=row.ore,
            reason=row.reason,
            proposed_by=f"user-{row.proposed_by_id}",
            approved_by=f"user-{row.decided_by_id}",
        )
        for row in found
    )


# People ----------------------------------------------------------------------------------------------------------


def _people(people: dict[int, PersonPeriods]) -> Iterable[p.Person]:
    absences: dict[int, list[p.Absence]] = defaultdict(list)
    deaths: dict[int, datetime.date] = {}
    for person, merged, *absence in _absences(people):
        root = merged or person
        kind, planned, valid_from, valid_until, reported_on, source, provider, user = absence
        if kind == Absence.Kind.DEATH:
            deaths[root] = valid_from
        else:
            by = f"{source}-{provider or user or 0}"
            absences[root].append(p.Absence(kind, planned, valid_from, valid_until, reported_on, by))
    for id_, person in people.items():
        yield p.Person(
            id=person.reference,
            # The population register knows better than a report.
            death=person.deceased_on or deaths.get(id_),
            decisions=tuple(p.Decision(*granted) for granted in person.granted),
            placements=tuple(p.Placement(*placed) for placed in person.placed),
            absences=tuple(absences.get(id_, ())),
        )


def _absences(people: dict[int, PersonPeriods]) -> Iterable[tuple[Any, ...]]:
    fields = ("kind", "planned", "valid_from", "valid_until", "reported_on", "source", "provider__code")
    standing = Absence.objects.standing().order_by()
    found = standing.values_list("person_id", "person__merged_into_id", *fields, "registered_by_id")
    return [row for row in found if (row[1] or row[0]) in people]


# Terms -----------------------------------------------------------------------------------------------------------


class _Terms:
    def __init__(self, terms: list[Term]) -> None:
        self._terms = terms

    def _of(self, *kinds: T) -> Iterable[Term]:
        return (term for term in self._terms if term.kind in kinds)

    def look_back_months(self, month: datetime.date) -> int:
        for term in self._of(T.POLICY):
            if term.covers(month):
                return int(read_details(term.kind, term.details).look_back_months)
        raise ValidationError(
            _("Inga regler gäller %(month)s. Lägg in dem under Villkor.") % {"month": f"{month:%Y-%m}"}
        )

    @property
    def longest_ladder(self) -> int:
        return max((step.last for row in self._ladders() for step in row.steps), default=0)

    def rows(self) -> dict[str, Any]:
        return {
            "policies": tuple(self._policies()),
            "services": tuple(self._services()),
            "rates": tuple(
                p.Rate(*_period(t), _code(t.area), _code(t.service_type), _kind(t), t.ore or 0)
                for t in self._of(T.RATE)
            ),
            "fixed_sums": tuple(
                p.FixedSum(*_period(t), _code(t.area), _kind(t), t.tax_code, t.ore or 0) for t in self._of(T.FIXED_SUM)
            ),
            "ladders": tuple(self._ladders()),
            "supplements": tuple(
                p.Supplement(*_period(t), t.kind, t.provider_kind, t.tax_code or None, t.basis_points or 0)  # type: ignore[arg-type]
                for t in self._of(T.VAT_COMPENSATION, T.OVERHEAD)
            ),
            "first_months": tuple(
                p.FirstMonth(*_period(t), _kind(t), t.tax_code, t.ore or 0) for t in self._of(T.FIRST_MONTH)
            ),
            "guarantees": tuple(self._guarantees()),
        }

    def _policies(self) -> Iterable[p.Policy]:
        for term in self._of(T.POLICY):
            details = read_details(term.kind, term.details)
            yield p.Policy(*_period(term), details.month_days, details.alarm_only)

    def _services(self) -> Iterable[p.Service]:
        for term in self._of(T.SERVICE):
            paid = read_details(term.kind, term.details).paid
            yield p.Service(_code(term.service_type) or "", *_period(term), paid, term.tax_code)

    def _ladders(self) -> Iterable[p.Ladder]:
        for term in self._of(T.LADDER):
            steps = read_details(term.kind, term.details).steps
            yield p.Ladder(*_period(term), term.away, term.planned, steps)  # type: ignore[arg-type]

    def _guarantees(self) -> Iterable[p.Guarantee]:
        """Promised volumes (``providers.Guarantee``) on the days for which a price is decided."""
        promised = provider_models.Guarantee.objects.select_related("contract__provider", "contract__area")
        prices = list(self._of(T.GUARANTEE))
        for row in promised if prices else ():
            for price in prices:
                first = max(row.valid_from, price.valid_from)
                until = min(row.valid_until or datetime.date.max, price.valid_until or datetime.date.max)
                if first < until:
                    yield p.Guarantee(
                        valid_from=first,
                        valid_until=None if until == datetime.date.max else until,
                        provider=row.contract.provider.code,
                        area=row.contract.area.code,
                        minutes=row.minutes,
                        ore_per_hour=price.ore or 0,
                        tax_code=price.tax_code,
                    )


def _period(term: Term) -> tuple[datetime.date, datetime.date | None]:
    return term.valid_from, term.valid_until


def _code(row: Any) -> str | None:
    return None if row is None else str(row.code)


def _kind(term: Term) -> Any:
    return term.provider_kind or None
