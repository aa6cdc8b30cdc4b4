"""Letters with the survey: a code for each of those asked, and the letter that holds it, in one transaction."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts.actors import Actor
from followup.models import Survey
from followup.survey import make_codes
from letters.facts.survey import Asked, SurveySheet
from letters.models import Language
from letters.services import create_survey_letters, letters_of_survey


def survey_url(request: HttpRequest) -> str:
    """Address as printed in letters: staff may use another host name than citizens."""
    path = reverse("survey:by_code")
    return f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@transaction.atomic
def write_survey_letters(*, survey: Survey, url: str, actor: Actor) -> int:
    """Write to those asked who have neither a letter nor answered. Repeated, it writes only to those who lack one.

    Raises:
        ValidationError: the survey is over, or the text of the letter is missing.
    """
    sheet = sheet_of(survey, url)
    codes = make_codes(survey=survey, with_letter=letters_of_survey(sheet).values("person"), actor=actor)
    return create_survey_letters(
        sheet=sheet,
        persons=[ticket.person for ticket, _code in codes],
        asked={ticket.person_id: Asked(code, ticket.provider.name) for ticket, code in codes},
        actor=actor,
    )


def sheet_of(survey: Survey, url: str) -> SurveySheet:
    texts = {
        language: [each["text"].get(language) or each["text"]["sv"] for each in survey.questions]
        for language in Language.values
    }
    return SurveySheet(survey.opens_on, survey.closes_on, texts, url)
