"""Letters that have become wrong: withdrawn before printing, corrected after it."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, Placement, ProviderExit
from audit.services import record
from common import clock
from letters.facts.common import current_providers
from letters.models import Letter, LetterKind
from letters.services.create import NEWS_DAYS
from letters.services.replaced import letters_about
from letters.services.stopping import hold_letters, split
from letters.services.versions import may_have_arrived, take_back

NEVER_BEGINS = gettext_noop("Utförarens avtal slutar innan placeringen börjar.")


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


@transaction.atomic
def correct_void_decisions(*, actor: Actor) -> int:
    """Decision letters about a placement that never begins because the provider's contract ends first: unsent ones are
    held, sent ones are corrected. Returns the number of corrections.
    """
    actor.require(Right.MAKE_LETTERS)
    since = clock.today() - datetime.timedelta(days=NEWS_DAYS)
    void = Placement.objects.void().filter(
        contract__valid_until__lte=F("valid_from"),
        valid_from__gte=since,
        person__deceased_on__isnull=True,
        person__merged_into__isnull=True,
    )
    return sum(_correct_void(placement, actor) for placement in void.select_related("contract__provider"))


def _correct_void(placement: Placement, actor: Actor) -> int:
    told = letters_about(placement).filter(corrected_by__isnull=True).exclude(route=Letter.Route.HOLD)
    corrected = 0
    for letter in told.select_for_update(of=("self",)).select_related("person", "batch", "holder__mandate"):
        if letter.batch is not None and letter.batch.is_in_proof:
            split(batch=letter.batch, wrong={letter.pk: NEVER_BEGINS}, actor=actor)
        elif not may_have_arrived(letter):
            hold_letters({letter: NEVER_BEGINS}, actor)
        elif _has_reader(letter, clock.today()):
            take_back(letter=letter, why=_never_begins(placement, letter), actor=actor)
            corrected += 1
    return corrected


def _never_begins(placement: Placement, letter: Letter) -> str:
    start, person, today = placement.valid_from, placement.person_id, clock.today()
    yesterday, last = (day - datetime.timedelta(days=1) for day in (today, start))
    comes = [current_providers([person], day).get(person) for day in (yesterday, today, last, start)]
    with translation.override(letter.facts["language"]):
        words = {"provider": placement.contract.provider.name, "day": date_format(start)}
        said = _("%(provider)s kan inte börja hos dig den %(day)s.") % words
        if comes[0] is not None and len(set(comes)) == 1:
            return said + " " + _("%(provider)s fortsätter att komma till dig.") % {"provider": comes[0].name}
        return said + " " + _("Vi ringer dig och berättar vem som kommer till dig.")


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
