"""The yearly survey: opened, answered once by each person, closed and published.

A code, an e-ID or a form on paper shows the right to answer. The right is used up and the answer is added to the counts
in one transaction; nothing stored says who answered what, or when.
"""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.scope import everybody
from audit.services import record
from choices.models import Person
from common import clock, letter_codes
from common.rounding import half_up
from followup.models import Survey, SurveyTally, SurveyTicket
from followup.statements import query
from providers.models import Municipality, Provider, SurveyResult
from secrecy.protected import not_protected

# Answers, best first: the order of stored counts.
VALUES = (
    ("5", gettext_lazy("Stämmer helt")),
    ("4", gettext_lazy("Stämmer ganska bra")),
    ("3", gettext_lazy("Varken eller")),
    ("2", gettext_lazy("Stämmer ganska dåligt")),
    ("1", gettext_lazy("Stämmer inte alls")),
    ("0", gettext_lazy("Vet inte")),
)
# The first of them are positive; all but the last are opinions.
POSITIVE, OPINIONS = 2, 5
_PLACES = {value: place for place, (value, _words) in enumerate(VALUES)}


def configured_questions() -> list[dict[str, object]]:
    """The questions of the next survey (setting ``SURVEY_QUESTIONS``: a file like ``survey_questions.json``)."""
    path = Path(settings.SURVEY_QUESTIONS or Path(__file__).with_name("survey_questions.json"))
    questions: list[dict[str, object]] = json.loads(path.read_text("utf-8"))
    return questions


def questions_of(survey: Survey) -> list[tuple[str, str]]:
    """Code and text in the language of the page; Swedish where it is missing."""
    language = get_language() or "sv"
    return [(each["code"], each["text"].get(language) or each["text"]["sv"]) for each in survey.questions]


def open_survey(day: datetime.date) -> Survey | None:
    return Survey.objects.filter(opens_on__lte=day, closes_on__gte=day).first()


@transaction.atomic
def start_survey(*, opens_on: datetime.date, closes_on: datetime.date, actor: Actor) -> Survey:
    """Give everybody with a provider today the right to answer once, except protected people: nothing is sent to them.

    Raises:
        ValidationError: the year has a survey already, it ends before today, or another one is open on one of its days.
    """
    actor.require(Right.MANAGE_ROUNDS)
    if closes_on < clock.today():
        raise ValidationError({"closes_on": _("Sista dagen har redan varit.")})
    # One at a time, so that two at once do not miss each other.
    Municipality.objects.select_for_update().filter(pk=1).first()
    # One form and one sign-in lead to the open survey: an answer would be counted in the other.
    if Survey.objects.filter(opens_on__lte=closes_on, closes_on__gte=opens_on).exclude(year=opens_on.year).exists():
        raise ValidationError({"opens_on": _("En annan enkät är öppen någon av de dagarna.")})
    survey = Survey(year=opens_on.year, opens_on=opens_on, closes_on=closes_on, questions=configured_questions())
    survey.full_clean()
    survey.save()
    rows = query("survey_people", scope=everybody(), day=clock.today())
    SurveyTicket.objects.bulk_create(
        SurveyTicket(survey=survey, person_id=person, provider_id=provider, area_id=area)
        for person, provider, area in rows
    )
    record(actor=actor, action="survey.start", object_reference=str(survey.year), data={"persons": len(rows)})
    return survey


@transaction.atomic
def make_codes(*, survey: Survey, with_letter: QuerySet[Any], actor: Actor) -> list[tuple[SurveyTicket, str]]:
    """New codes, in their printed form, for the living and unprotected who have not answered. Only digests are stored.

    ``with_letter``: people (ids) who have a letter already; the code in it stays valid.

    Raises:
        ValidationError: the survey is over.
    """
    actor.require(Right.MAKE_LETTERS)
    # One at a time: two printings at once would leave codes on paper that open nothing.
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.closes_on < clock.today():
        raise ValidationError(_("Enkäten är slut. Den går inte att svara på."))
    living = Person.objects.living().filter(not_protected())
    waiting = survey.tickets.filter(used=False, person__in=living).exclude(person__in=with_letter)
    tickets = list(waiting.select_related("person", "provider").order_by("person_id"))
    made = []
    for ticket in tickets:
        code = letter_codes.new_code()
        ticket.digest = letter_codes.digest(code)
        made.append((ticket, letter_codes.for_print(code)))
    SurveyTicket.objects.bulk_update(tickets, ["digest"], batch_size=1000)
    record(actor=actor, action="survey.codes", object_reference=str(survey.year), data={"codes": len(made)})
    return made


@transaction.atomic
def answer_by_code(*, code: str, answers: Mapping[str, str]) -> None:
    """Raises ``ValidationError``: no open survey has the code, the code is used, or no question is answered."""
    try:
        digest = letter_codes.digest(letter_codes.parse(code))
    except letter_codes.CodeError as error:
        raise ValidationError({"code": str(error)}) from None
    ticket = SurveyTicket.objects.select_for_update(of=("self",)).filter(digest=digest).first()
    if ticket is None or not _is_open(ticket.survey) or ticket.person.deceased_on:
        raise ValidationError({"code": _("Koden gäller inte. Jämför med brevet, eller ring oss.")})
    if ticket.used:
        raise ValidationError({"code": _("Koden är redan använd. Tack för ditt svar.")})
    _answer(ticket, answers)


@transaction.atomic
def answer_as(*, person: Person, answers: Mapping[str, str]) -> None:
    """Answer of a person who is signed in. Raises ``ValidationError``: no open survey waits for their answer."""
    tickets = SurveyTicket.objects.select_for_update(of=("self",)).filter(person=person, used=False)
    ticket = next((each for each in tickets.select_related("survey") if _is_open(each.survey)), None)
    if ticket is None:
        raise ValidationError(_("Det finns ingen enkät för dig att svara på just nu."))
    _answer(ticket, answers)


def may_answer(*, person: Person, day: datetime.date) -> Survey | None:
    """The open survey that the person has not answered."""
    survey = open_survey(day)
    return survey if survey and survey.tickets.filter(person=person, used=False).exists() else None


def turnouts() -> QuerySet[Survey]:
    """Surveys, each with the number of people asked (``asked``) and of those who have answered (``answered``)."""
    return Survey.objects.annotate(asked=Count("tickets"), answered=Count("tickets", filter=Q(tickets__used=True)))


def _is_open(survey: Survey) -> bool:
    return survey.opens_on <= clock.today() <= survey.closes_on


def _answer(ticket: SurveyTicket, answers: Mapping[str, str]) -> None:
    """Use up the right to answer, and add the answers to the counts of the provider and area."""
    codes = [code for code, _text in questions_of(ticket.survey)]
    given = {code: _PLACES[answers[code]] for code in codes if answers.get(code) in _PLACES}
    if not given:
        raise ValidationError(_("Svara på minst en fråga."))
    SurveyTally.objects.get_or_create(survey=ticket.survey, provider=ticket.provider, area=ticket.area)
    tally = SurveyTally.objects.select_for_update().get(
        survey=ticket.survey, provider=ticket.provider, area=ticket.area
    )
    for code in codes:
        counts = tally.counts.setdefault(code, [0] * len(VALUES))
        if code in given:
            counts[given[code]] += 1
    tally.save(update_fields=["counts"])
    ticket.used = True
    ticket.save(update_fields=["used"])


def finished_surveys(*, day: datetime.date) -> QuerySet[Survey]:
    """Surveys with visible results, newest first. An open survey, seen twice, would reveal single answers."""
    return Survey.objects.filter(closes_on__lt=day)


def answer_counts(survey: Survey) -> dict[str, dict[str, list[int]]]:
    """Question → provider code → number of answers for each of ``VALUES``."""
    found: dict[str, dict[str, list[int]]] = {}
    for tally in survey.tallies.select_related("provider"):
        for question, counts in tally.counts.items():
            here = found.setdefault(question, {})
            before = here.get(tally.provider.code, [0] * len(VALUES))
            here[tally.provider.code] = [sum(pair) for pair in zip(before, counts, strict=True)]
    return found


def results(survey: Survey) -> dict[str, dict[str, tuple[int, int]]]:
    """Question → provider code → positive answers, and answers with an opinion."""
    return {
        question: {code: (sum(counts[:POSITIVE]), sum(counts[:OPINIONS])) for code, counts in found.items()}
        for question, found in answer_counts(survey).items()
    }


@transaction.atomic
def publish_results(*, survey: Survey, actor: Actor) -> int:
    """Write the shares of positive answers for the public comparison. Shares of too few answers are left out.

    Returns the number of shares.

    Raises:
        ValidationError: the survey is not over, or is published already.
    """
    actor.require(Right.MANAGE_ROUNDS)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.closes_on >= clock.today():
        raise ValidationError(_("Enkäten pågår. Vänta tills den är slut."))
    source = _("kommunens enkät %(year)s") % {"year": survey.year}
    if SurveyResult.objects.filter(source=source).exists():
        raise ValidationError(_("Resultatet är redan publicerat."))
    providers = {provider.code: provider for provider in Provider.objects.all()}
    rows = [
        SurveyResult(
            provider=providers[code],
            question=question,
            positive_percent=half_up(100 * positive, opinions),
            answers=opinions,
            source=source,
            asked_on=survey.closes_on,
        )
        for question, found in results(survey).items()
        if question in SurveyResult.Question.values
        for code, (positive, opinions) in found.items()
        if opinions >= SurveyResult.FEWEST_ANSWERS
    ]
    SurveyResult.objects.bulk_create(rows)
    record(actor=actor, action="survey.publish", object_reference=str(survey.year), data={"results": len(rows)})
    return len(rows)
