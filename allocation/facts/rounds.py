"""The answers to a choice round: who chose in it, who declined to, and who has a choice from before."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from allocation.facts.scope import everybody
from allocation.facts.statements import query
from allocation.facts.tally import of_areas
from choices.models import ChoiceRound


class Answer(StrEnum):
    """The words of the relations ``round_person`` and ``run_person``."""

    CHOSE = "chose"
    DECLINED = "declined"
    # No answer to the round; a choice that was not made in it holds.
    EARLIER = "earlier"
    SILENT = "silent"


@dataclass(frozen=True)
class Answered:
    """So many people, with their minutes a month. ``channel`` and ``received_on``: of an answer to the round."""

    area_id: int
    answer: Answer
    channel: str | None
    received_on: datetime.date | None
    is_protected: bool
    persons: int
    minutes: int


def answers(round: ChoiceRound) -> list[Answered]:
    """Of everybody the round is for (in care in its areas on its first day), as is known now."""
    found = of_areas("round_people", round.areas.all(), day=round.starts_on, about=round.pk, round=round.pk)
    return [
        Answered(area.pk, Answer(answer), channel, received_on and datetime.date.fromisoformat(received_on), *rest)
        for area, rows in found
        for answer, channel, received_on, *rest in rows
    ]


def answers_by_person(round: ChoiceRound | None, *, known: datetime.datetime) -> dict[int, bool]:
    """Person id → whether they chose in the round or declined to, as of a moment. No round: nobody did."""
    if round is None:
        return {}
    return dict(query("round_answers", scope=everybody(), known=known, round=round.pk))
