"""Population of a round, in figures: people in it on its first day. No person."""

from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.tally import of_areas
from choices.models import ChoiceRound
from common.suppression import is_small


@dataclass(frozen=True)
class AreaPeople:
    """``with_help`` and ``alarm_only`` are None where one of them is small: their sum is ``persons``, so the other
    would reveal it. ``persons`` None: too few in all. ``protected`` None: not for this reader. Minutes a month.
    """

    area: str
    persons: int | None
    with_help: int | None
    alarm_only: int | None
    minutes: int | None
    protected: int | None


def population(*, round: ChoiceRound, actor: Actor) -> list[AreaPeople]:
    """Small numbers are shown only to readers who may see the people themselves, protected ones too."""
    actor.require(Right.SEE_FIGURES)
    found = of_areas("population", round.areas.order_by("name"), day=round.starts_on)
    sees_all = actor.may(Right.SEE_PROTECTED)
    return [_row(area.name, *row, sees_all=sees_all) for area, rows in found for row in rows]


def _row(area: str, persons: int, with_help: int, minutes: int, protected: int, *, sees_all: bool) -> AreaPeople:
    alarm_only = persons - with_help
    if sees_all:
        return AreaPeople(area, persons, with_help, alarm_only, minutes, protected)
    few: dict[str, Any] = {"area": area, "protected": None}
    if is_small(persons):
        return AreaPeople(**few, persons=None, with_help=None, alarm_only=None, minutes=None)
    if is_small(with_help) or is_small(alarm_only):
        # The hours of few people are personal data, too.
        known = None if is_small(with_help) else minutes
        return AreaPeople(**few, persons=persons, with_help=None, alarm_only=None, minutes=known)
    return AreaPeople(**few, persons=persons, with_help=with_help, alarm_only=alarm_only, minutes=minutes)
