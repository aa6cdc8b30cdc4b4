"""Rounds: the public state of the current one, and the round that a choice belongs to."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from choices.models import ChoiceRound, Person
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
    rounds = ChoiceRound.objects.filter(
        areas=person.area, opens_on__lte=received_on, closes_on__gte=received_on, frozen_at__isnull=False
    )
    return rounds.order_by("-opens_on").first()
