"""A draft becomes a choice, once."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from choices.mandates import check_faults
from choices.models import Choice, Person
from choices.selectors import current_choice_of
from choices.services import register_choice
from citizens.access import CODE, Citizen
from citizens.choosing.drafts import draft_of
from citizens.choosing.models import Draft, Submission
from citizens.choosing.path import Path
from citizens.choosing.situation import Situation
from citizens.joint import keep_waiting, needs_consent_of
from letters.services import confirm
from providers.models import Provider


class ChangedMeanwhile(Exception):
    """Something is not as the page said. ``what``: ``draft``, ``round`` or ``choice``. Nothing is sent."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Seen:
    """What the page showed: the draft and its revision, the round's code, the reference of the choice that held."""

    draft: str
    revision: int
    round: str
    current: str


@dataclass(frozen=True)
class Sent:
    """``choice`` None: others have to confirm it first. ``before``: it had been sent already, and this is what it
    became. ``receipt`` as ``letters.services.confirm``."""

    choice: Choice | None
    before: bool = False
    receipt: bool | None = None


@transaction.atomic
def send(*, citizen: Citizen, seen: Seen, wants_letter: bool = False) -> Sent:
    """Register the draft as a choice received now, by the citizen.

    Raises:
        ChangedMeanwhile: the page showed something else than what holds now.
        ValidationError: a message for each fault; nothing is written.
    """
    # One at a time per person: the second of two presses waits here, and then finds what the first became.
    Person.objects.select_for_update().get(pk=citizen.person.pk)
    done = Submission.objects.filter(draft_reference=seen.draft, choice__person=citizen.person)
    if submission := done.select_related("choice").first():
        return Sent(submission.choice, before=True)
    situation = Situation(citizen)
    draft = draft_of(citizen)
    if draft is None or (draft.reference, draft.revision) != (seen.draft, seen.revision):
        raise ChangedMeanwhile("draft")
    if seen.round != (situation.round.code if situation.round else ""):
        raise ChangedMeanwhile("round")
    current = current_choice_of(person=citizen.person)
    if seen.current != (current.reference if current else ""):
        raise ChangedMeanwhile("choice")
    said = _said(draft, situation)
    if needs_consent_of(citizen.mandate, citizen.holder):
        keep_waiting(citizen=citizen, **said)
        draft.delete()
        return Sent(None)
    choice = register_choice(
        **said,
        person=citizen.person,
        round=situation.round,
        received_on=situation.day,
        channel=Choice.Channel.WEB,
        mandate=citizen.mandate,
        actor=citizen.actor,
    )
    Submission.objects.create(draft_reference=draft.reference, choice=choice)
    draft.delete()
    # Who came in by a code that lay in a letter is told by letter: if it was somebody else, the person sees it.
    wanted = wants_letter or citizen.how == CODE
    return Sent(choice, receipt=confirm(choice=choice, actor=citizen.actor, wanted=wanted))


def _said(draft: Draft, situation: Situation) -> dict[str, Any]:
    path = Path(situation, draft)
    if faults := check_faults(mandate=situation.mandate, assured=draft.assured):
        raise ValidationError(faults)
    if names := gone_names(path):
        raise ValidationError([_("%(provider)s går inte att välja längre.") % {"provider": name} for name in names])
    if path.missing():
        raise ValidationError(_("Alla frågor är inte besvarade."))
    declines = bool(draft.declines_to_choose)
    return {
        "ranking": [] if declines else [situation.offered[code].provider for code in draft.ranking],
        "assured": draft.assured,
        "declines_to_choose": declines,
        # What was not asked for is as the register has it for those who say nothing.
        "together": not declines and bool(draft.together) and situation.lives_with_somebody,
        "queue_if_full": declines or draft.queue_if_full is not False,
        "accepts_interim": declines or draft.queue_if_full is False or draft.accepts_interim is not False,
        "language_wish": "" if declines else draft.language_wish or "",
    }


def gone_names(path: Path) -> list[str]:
    """The names of wished providers that one can no longer choose."""
    if path.draft.declines_to_choose or not path.gone:
        return []
    names = dict(Provider.objects.filter(code__in=path.gone).values_list("code", "name"))
    return [names.get(code, code) for code in path.gone]
