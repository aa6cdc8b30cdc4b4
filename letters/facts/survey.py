"""Facts of the letter with the yearly survey. The municipality asks, and the answer is anonymous: no copy is sent to
representatives, and nobody protected is asked.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from choices.models import Person
from letters.facts.common import Draft, Setting
from letters.models import Letter, LetterKind
from letters.stacks import of_survey


@dataclass(frozen=True)
class Asked:
    """``code`` in printed form. ``provider``: name of the one that the questions are about."""

    code: str
    provider: str


@dataclass(frozen=True)
class SurveySheet:
    """``questions``: language of letters → texts in the order of the form, Swedish always. The code is used at
    ``url``."""

    opens_on: datetime.date
    closes_on: datetime.date
    questions: Mapping[str, Sequence[str]]
    url: str


def survey_drafts(*, sheet: SurveySheet, persons: Iterable[Person], asked: Mapping[int, Asked]) -> Iterator[Draft]:
    """``asked``: person id → code and provider."""
    setting = Setting.of(LetterKind.SURVEY)
    for person in persons:
        if person.is_protected:
            continue
        one, language = asked[person.pk], setting.language_of(person)
        yield setting.draft(
            person,
            stack=of_survey(sheet.opens_on),
            cause={"cause_on": sheet.opens_on},
            facts={
                "opens_on": sheet.opens_on.isoformat(),
                "closes_on": sheet.closes_on.isoformat(),
                "provider": one.provider,
                "questions": list(sheet.questions.get(language) or sheet.questions["sv"]),
                "code": one.code,
                "url": sheet.url,
                "both_sides": settings.LETTER_DUPLEX,
            },
        )


def survey_again(*, letter: Letter, person: Person) -> Iterator[Draft]:
    """The same questions and code, to today's name and address. In the old letter's language, which it is stored in."""
    old = letter.facts
    for draft in survey_drafts(
        sheet=SurveySheet(
            datetime.date.fromisoformat(old["opens_on"]),
            datetime.date.fromisoformat(old["closes_on"]),
            {"sv": old["questions"]},
            old["url"],
        ),
        persons=[person],
        asked={person.pk: Asked(old["code"], old["provider"])},
    ):
        draft.facts["language"] = old["language"]
        yield draft
