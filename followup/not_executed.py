"""Granted decisions that were not executed within three months, or interrupted as long (IVO's list).

Socialtjänstlagen (2025:400) 34 kap.; until 1 July 2025 16 kap. 6 f–h §§ socialtjänstlagen (2001:453). Time in a
queue does not count while another provider serves; a gap at a provider's exit does. The relation ``not_executed``
defines it.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.scope import Scope, everybody, people
from allocation.facts.statements import Row
from audit.services import record
from choices.models import CareDecision, Person
from choices.selectors import visible_persons
from common import clock
from followup.human import human
from followup.models import DelayReason
from followup.quarters import Quarter
from followup.statements import query, statement
from providers.models import ServiceType

# Number of days before the end of the three months from which a decision is on the work list.
WARN_DAYS = 30


@dataclass(frozen=True)
class NotExecuted:
    """A period in which granted help was not given. ``since``: the day of the decision (``is_start``), or the first day
    without help. ``late_from``: the first day after three months. ``ends_on``: the day on which the help began or the
    decision ended (``end``: open, executed, ended or died).
    """

    person: Person
    service_type: ServiceType
    since: datetime.date
    is_start: bool
    starts_on: datetime.date
    late_from: datetime.date
    ends_on: datetime.date | None
    end: str
    decision: str
    reason: DelayReason | None

    def days_at(self, day: datetime.date) -> int:
        """Days from the decision or the interruption to its end, or to ``day``."""
        return ((self.ends_on or day) - self.since).days


def not_executed(*, quarter: Quarter, day: datetime.date, actor: Actor) -> list[NotExecuted]:
    """Decisions of the quarter (open, executed or ended in it), of the people whom ``actor`` may see."""
    rows = _rows(everybody(), (quarter.first, quarter.next, day))
    visible = visible_persons(actor=actor).filter(pk__in={row[1] for row in rows}).select_related("area")
    return _found(rows, {person.pk: person for person in visible})


def to_execute_ids(*, day: datetime.date) -> set[int]:
    """People (ids) of ``to_execute_items``, of everybody."""
    return {row[1] for row in query("to_execute", scope=everybody(), **_to_execute(day))}


def to_execute_items(*, day: datetime.date, scope: Scope) -> tuple[str, dict[str, Any]]:
    """Statement of the gaps that need an officer: on the list for IVO within ``WARN_DAYS`` days as decided now, or on
    that of this quarter or the one before without a reason. Columns: ``to_execute`` in ``statements.sql``.
    """
    return statement("to_execute", scope=scope, **_to_execute(day))


def _to_execute(day: datetime.date) -> dict[str, Any]:
    return {"today": day, "day": day + datetime.timedelta(days=WARN_DAYS), "first": Quarter.of(day).before().first}


def count_not_executed(*, quarters: Sequence[Quarter], day: datetime.date) -> dict[tuple[str, str], int]:
    """Code of the quarter, end (``NotExecuted.end``) → decisions, as seen on ``day`` or on the quarter's last day if it
    is earlier. Without those of protected people.
    """
    rows = _rows(everybody(), *((each.first, each.next, min(day, each.last)) for each in quarters))
    return Counter(
        (Quarter.of(first).code, end) for first, _person, is_protected, *_gap, end in rows if not is_protected
    )


def one_not_executed(
    *, person: Person, service: str, starts_on: datetime.date, day: datetime.date
) -> NotExecuted | None:
    """The gap that begins on that day, if it is to be reported."""
    rows = _rows(people([person.pk]), (datetime.date.min, datetime.date.max, day))
    found = _found(rows, {person.pk: person})
    return next((each for each in found if (each.service_type.code, each.starts_on) == (service, starts_on)), None)


def _rows(scope: Scope, *periods: tuple[datetime.date, datetime.date, datetime.date]) -> list[Row]:
    """Rows of the statement in periods: the first day of each, the first day after it, the day on which it is seen."""
    if not periods:
        return []
    firsts, nexts, days = (list(each) for each in zip(*periods, strict=True))
    return query("not_executed", scope=scope, firsts=firsts, nexts=nexts, days=days, day=max(days))


def _found(rows: Sequence[Row], persons: dict[int, Person]) -> list[NotExecuted]:
    services = ServiceType.objects.in_bulk()
    stated = {
        (reason.person_id, reason.service_type_id, reason.starts_on): reason
        for reason in DelayReason.objects.filter(person__in=persons).select_related("stated_by")
    }
    decided = _decisions(persons.values())
    found = []
    for _first, person, _is_protected, service, since, is_start, starts_on, late_from, ends_on, end in rows:
        if person in persons:
            found.append(
                NotExecuted(
                    person=persons[person],
                    service_type=services[service],
                    since=since,
                    is_start=is_start,
                    starts_on=starts_on,
                    late_from=late_from,
                    ends_on=ends_on,
                    end=end,
                    decision=next(each.source_reference for each in decided[person, service] if each.covers(starts_on)),
                    reason=stated.get((person, service, starts_on)),
                )
            )
    return found


def _decisions(persons: Iterable[Person]) -> dict[tuple[int, int], list[CareDecision]]:
    found: dict[tuple[int, int], list[CareDecision]] = {}
    for decision in CareDecision.objects.filter(person__in=persons):
        found.setdefault((decision.person_id, decision.service_type_id), []).append(decision)
    return found


def reasons() -> list[tuple[str, str]]:
    """The reasons that the municipality uses (setting ``NOT_EXECUTED_REASONS``), in its order."""
    labels = dict(DelayReason.Reason.choices)
    return [(code, str(labels[code])) for code in settings.NOT_EXECUTED_REASONS if code in labels]


@transaction.atomic
def state_reason(*, found: NotExecuted, reason: str, note: str, actor: Actor) -> DelayReason:
    """Store the reason why the decision was not executed, in place of an earlier one.

    Raises:
        ValidationError: the reason is not among those the municipality uses, or is "other" without a note.
    """
    actor.require(Right.WORK_LIST)
    actor.require(Right.SEE_PERSONS)
    if reason not in dict(reasons()):
        raise ValidationError(_("Välj ett skäl i listan."))
    # One at a time for a person: two officers who state the same at once leave the last one's.
    Person.objects.select_for_update().get(pk=found.person.pk)
    key = {"person": found.person, "service_type": found.service_type, "starts_on": found.starts_on}
    stated = DelayReason.objects.filter(**key).first() or DelayReason(**key)
    stated.reason, stated.note = reason, note.strip()
    stated.stated_at, stated.stated_by_id = clock.now(), human(actor)
    stated.full_clean()
    stated.save()
    record(
        actor=actor,
        action="not_executed.reason",
        person_reference=found.person.reference,
        data={"reason": reason, "starts_on": found.starts_on.isoformat(), "service": found.service_type.code},
    )
    return stated
