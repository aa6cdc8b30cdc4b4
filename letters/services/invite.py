"""Recipients of a round's invitation and reminder."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.actors import Actor
from choices.models import ChoiceRound, Person
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
    """Write to everybody in the round without such a letter. Repeated calls add only new people.

    Raises:
        ValidationError: the round's rules are not frozen, or its window is over.
    """
    persons = persons_to_tell(round, kind).select_related("area")
    return create_invitations(round=round, persons=persons, actor=actor, codes=codes, url=url, kind=kind)


def persons_to_tell(round: ChoiceRound, kind: LetterKind) -> QuerySet[Person]:
    """People of ``people_of`` without such a letter."""
    written = Letter.objects.filter(round=round, kind=kind, person=OuterRef("pk"))
    return people_of(round, kind).filter(~Exists(written)).order_by("pk")


def people_of(round: ChoiceRound, kind: LetterKind) -> QuerySet[Person]:
    """People a snapshot of the round would contain: in care in its areas on its first day. A reminder is for those of
    them who have not answered.
    """
    people = Person.objects.in_care(round.starts_on).filter(area__in=round.areas.all())
    return people.without_answer_to(round) if kind == LetterKind.REMINDER else people
