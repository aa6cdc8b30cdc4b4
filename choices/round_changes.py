"""Changes of a round before its rules are frozen: created from the previous one, and edited."""

import datetime
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import ChoiceRound
from choices.services import close_round
from providers.models import Area

RULES = ("switch_rule", "household_class", "no_answer_rule", "call_list")
FIELDS = ("name", "opens_on", "closes_on", "starts_on", "told_by", "diary_number", *RULES)
# The same weekday a year later.
_YEAR = datetime.timedelta(weeks=52)


class RoundChanged(ValidationError):
    """The round has changed since the page was opened."""


def fields_of(round: ChoiceRound) -> dict[str, Any]:
    """Editable fields, as text and numbers; areas by code."""
    plain = {name: getattr(round, name) for name in FIELDS}
    return {
        **{name: str(value) if isinstance(value, datetime.date) else value for name, value in plain.items()},
        "areas": sorted(area.code for area in round.areas.all()),
    }


def state_of(round: ChoiceRound) -> str:
    """Hash of everything the page shows of the round, used to detect changes."""
    state = [fields_of(round), round.frozen_at is not None, round.closed_at is not None]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]


@transaction.atomic
def change_round(*, round: ChoiceRound, seen: str, areas: Sequence[Area], actor: Actor, **fields: Any) -> ChoiceRound:
    """Change a round that is not frozen. ``seen``: the hash shown with the page.

    Raises:
        RoundChanged: the round differs from the page.
        ValidationError: frozen, no area, or dates in the wrong order.
    """
    actor.require(Right.MANAGE_ROUNDS)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if state_of(round) != seen:
        raise RoundChanged(_("Någon annan har ändrat valomgången sedan du öppnade sidan."))
    if round.frozen_at:
        raise ValidationError(_("Reglerna är låsta och går inte att ändra."))
    if not areas:
        raise ValidationError(_("Välj minst ett område."))
    before = fields_of(round)
    for name in FIELDS:
        setattr(round, name, fields[name])
    round.full_clean()
    round.save(update_fields=FIELDS)
    round.areas.set(areas)
    after = fields_of(ChoiceRound.objects.get(pk=round.pk))
    changed = [name for name in after if after[name] != before[name]]
    record(
        actor=actor,
        action="round.change",
        object_reference=round.code,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return round


@transaction.atomic
def close_frozen(*, round: ChoiceRound, actor: Actor) -> ChoiceRound:
    """Close a frozen round. (Closing one that is not frozen would freeze unread rules.)

    Raises:
        ValidationError: not frozen, or the window's last day is not over.
    """
    actor.require(Right.MANAGE_ROUNDS)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.frozen_at is None:
        raise ValidationError(_("Reglerna är inte låsta, så ingen har kunnat välja."))
    return close_round(round=round, actor=actor)


def next_round(round: ChoiceRound, *, day: datetime.date) -> dict[str, Any]:
    """Draft of the next round: same rules and areas, dates a year later (more, until they are after ``day``).

    A start on the first of a month stays on the first.
    """
    years = 1
    while round.opens_on + years * _YEAR <= day:
        years += 1
    move = years * _YEAR
    starts_on = round.starts_on + move
    if round.starts_on.day == 1:
        starts_on = round.starts_on.replace(year=round.starts_on.year + years)
    return {
        **{name: getattr(round, name) for name in RULES},
        "code": _with_years(round.code, years),
        "name": _with_years(round.name, years),
        "areas": list(round.areas.all()),
        "opens_on": round.opens_on + move,
        "closes_on": round.closes_on + move,
        "starts_on": starts_on,
        "told_by": round.told_by + move if round.told_by else None,
        "diary_number": "",
    }


def _with_years(text: str, years: int) -> str:
    """``Valet hösten 2020`` → ``Valet hösten 2021``."""
    return re.sub(r"\b20\d\d\b", lambda found: str(int(found.group()) + years), text)
