"""Whom a round's invitation goes to, and its reminder."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.actors import Actor
from choices.models import CareDecision, Choice, ChoiceRound, Person
from letters.models import Letter, LetterKind
from letters.services.create import create_invitations


@transaction.atomic
def invite(
    *,
    round: ChoiceRound,
    actor: Actor,
    kind: LetterKind = LetterKind.INVITATION,
    codes: Mapping[int, str] | None = None,
    url: str = "",
) -> int:
    """Write to everybody the round is for who has no such letter. Twice adds only who has come since.

    Raises:
        ValidationError: the round's rules are not frozen, or its window is over.
    """
    persons = persons_to_tell(round, kind).select_related("area")
    return create_invitations(round=round, persons=persons, actor=actor, codes=codes, url=url, kind=kind)


def persons_to_tell(round: ChoiceRound, kind: LetterKind) -> QuerySet[Person]:
    """Those of ``people_of`` who have no such letter."""
    told = Letter.objects.filter(round=round, kind=kind, person=OuterRef("pk"))
    return people_of(round, kind).filter(~Exists(told)).order_by("pk")


def people_of(round: ChoiceRound, kind: LetterKind) -> QuerySet[Person]:
    """Those a snapshot of the round would hold: alive, in its areas, with granted help that follows the choice on the
    day it starts, an alarm alone too. A reminder is for those of them who have not answered."""
    granted = CareDecision.objects.on(round.starts_on).filter(person=OuterRef("pk"), service_type__follows_choice=True)
    people = Person.objects.filter(
        Exists(granted), area__in=round.areas.all(), deceased_on__isnull=True, merged_into__isnull=True
    )
    if kind == LetterKind.REMINDER:
        people = people.filter(~Exists(Choice.objects.standing().filter(round=round, person=OuterRef("pk"))))
    return people
