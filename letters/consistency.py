"""Consistency of letters with decisions: changes without a letter, and two letters for one decision."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from common import clock
from letters.models import Letter, LetterKind

# Period in days in which a doubled letter is reported.
DOUBLED_DAYS = 90


def placements_without_letter(*, today: datetime.date) -> QuerySet[Placement]:
    """Placements of an applied run without a letter.

    A held letter counts as a letter (it is handled separately). Excluded: people to be phoned first, and placements
    that the person has accepted or that keep the current provider.
    """
    rows = OutcomeRow.objects.filter(run=OuterRef("run"), person=OuterRef("person"))
    tells = rows.filter(Q(act=OutcomeRow.Act.PLACE) | Q(run__kind=AllocationRun.Kind.ROUND))
    phoned_first = ContactTask.objects.filter(
        person=OuterRef("person"), run=OuterRef("run"), status=ContactTask.Status.TO_DO, due_on__gte=today
    )
    return _placements().filter(
        ~Exists(_told().filter(run=OuterRef("run"))),
        ~Exists(phoned_first),
        Exists(tells),
        run__status=AllocationRun.Status.APPLIED,
    )


def manual_placements_without_letter() -> QuerySet[Placement]:
    """Manual placements without a letter."""
    untold = ~Exists(_told().filter(placement=OuterRef("pk")))
    return _placements().filter(untold, run__isnull=True, decided_by__isnull=False)


def _told() -> QuerySet[Letter]:
    return Letter.objects.filter(person=OuterRef("person"), kind=LetterKind.DECISION, holder__isnull=True)


def _placements() -> QuerySet[Placement]:
    found: QuerySet[Placement] = Placement.objects.covering_some_day().filter(
        ~Exists(Offer.objects.filter(placement=OuterRef("pk"))),
        person__deceased_on__isnull=True,
        person__merged_into__isnull=True,
        interim=False,
    )
    return found


def duplicate_letters(*, today: datetime.date) -> QuerySet[Letter]:
    """Decision letters of the last ``DOUBLED_DAYS`` to a person already informed of the same provider and first day.

    A later decision may give another provider from that day: the round leaves a person where they are, and a night
    before it begins finds room. Corrected and held letters are excluded.
    """
    standing = Letter.objects.filter(kind=LetterKind.DECISION, holder__isnull=True, corrected_by__isnull=True).exclude(
        route=Letter.Route.HOLD
    )
    earlier = standing.filter(
        person=OuterRef("person"),
        pk__lt=OuterRef("pk"),
        facts__starts_on=OuterRef("facts__starts_on"),
        facts__provider__code=OuterRef("facts__provider__code"),
    )
    first = datetime.datetime.combine(today - datetime.timedelta(days=DOUBLED_DAYS), datetime.time(), clock.STOCKHOLM)
    return standing.filter(Exists(earlier), created_at__gte=first, person__deceased_on__isnull=True)
