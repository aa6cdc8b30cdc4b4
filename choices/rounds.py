"""Rounds: the public state of the current one, and the round that a choice belongs to."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from choices.models import ChoiceRound, Person
from common import rows
from providers.models import Area, ShareStep
from providers.wording import IF_YOU_DO_NOTHING


@dataclass(frozen=True)
class RoundNow:
    """Public view of a round on a day. ``phase``: before, open or closed."""

    round: ChoiceRound
    phase: str
    if_you_do_nothing: Promise

    @property
    def round_has_share(self) -> bool:
        """A share cap for the external providers is in force when the placements begin."""
        steps = ShareStep.objects.on(self.round.starts_on)
        return steps.filter(area__in=self.round.areas.all()).exists()


def round_now(*, day: datetime.date, area: Area | None = None) -> RoundNow | None:
    """The round to show, for ``area`` if given: the open one, else the first whose placements have not begun."""
    rounds = _announced().filter(starts_on__gt=day).order_by("opens_on")
    if area:
        rounds = rounds.filter(areas=area)
    shown = [as_of(round=found, day=day) for found in rounds]
    return next((now for now in shown if now.phase == "open"), shown[0] if shown else None)


def public_round(*, code: str, day: datetime.date) -> RoundNow:
    """Raises ``ChoiceRound.DoesNotExist`` also for a round that is not announced yet."""
    return as_of(round=_announced().prefetch_related("areas").get(code=code), day=day)


def as_of(*, round: ChoiceRound, day: datetime.date) -> RoundNow:
    if day < round.opens_on:
        phase = "before"
    else:
        phase = "open" if day <= round.closes_on and round.closed_at is None else "closed"
    return RoundNow(round, phase, IF_YOU_DO_NOTHING[round.no_answer_rule])


def _announced() -> QuerySet[ChoiceRound]:
    # Not public until its rules are frozen: they may still change.
    return ChoiceRound.objects.filter(frozen_at__isnull=False)


def round_of(*, person: Person, received_on: datetime.date) -> ChoiceRound | None:
    """Round in whose window the choice was received, even if the round is over."""
    return rows.first(ChoiceRound, ROUND_OF.sql, {"area": person.area_id, "received_on": received_on})


# Takes area, received_on.
ROUND_OF = rows.Fixed(
    ChoiceRound,
    f"""
SELECT {rows.columns(ChoiceRound, "r")} FROM choices_choiceround r
JOIN choices_choiceround_areas a ON a.choiceround_id = r.id AND a.area_id = %(area)s
WHERE %(received_on)s BETWEEN r.opens_on AND r.closes_on AND r.frozen_at IS NOT NULL
ORDER BY r.opens_on DESC LIMIT 1
""",  # noqa: S608 (constants)
)
# The person's area, if the round covers it. Takes person, round.
COVERED = rows.Fixed(
    Area,
    f"""
SELECT {rows.columns(Area, "a")} FROM choices_choiceround_areas covered
JOIN providers_area a ON a.id = covered.area_id JOIN choices_person p ON p.area_id = a.id
WHERE covered.choiceround_id = %(round)s AND p.id = %(person)s
""",  # noqa: S608 (constants)
)
