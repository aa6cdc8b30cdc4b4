"""The comparison to be read aloud on the phone: the few answers about each provider that people ask for first, in the
words of the page.
"""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from citizens.public.comparison import STAFF, Answer, basis_of, questions
from common.caching import cached
from common.languages import comma_list
from providers import neutral_order
from providers import public as providers
from providers.models import Area, SurveyResult

# Questions (codes), in the order of reading.
_READ = (SurveyResult.Question.SATISFIED, STAFF, "room", "languages")
# Room is public in bands only, which seldom change within minutes.
_SECONDS = 300


@dataclass(frozen=True)
class Spoken:
    """Sentences about a provider (``code``, ``name``)."""

    code: str
    name: str
    sentences: list[str]


def read_aloud(area: Area, *, day: datetime.date, seed: str) -> list[Spoken]:
    """The providers of the area. ``seed`` decides the order, so that none is recommended."""
    language = get_language() or "sv"
    found = cached(key_of(area, day, language), lambda: _of_area(area, day, language), seconds=_SECONDS)
    return neutral_order.shuffled(found, seed=seed, key=lambda spoken: spoken.code)


def key_of(area: Area, day: datetime.date, language: str) -> str:
    return f"aloud:{area.pk}:{day}:{language}"


def _of_area(area: Area, day: datetime.date, language: str) -> list[Spoken]:
    cards = providers.comparison(area=area, language=language, day=day)
    asked = {question.code: question for question in questions(cards, basis_of(area, day=day))}
    return [
        Spoken(
            card.provider.code,
            card.provider.name,
            [_sentence(asked[code].title, asked[code].answers[number]) for code in _READ],
        )
        for number, card in enumerate(cards)
    ]


def _sentence(title: str | Promise, answer: Answer) -> str:
    """``Nöjda med hemtjänsten: 84 av 100, 132 svar.``"""
    question = str(title)
    answered = comma_list(str(words).rstrip(".") for words in (answer.words, answer.note) if words)
    return f"{question}{' ' if question.endswith('?') else ': '}{answered}."
