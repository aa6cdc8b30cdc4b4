"""New versions of letters. A letter is never changed: a new version refers to the old one, or a correction withdraws
it.
"""

import datetime
from collections.abc import Iterator
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, Offer, OutcomeRow, ProviderExit
from audit.services import record
from choices.models import Choice, Person
from common import clock
from letters.facts.changes import correction_drafts, exit_drafts, new_start_drafts
from letters.facts.choosing import invitation_drafts, receipt_drafts
from letters.facts.common import Draft
from letters.facts.decision import decision_drafts, manual_placement_drafts
from letters.facts.survey import survey_again
from letters.facts.waiting import offer_drafts, queue_drafts
from letters.models import Letter, LetterKind
from letters.services.enqueue import enqueue_rendering
from letters.services.store import require_text, store
from letters.stacks import of_today


@transaction.atomic
def new_version(*, letter: Letter, actor: Actor, why: str = "") -> Letter:
    """Write the letter again from current data: a held one that can be sent now, or a wrong one.

    If the old one may have reached the person, the new one states that it replaces it, and ``why``.

    Raises:
        ValidationError: it has a newer version, is in a batch not yet printed, or there is nothing left to tell the
            person.
    """
    actor.require(Right.MAKE_LETTERS)
    old = _locked(letter)
    return _write_again(old, _again(old), actor, why)


@transaction.atomic
def write_with_new_code(*, letter: Letter, code: str, url: str, actor: Actor) -> Letter:
    """Write an invitation, a reminder or an offer again, with another sign-in code.

    Raises:
        ValidationError: as ``new_version`` does.
    """
    actor.require(Right.REGISTER_CHOICE)
    old = _locked(letter)
    # Part of the letter, so in the letter's language and not in the officer's.
    with translation.override(old.facts["language"]):
        why = _("Du har fått en ny kod. Den gamla gäller inte.")
    again = _offer_again(old, code, url) if old.offer else _invitation_again(old, code, url)
    return _write_again(old, again, actor, why)


def _write_again(old: Letter, again: Iterator[Draft], actor: Actor, why: str) -> Letter:
    sent = may_have_arrived(old)
    drafts = [draft for draft in again if draft.holder == old.holder]
    if not drafts:
        raise ValidationError(_("Det finns inget att berätta längre. Ta tillbaka brevet i stället."))
    facts = drafts[0].facts
    if sent:
        facts["corrects"] = {"reference": old.reference, "letter_date": old.facts["letter_date"], "why": why}
    draft = replace(drafts[0], version=old.version + 1, corrects=old, facts=facts, stack=of_today(clock.today()))
    return _store(draft, old, actor, "letter.new_version", why)


@transaction.atomic
def take_back(*, letter: Letter, why: str, actor: Actor) -> Letter:
    """Write to the person that an earlier letter is void. ``why``: the correct facts in plain words.

    Raises:
        ValidationError: it was never sent, has a newer version, or no text is given.
    """
    actor.require(Right.MAKE_LETTERS)
    old = _locked(letter)
    if not may_have_arrived(old):
        raise ValidationError(_("Brevet har inte skickats. Då behövs ingen rättelse."))
    if not why.strip():
        raise ValidationError(_("Skriv hur det är. Texten står i brevet."))
    drafts = [draft for draft in correction_drafts(letter=old, why=why) if draft.holder == old.holder]
    if not drafts:
        raise ValidationError(_("Företrädaren har inte längre rätt till en kopia."))
    draft = replace(drafts[0], version=old.version, corrects=old)
    return _store(draft, old, actor, "letter.take_back", why)


def _locked(letter: Letter) -> Letter:
    related = ("person__area", "run__round", "run__exit", "round", "offer", "exit__provider", "choice", "placement")
    old = Letter.objects.select_for_update(of=("self",)).select_related(*related, "holder").get(pk=letter.pk)
    if Letter.objects.filter(corrects=old).exists():
        raise ValidationError(_("Brevet har redan en nyare version."))
    if old.batch and old.batch.status in ("composed", "approved"):
        raise ValidationError(_("Brevet ligger i en utskrift som inte är tryckt. Underkänn utskriften först."))
    return old


def may_have_arrived(letter: Letter) -> bool:
    return letter.batch_id is not None or letter.posted_on is not None or letter.delivery != ""


def _store(draft: Draft, old: Letter, actor: Actor, action: str, why: str) -> Letter:
    require_text(draft.kind)
    added = store([draft], draft.kind)
    if not added:
        raise ValidationError(_("Brevet finns redan."))
    if not may_have_arrived(old) and old.route != Letter.Route.HOLD:
        # Not sent yet: only the new one goes.
        Letter.objects.filter(pk=old.pk).update(
            route=Letter.Route.HOLD, hold_reason=gettext_noop("Ersatt av en ny version."), sort_postcode=""
        )
    record(
        actor=actor,
        action=action,
        person_reference=old.person.reference,
        object_reference=added[0].reference,
        data={"old": old.reference, "why": why},
    )
    enqueue_rendering(letter.pk for letter in added if letter.route != Letter.Route.HOLD)
    return added[0]


def _again(old: Letter) -> Iterator[Draft]:
    """Drafts from the letter's cause as of today, for its person."""
    kind = LetterKind(old.kind)
    persons = Person.objects.filter(pk=old.person_id).select_related("area")
    if kind == LetterKind.DECISION and old.run and old.run.status == AllocationRun.Status.APPLIED:
        return decision_drafts(run=old.run, persons=[old.person_id])
    if kind == LetterKind.DECISION and old.placement:
        return manual_placement_drafts(placement=old.placement)
    if kind in (LetterKind.OFFER, LetterKind.EXPIRED) and old.offer:
        return _offer_again(old, old.facts.get("code", ""), old.facts.get("url", ""))
    if kind == LetterKind.EXIT and old.exit and old.exit.status != ProviderExit.Status.UNDONE:
        return exit_drafts(exit=old.exit, persons=persons)
    if kind in (LetterKind.INVITATION, LetterKind.REMINDER):
        return _invitation_again(old, old.facts["code"], old.facts["url"])
    if kind == LetterKind.QUEUE and old.choice:
        return _waiting_again(old)
    if kind == LetterKind.SURVEY and old.facts["closes_on"] >= clock.today().isoformat():
        return survey_again(letter=old, person=old.person)
    if kind == LetterKind.NEW_START and old.placement:
        was = datetime.date.fromisoformat(old.facts["starts_was"])
        return new_start_drafts(placement=old.placement, starts_was=was, reason=old.facts["reason"])
    if kind == LetterKind.RECEIPT and old.choice:
        choices = Choice.objects.filter(pk=old.choice.pk).select_related("person", "round", "mandate")
        return receipt_drafts(choices=list(choices.prefetch_related("wishes__provider")))
    return iter(())


def _invitation_again(old: Letter, code: str, url: str) -> Iterator[Draft]:
    if old.round is None:
        return iter(())
    persons = Person.objects.filter(pk=old.person_id).select_related("area")
    codes = {old.person_id: code} if code else {}
    return invitation_drafts(round=old.round, persons=persons, codes=codes, url=url, kind=LetterKind(old.kind))


def _offer_again(old: Letter, code: str, url: str) -> Iterator[Draft]:
    if old.offer is None:
        return iter(())
    wanted = Offer.Status.OPEN if old.kind == LetterKind.OFFER else Offer.Status.EXPIRED
    offers = Offer.objects.filter(pk=old.offer.pk, status=wanted).select_related("person", "contract__provider")
    codes = {old.offer.pk: code} if code else {}
    return offer_drafts(kind=LetterKind(old.kind), offers=offers, codes=codes, url=url)


def _waiting_again(old: Letter) -> Iterator[Draft]:
    """Place in the queue as of the last night, if the person still waits by the same choice."""
    last = AllocationRun.objects.filter(kind=AllocationRun.Kind.NIGHT, status=AllocationRun.Status.APPLIED)
    rows = OutcomeRow.objects.filter(run=last.order_by("-applied_at").first(), person=old.person_id)
    row = rows.exclude(unmet=[]).select_related("run", "person__area").first()
    if row is None:
        return iter(())
    return (draft for draft in queue_drafts(run=row.run, rows=[row]) if draft.cause == {"choice": old.choice})
