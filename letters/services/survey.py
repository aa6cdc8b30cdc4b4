"""Letters with the yearly survey."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Person
from letters.facts.survey import Asked, SurveySheet, survey_drafts
from letters.models import Letter, LetterKind
from letters.services.create import made, make


def letters_of_survey(sheet: SurveySheet) -> QuerySet[Letter]:
    """Letters with the survey, sent or held."""
    return Letter.objects.filter(kind=LetterKind.SURVEY, cause_on=sheet.opens_on)


@transaction.atomic
def create_survey_letters(
    *, sheet: SurveySheet, persons: Iterable[Person], asked: Mapping[int, Asked], actor: Actor
) -> int:
    """Ask people to answer the survey, each once. Returns the number of letters added.

    Raises:
        ValidationError: the text is missing.
    """
    actor.require(Right.MAKE_LETTERS)
    drafts = survey_drafts(sheet=sheet, persons=persons, asked=asked)
    return made(make(LetterKind.SURVEY, drafts), actor, sheet.opens_on.isoformat())
