"""Answers to a choice round: people who chose in it, declined, or have an earlier choice."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from allocation.facts.scope import everybody
from allocation.facts.statements import query
from allocation.facts.tally import of_areas
from choices.models import ChoiceRound


class Answer(StrEnum):
    """The values of the relations ``round_person`` and ``run_person``."""

    CHOSE = "chose"
    DECLINED = "declined"
    # No answer to the round, but an earlier choice in force.
    EARLIER = "earlier"
    SILENT = "silent"


@dataclass(frozen=True)
class Answered:
    """Number of people, with their minutes a month. ``channel`` and ``received_on``: of an answer to the round."""

    area_id: int
    answer: Answer
    channel: str | None
    received_on: datetime.date | None
    is_protected: bool
    persons: int
    minutes: int


def answers(round: ChoiceRound) -> list[Answered]:
    """Of everybody in the round (in care in its areas on its first day), as known now."""
    found = of_areas("round_people", round.areas.all(), day=round.starts_on, about=round.pk, round=round.pk)
    return [
        Answered(area.pk, Answer(answer), channel, received_on and datetime.date.fromisoformat(received_on), *rest)
        for area, rows in found
        for answer, channel, received_on, *rest in rows
    ]


def answers_by_person(round: ChoiceRound | None, *, known: datetime.datetime) -> dict[int, bool]:
    """Person id → whether they chose in the round or declined, as of a moment. No round: nobody did."""
    if round is None:
        return {}
    return dict(query("round_answers", scope=everybody(), known=known, round=round.pk))
