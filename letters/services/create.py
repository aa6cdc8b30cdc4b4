"""Creation of letters: one per cause, with frozen facts."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, Offer, OutcomeRow, Placement, ProviderExit
from allocation.services.exits import clients_of
from audit.services import record
from choices.models import Choice, ChoiceRound, Person
from common import clock
from letters.facts.changes import exit_drafts, new_start_drafts
from letters.facts.choosing import invitation_drafts, receipt_drafts
from letters.facts.common import Draft
from letters.facts.decision import decision_drafts, manual_placement_drafts
from letters.facts.waiting import offer_drafts, queue_drafts
from letters.models import Letter, LetterKind
from letters.services.enqueue import enqueue_rendering
from letters.services.proof import check_proof
from letters.services.replaced import in_place_of_replaced
from letters.services.store import require_text, store


@dataclass(frozen=True)
class OfferCodes:
    """Sign-in codes of letters about offers, for use at ``url``. ``make``: offers → code by the offer's id."""

    make: Callable[[Collection[Offer]], Mapping[int, str]]
    url: str


# Letters about older events than this are not written.
NEWS_DAYS = 30


@transaction.atomic
def create_letters(*, run: AllocationRun, actor: Actor, codes: OfferCodes | None = None) -> int:
    """Create the letters of an applied run: decisions, offers, and for a night's run places in the queue.

    ``codes``: for the letters about offers. Returns the number of letters added; idempotent.

    Raises:
        ValidationError: the run is not applied, or a text is missing.
    """
    actor.require(Right.MAKE_LETTERS)
    # Serialised per run, so that the count of added letters is right.
    run = (
        AllocationRun.objects.select_for_update(of=("self",))
        .select_related("round", "exit", "approved_by")
        .get(pk=run.pk)
    )
    if run.status != AllocationRun.Status.APPLIED:
        raise ValidationError(_("Fördelningen måste vara genomförd innan brev kan skapas."))
    if run.letters_at is None:
        run.letters_at = clock.now()
        run.save(update_fields=["letters_at"])
    added = make(LetterKind.DECISION, _decisions(run, actor))
    added += _offers(run.offers.filter(status=Offer.Status.OPEN), codes)
    if run.kind == AllocationRun.Kind.NIGHT:
        added += make(LetterKind.QUEUE, queue_drafts(run=run, rows=_newly_waiting(run)))
    return made(added, actor, run.reference)


@transaction.atomic
def create_expired_letters(*, actor: Actor) -> int:
    """Create letters to people whose offer has expired. Returns the number of letters added."""
    actor.require(Right.MAKE_LETTERS)
    since = clock.now() - datetime.timedelta(days=NEWS_DAYS)
    written = Letter.objects.filter(offer=OuterRef("pk"), kind=LetterKind.EXPIRED)
    offers = Offer.objects.filter(~Exists(written), status=Offer.Status.EXPIRED, answered_at__gte=since)
    related = offers.select_related("person", "contract__provider").order_by("pk")
    return made(make(LetterKind.EXPIRED, offer_drafts(kind=LetterKind.EXPIRED, offers=related)), actor, "")


@transaction.atomic
def create_exit_letters(*, exit: ProviderExit, actor: Actor) -> int:
    """Create letters to a leaving provider's clients. Returns the number of letters added."""
    actor.require(Right.MAKE_LETTERS)
    exit = ProviderExit.objects.select_for_update(of=("self",)).select_related("provider").get(pk=exit.pk)
    written = Letter.objects.filter(exit=exit, kind=LetterKind.EXIT, person=OuterRef("pk"))
    clients = clients_of(exit).filter(~Exists(written)).select_related("area").order_by("pk")
    return made(make(LetterKind.EXIT, exit_drafts(exit=exit, persons=clients)), actor, exit.reference)


@transaction.atomic
def create_invitations(
    *,
    round: ChoiceRound,
    persons: Iterable[Person],
    actor: Actor,
    codes: Mapping[int, str] | None = None,
    url: str = "",
    kind: LetterKind = LetterKind.INVITATION,
) -> int:
    """Invite people to choose, or remind them. The round's rules must be frozen: letters state them.

    ``codes``: person id → personal code, for use at ``url``.

    Raises:
        ValidationError: the round's rules are not frozen, its window is over, or a text is missing.
    """
    actor.require(Right.MAKE_LETTERS)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.frozen_at is None:
        raise ValidationError(_("Lås valomgångens regler först. Breven berättar om dem."))
    if round.closes_on < clock.today():
        raise ValidationError(_("Tiden att välja är slut."))
    check_proof(round)
    drafts = invitation_drafts(round=round, persons=persons, codes=codes or {}, url=url, kind=kind)
    return made(make(kind, drafts), actor, round.code)


@transaction.atomic
def create_receipts(*, choices: Collection[Choice], actor: Actor) -> int:
    """Confirm choices. Returns the number of letters added."""
    actor.require(Right.REGISTER_CHOICE)
    related = Choice.objects.filter(pk__in=[choice.pk for choice in choices])
    given = related.select_related("person", "round", "mandate").prefetch_related("wishes__provider").order_by("pk")
    return made(make(LetterKind.RECEIPT, receipt_drafts(choices=list(given))), actor, "")


@transaction.atomic
def create_new_receipt(*, choice: Choice, actor: Actor) -> int:
    """Confirm the current state of a choice; the new receipt replaces an earlier one, if there is one."""
    actor.require(Right.REGISTER_CHOICE)
    written = Letter.objects.filter(choice=choice, kind=LetterKind.RECEIPT, corrected_by__isnull=True)
    before = {letter.holder_id: letter for letter in written}
    drafts = (
        _in_place_of(before.get(draft.holder.pk if draft.holder else None), draft, fact="choice")
        for draft in receipt_drafts(choices=[choice])
    )
    return made(make(LetterKind.RECEIPT, drafts), actor, "")


@transaction.atomic
def create_offer_letters(*, offers: Collection[Offer], actor: Actor, codes: OfferCodes | None = None) -> int:
    """Create letters about an officer's offers. Returns the number of letters added."""
    actor.require(Right.MAKE_OFFERS)
    related = Offer.objects.filter(pk__in=[offer.pk for offer in offers], status=Offer.Status.OPEN)
    return made(_offers(related, codes), actor, "")


@transaction.atomic
def create_manual_placement_letter(*, placement: Placement, actor: Actor) -> int:
    """Create the letter of a manual placement."""
    actor.require(Right.APPROVE_RUN)
    related = Placement.objects.select_related("person", "contract__provider", "decided_by").get(pk=placement.pk)
    before = Placement.objects.void().filter(person=placement.person_id)
    drafts = in_place_of_replaced(manual_placement_drafts(placement=related), placements=before, actor=actor)
    return made(make(LetterKind.DECISION, drafts), actor, related.person.reference)


@transaction.atomic
def create_accepted_letters(*, placements: Collection[Placement], actor: Actor) -> int:
    """Create letters that confirm accepted offers. Returns the number of letters added; idempotent."""
    actor.require(Right.REGISTER_CHOICE)
    written = Letter.objects.filter(placement=OuterRef("pk"), kind=LetterKind.DECISION)
    new = Placement.objects.filter(~Exists(written), pk__in=[placement.pk for placement in placements]).order_by("pk")
    related = new.select_related("person", "contract__provider", "decided_by")
    drafts = (draft for placement in related for draft in manual_placement_drafts(placement=placement))
    return made(make(LetterKind.DECISION, drafts), actor, "")


@transaction.atomic
def create_new_start_letter(*, placement: Placement, starts_was: datetime.date, actor: Actor, reason: str = "") -> int:
    """Create a letter to a person whose provider begins on another day than announced."""
    actor.require(Right.APPROVE_RUN)
    related = Placement.objects.select_related("person", "contract__provider").get(pk=placement.pk)
    drafts = new_start_drafts(placement=related, starts_was=starts_was, reason=reason)
    written = Letter.objects.filter(placement=placement, kind=LetterKind.NEW_START, corrected_by__isnull=True)
    if before := {letter.holder_id: letter for letter in written}:
        # The day has moved again: the last announcement is void.
        drafts = (_in_place_of(before.get(draft.holder.pk if draft.holder else None), draft) for draft in drafts)
    return made(make(LetterKind.NEW_START, drafts), actor, related.person.reference)


def _in_place_of(old: Letter | None, draft: Draft, *, fact: str = "starts_on") -> Draft:
    if old is None or old.facts[fact] == draft.facts[fact]:
        return draft
    replaced = {"reference": old.reference, "letter_date": old.facts["letter_date"], "why": ""}
    return replace(draft, version=old.version + 1, corrects=old, facts=draft.facts | {"corrects": replaced})


def _decisions(run: AllocationRun, actor: Actor) -> Iterable[Draft]:
    return in_place_of_replaced(
        decision_drafts(run=run), placements=Placement.objects.void().filter(ended_by=run), actor=actor
    )


def _offers(offers: QuerySet[Offer], codes: OfferCodes | None) -> list[Letter]:
    """Letters about open offers. One that has a letter gets no other code."""
    written = Letter.objects.filter(offer=OuterRef("pk"), kind=LetterKind.OFFER)
    new = list(offers.filter(~Exists(written)).select_related("person", "contract__provider").order_by("pk"))
    given = codes.make(new) if codes and new else {}
    url = codes.url if codes else ""
    return make(LetterKind.OFFER, offer_drafts(kind=LetterKind.OFFER, offers=new, codes=given, url=url))


def _newly_waiting(run: AllocationRun) -> QuerySet[OutcomeRow]:
    """People with a wait not announced by a round or an earlier night.

    The row must be about the person's last choice, and no round proposed after it: that round's letter announces it.
    """
    of_person = Q(person=OuterRef("person")) | Q(person__merged_into=OuterRef("person"))
    choice = Choice.objects.known_at(run.proposed_at).filter(of_person).order_by("-received_on", "-id")
    by_round = OutcomeRow.objects.filter(
        person=OuterRef("person"),
        run__kind=AllocationRun.Kind.ROUND,
        run__status=AllocationRun.Status.APPLIED,
        run__proposed_at__gte=OuterRef("chosen_at"),
    )
    # A version with recomputed queue dates keeps the time of the original: it is the same choice.
    written = Letter.objects.filter(of_person, kind=LetterKind.QUEUE, choice__registered_at=OuterRef("chosen_at"))
    waiting = run.rows.filter(act=OutcomeRow.Act.NONE).exclude(unmet=[])
    return (
        waiting.annotate(chosen_at=choice.values("registered_at")[:1], choice_id=choice.values("pk")[:1])
        .filter(~Exists(by_round), ~Exists(written), choice_id__isnull=False)
        .select_related("person")
        .order_by("pk")
    )


def make(kind: LetterKind, drafts: Iterable[Draft]) -> list[Letter]:
    """Store drafts of a kind. Returns the letters that were added."""
    # Without recipients no text is required.
    first = next(iter(drafts := iter(drafts)), None)
    if first is None:
        return []
    require_text(kind)
    return store(_again(first, drafts), kind)


def _again(first: Draft, rest: Iterable[Draft]) -> Iterable[Draft]:
    yield first
    yield from rest


def made(added: list[Letter], actor: Actor, reference: str) -> int:
    """Log the letters and have their PDFs made. Returns their number."""
    if added:
        record(actor=actor, action="letters.create", object_reference=reference, data={"letters": len(added)})
        enqueue_rendering(letter.pk for letter in added if letter.route != Letter.Route.HOLD)
    return len(added)
