"""Results of the survey as tables that may be published: provider, question, year. Small numbers are hidden for every
reader: the answers are anonymous.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.percent import DASH
from followup.models import Survey
from followup.survey import OPINIONS, POSITIVE, answer_counts, questions_of
from oversight.figures.parts import Grid, rate, shown
from oversight.figures.table import TOTAL, Axis, Table, publish
from providers.models import Provider

ANSWERS = Axis("survey_answer", ("positive", "other", "none"))


@dataclass(frozen=True)
class QuestionResult:
    """``table``: answers by provider. ``names``: of the providers by code, in the order of its rows."""

    year: int
    code: str
    text: str
    table: Table
    names: dict[str, str]

    def cells(self, row: str) -> list[str]:
        """Share of positive answers among opinions; positive, others, no opinion, all."""
        positive, other, none, everybody = (self.table.at(row, column) for column in (*ANSWERS.codes, TOTAL))
        opinions = None if positive is None or other is None else positive + other
        share = DASH if opinions == 0 else rate(positive, opinions)
        return [share, *(shown(number) for number in (positive, other, none, everybody))]

    @property
    def rows(self) -> list[tuple[str, str, list[str]]]:
        """Code, name and cells of each provider, and of all together."""
        names = {code: self.names.get(code, _("Alla")) for code in self.table.row_codes}
        return [(code, name, self.cells(code)) for code, name in names.items()]

    @property
    def grid(self) -> Grid:
        return Grid(self.text, columns(), [(name, cells) for _code, name, cells in self.rows], _("Utförare"))


def columns() -> list[str]:
    return [_("Andel som håller med"), _("Håller med"), _("Håller inte med"), _("Vet inte"), _("Alla svar")]


def question_results(survey: Survey) -> list[QuestionResult]:
    """In the order of the form. Questions without an answer are left out."""
    counts = answer_counts(survey)
    found = []
    for code, text in questions_of(survey):
        answers = {provider: given for provider, given in counts.get(code, {}).items() if sum(given)}
        if not answers:
            continue
        names = _names(answers)
        cells = {
            (provider, column): number
            for provider, given in answers.items()
            for column, number in zip(
                ANSWERS.codes,
                (sum(given[:POSITIVE]), sum(given[POSITIVE:OPINIONS]), sum(given[OPINIONS:])),
                strict=True,
            )
        }
        (table,) = publish(f"survey_{code}", Axis("provider", tuple(names)), ANSWERS, cells)
        found.append(QuestionResult(survey.year, code, text, table, names))
    return found


def _names(codes: Iterable[str]) -> dict[str, str]:
    """The municipality's own first, as on every page."""
    found = Provider.objects.filter(code__in=list(codes))
    return {each.code: each.name for each in sorted(found, key=lambda each: (not each.is_municipal, each.name))}


def file_rows(surveys: Iterable[Survey]) -> list[list[object]]:
    """A row for each year, question and provider (empty: all together). ``..`` is hidden."""
    return [
        [result.year, result.code, result.text, "" if code == TOTAL else code, name, *cells]
        for survey in surveys
        for result in question_results(survey)
        for code, name, cells in result.rows
    ]


def file_header() -> list[str]:
    return [_("År"), _("Frågans kod"), _("Fråga"), _("Utförarens kod"), _("Utförare"), *columns()]
