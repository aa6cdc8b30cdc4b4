"""Sending: a draft becomes a choice, exactly once."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allocation.facts.shared import Shared
from choices.mandates import check_faults
from choices.models import Choice, ChoiceRound, Person
from choices.rounds import ROUND_OF
from choices.selectors import CURRENT
from choices.services import locked_person, register_choice
from citizens.access import CODE, Citizen
from citizens.choosing.drafts import DRAFT
from citizens.choosing.models import Draft, Submission
from citizens.choosing.path import Path
from citizens.choosing.situation import Situation
from citizens.joint import keep_waiting, needs_consent_of
from common import clock, rows
from letters.services import confirm
from providers.models import Provider


class ChangedMeanwhile(Exception):
    """The state differs from the displayed one. ``what``: ``draft``, ``round`` or ``choice``. Nothing is sent."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Seen:
    """Displayed state: the draft and its revision, the round's code, the reference of the choice in force."""

    draft: str
    revision: int
    round: str
    current: str


@dataclass(frozen=True)
class Sent:
    """``choice`` None: other holders have to confirm it first. ``before``: it had been sent already, as this choice.
    ``receipt`` as ``letters.services.confirm``.
    """

    choice: Choice | None
    before: bool = False
    receipt: bool | None = None


_SENT = """
WITH sent AS (DELETE FROM citizens_draft WHERE id = %(draft)s)
INSERT INTO citizens_submission (draft_reference, choice_id) VALUES (%(reference)s, %(choice)s)
"""


@transaction.atomic
def send(*, citizen: Citizen, seen: Seen, wants_letter: bool = False, shared: Shared | None = None) -> Sent:
    """Register the draft as a choice received now, from the citizen. ``shared``: of the request.

    Raises:
        ChangedMeanwhile: the displayed state is outdated.
        ValidationError: a message for each error; nothing is written.
    """
    # Serialised per person: the second of two submissions waits here, and then finds the first one's result.
    person = locked_person(pk=citizen.person.pk)
    draft, round, current = _state(citizen, person)
    # A draft is deleted when it becomes a choice.
    if draft is None or draft.reference != seen.draft:
        done = Submission.objects.filter(draft_reference=seen.draft, choice__person=citizen.person)
        if submission := done.select_related("choice").first():
            return Sent(submission.choice, before=True)
    if draft is None or (draft.reference, draft.revision) != (seen.draft, seen.revision):
        raise ChangedMeanwhile("draft")
    situation = Situation(citizen, shared, draft)
    if seen.round != (round.code if round else ""):
        raise ChangedMeanwhile("round")
    if seen.current != (current.reference if current else ""):
        raise ChangedMeanwhile("choice")
    arguments = _arguments(draft, situation)
    if needs_consent_of(citizen.mandate, citizen.holder):
        keep_waiting(citizen=citizen, **arguments)
        draft.delete()
        return Sent(None)
    choice = register_choice(
        **arguments,
        person=person,
        is_locked=True,
        round=round,
        received_on=situation.day,
        channel=Choice.Channel.WEB,
        mandate=citizen.mandate,
        actor=citizen.actor,
    )
    rows.run(_SENT, {"draft": draft.pk, "reference": draft.reference, "choice": choice.pk})
    # A choice made with a letter code is confirmed by letter, which reveals misuse to the person.
    wanted = wants_letter or citizen.how == CODE
    return Sent(choice, receipt=confirm(choice=choice, actor=citizen.actor, wanted=wanted))


def _state(citizen: Citizen, person: Person) -> tuple[Draft | None, ChoiceRound | None, Choice | None]:
    """The draft, the round of a choice received today, and the choice in force (without its wishes)."""
    today, mandate = clock.today(), citizen.mandate
    draft, round, current = rows.first_of_each(
        DRAFT,
        ROUND_OF,
        CURRENT,
        values={
            "person": person.pk,
            "mandate": mandate and mandate.pk,
            "day": today,
            "area": person.area_id,
            "received_on": today,
        },
    )
    return draft, round, current


def _arguments(draft: Draft, situation: Situation) -> dict[str, Any]:
    """Keyword arguments common to `register_choice` and `keep_waiting`.

    Raises:
        ValidationError: a message for each error.
    """
    path = Path(situation, draft)
    if faults := check_faults(mandate=situation.mandate, assured=draft.assured):
        raise ValidationError(faults)
    if names := gone_names(path):
        raise ValidationError([_("Du kan inte välja %(provider)s längre.") % {"provider": name} for name in names])
    if path.missing():
        raise ValidationError(_("Du har inte svarat på alla frågor."))
    declines = bool(draft.declines_to_choose)
    return {
        "ranking": [] if declines else [situation.offered[code].provider for code in draft.ranking],
        "assured": draft.assured,
        "declines_to_choose": declines,
        # Questions not asked have the register's default for no answer.
        "together": not declines and bool(draft.together) and situation.lives_with_somebody,
        "queue_if_full": declines or draft.queue_if_full is not False,
        "accepts_interim": declines or draft.queue_if_full is False or draft.accepts_interim is not False,
        "language_wish": "" if declines else draft.language_wish or "",
    }


def gone_names(path: Path) -> list[str]:
    """Names of wished providers that can no longer be chosen."""
    if path.draft.declines_to_choose or not path.gone:
        return []
    names = dict(Provider.objects.filter(code__in=path.gone).values_list("code", "name"))
    return [names.get(code, code) for code in path.gone]
