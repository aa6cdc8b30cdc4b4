"""Registration of a choice by an officer: form, mandate checks, and receipt."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from choices.mandates import check_faults
from choices.models import Choice, Mandate, Person
from choices.rounds import round_of
from choices.selectors import current_choice_of
from choices.services import locked_person, register_choice
from desk.models import Scan
from desk.scans import add_scan
from letters.services import confirm
from providers.models import Provider


class ChangedMeanwhile(Exception):
    """Another choice has been registered since the form was opened. ``now`` is in force instead."""

    def __init__(self, now: Choice | None) -> None:
        super().__init__()
        self.now = now


@dataclass(frozen=True)
class Filled:
    """A filled-in form. ``seen``: the reference of the choice in force when it was opened, empty if none."""

    ranking: Sequence[Provider]
    received_on: datetime.date
    channel: str
    seen: str
    mandate: Mandate | None = None
    assured: Collection[str] = ()
    declines_to_choose: bool = False
    together: bool = False
    queue_if_full: bool = True
    accepts_interim: bool = True
    language_wish: str = ""
    correct: bool = False
    scan: Scan | None = None
    upload: bytes | None = None


@dataclass(frozen=True)
class Registered:
    """``receipt``: whether a letter confirms the choice. None: the channel needs none."""

    choice: Choice
    receipt: bool | None


@transaction.atomic
def register(*, person: Person, filled: Filled, actor: Actor) -> Registered:
    """Register a choice, or correct the current one.

    Raises:
        ChangedMeanwhile: nothing is written.
        ValidationError: a message for each error; nothing is written.
    """
    actor.require(Right.REGISTER_CHOICE)
    person = locked_person(pk=person.pk)
    current = current_choice_of(person=person)
    if filled.seen != (current.reference if current else ""):
        raise ChangedMeanwhile(current)
    if faults := check_faults(mandate=filled.mandate, assured=filled.assured):
        raise ValidationError(faults)
    choice = register_choice(
        person=person,
        is_locked=True,
        ranking=filled.ranking,
        received_on=filled.received_on,
        channel=filled.channel,
        actor=actor,
        round=round_of(person=person, received_on=filled.received_on),
        mandate=filled.mandate,
        declines_to_choose=filled.declines_to_choose,
        together=filled.together,
        queue_if_full=filled.queue_if_full,
        accepts_interim=filled.accepts_interim,
        language_wish=filled.language_wish,
        assured=sorted(filled.assured),
        corrects=current if filled.correct else None,
    )
    _attach(choice, filled, actor)
    return Registered(choice, receipt=confirm(choice=choice, actor=actor))


def _attach(choice: Choice, filled: Filled, actor: Actor) -> None:
    scan = filled.scan
    if filled.upload:
        scan = add_scan(content=filled.upload, received_on=filled.received_on, actor=actor, person=choice.person)
    if scan is None:
        return
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if scan.choice_id or scan.put_away_at:
        raise ValidationError(_("Någon annan har redan tagit hand om blanketten."))
    scan.choice, scan.person = choice, choice.person
    scan.save(update_fields=["choice", "person"])
