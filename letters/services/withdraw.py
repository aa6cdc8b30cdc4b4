"""Withdrawal of letters that have become wrong before printing."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, ProviderExit
from audit.services import record
from common import clock
from letters.models import Letter, LetterKind
from letters.services.versions import may_have_arrived, take_back


@transaction.atomic
def withdraw_letters(*, run: AllocationRun, reason: str, actor: Actor) -> int:
    """Hold all letters of ``run`` and of its offers. Returns the number.

    Raises:
        ValidationError: one is in a print file or has been sent: people may have been informed.
    """
    actor.require(Right.MAKE_LETTERS)
    # Same locks as for composing a print batch, so that the two cannot interleave.
    of_run = Letter.objects.filter(Q(run=run) | Q(offer__run=run))
    letters = list(of_run.select_for_update(of=("self",)).defer("facts").order_by("pk"))
    if any(letter.batch_id or letter.posted_on or letter.delivery for letter in letters):
        raise ValidationError(_("Breven är redan skickade till tryck. Då måste varje ändring beslutas för sig."))
    return _hold(letters, reason, run.reference, actor)


@transaction.atomic
def correct_exit_letters(*, exit: ProviderExit, actor: Actor) -> int:
    """The exit is undone: unsent letters about it are held, sent ones are corrected. Returns the number of corrections.

    Raises:
        ValidationError: one is in a print file that is not printed yet.
    """
    actor.require(Right.MAKE_LETTERS)
    of_exit = Letter.objects.filter(exit=exit, kind=LetterKind.EXIT, corrected_by__isnull=True)
    related = ("person", "holder__mandate")
    letters = list(of_exit.select_for_update(of=("self",)).select_related(*related).order_by("pk"))
    sent = [letter for letter in letters if may_have_arrived(letter)]
    unsent = [letter for letter in letters if not may_have_arrived(letter)]
    _hold(unsent, gettext_noop("Avslutet ångrades."), exit.reference, actor)
    due = [letter for letter in sent if _has_reader(letter, clock.today())]
    for letter in due:
        with translation.override(letter.facts["language"]):
            why = _("%(provider)s slutar inte. Du behöver inte byta utförare.") % {"provider": exit.provider.name}
        take_back(letter=letter, why=why, actor=actor)
    return len(due)


def _has_reader(letter: Letter, day: datetime.date) -> bool:
    """The dead get no letter, and a representative no copy after the mandate has ended."""
    lives = letter.person.deceased_on is None and letter.person.merged_into_id is None
    mandate = letter.holder.mandate if letter.holder else None
    return lives and (mandate is None or mandate.valid_until is None or mandate.valid_until > day)


def _hold(letters: list[Letter], reason: str, reference: str, actor: Actor) -> int:
    to_hold = [letter.pk for letter in letters if letter.route != Letter.Route.HOLD]
    count = Letter.objects.filter(pk__in=to_hold).update(
        route=Letter.Route.HOLD, hold_reason=reason[:100], sort_postcode=""
    )
    if count:
        record(actor=actor, action="letters.withdraw", object_reference=reference, data={"letters": count})
    return count
