"""Consistency of letters with decisions: changes without a letter, and two letters for one decision."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from common import clock
from letters.models import Letter, LetterKind

# Period in days in which a doubled letter is reported.
DOUBLED_DAYS = 90


def untold_placements(*, today: datetime.date) -> QuerySet[Placement]:
    """Placements decided by a run or an officer that no letter tells of.

    A held letter counts as a letter (it is handled separately). Excluded: people who are phoned first, and placements
    that the person has accepted or that keep the provider they had.
    """
    told = Letter.objects.filter(person=OuterRef("person"), kind=LetterKind.DECISION, holder__isnull=True)
    phoned_first = ContactTask.objects.filter(
        person=OuterRef("person"), run=OuterRef("run"), status=ContactTask.Status.TO_DO, due_on__gte=today
    )
    offered = Offer.objects.filter(placement=OuterRef("pk"))
    rows = OutcomeRow.objects.filter(run=OuterRef("run"), person=OuterRef("person"))
    tells = rows.filter(Q(act=OutcomeRow.Act.PLACE) | Q(run__kind=AllocationRun.Kind.ROUND))
    of_run = Q(~Exists(told.filter(run=OuterRef("run"))), Exists(tells), run__status=AllocationRun.Status.APPLIED)
    by_hand = Q(~Exists(told.filter(placement=OuterRef("pk"))), run__isnull=True, decided_by__isnull=False)
    return Placement.objects.covering_some_day().filter(
        of_run | by_hand,
        ~Exists(phoned_first),
        ~Exists(offered),
        person__deceased_on__isnull=True,
        person__merged_into__isnull=True,
        interim=False,
    )


def doubled_letters() -> QuerySet[Letter]:
    """Decision letters of the last ``DOUBLED_DAYS`` to a person already told of the same first day.

    Corrected and held letters are excluded.
    """
    standing = Letter.objects.filter(kind=LetterKind.DECISION, holder__isnull=True, corrected_by__isnull=True).exclude(
        route=Letter.Route.HOLD
    )
    earlier = standing.filter(
        person=OuterRef("person"), pk__lt=OuterRef("pk"), facts__starts_on=OuterRef("facts__starts_on")
    )
    since = clock.now() - datetime.timedelta(days=DOUBLED_DAYS)
    return standing.filter(Exists(earlier), created_at__gte=since, person__deceased_on__isnull=True)
