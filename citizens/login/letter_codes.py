"""Codes in letters, for a round or an offer: created with the letter, reissued, revoked. The letter holds the code, the
database its digest.

Protected people have none, nor have representatives.
"""

from collections.abc import Collection, Iterable
from itertools import islice

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import Offer
from audit.services import record
from choices.models import ChoiceRound, Person
from citizens.login.models import LetterCode
from common import clock
from common import letter_codes as codes
from letters import services as letters
from letters.models import Letter, LetterKind
from letters.services.invite import persons_to_tell
from secrecy.protected import not_protected

_WITH_CODE = (LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.OFFER)
Ended = LetterCode.Ended


def login_url(request: HttpRequest) -> str:
    """Login URL as printed in letters: staff may use another host name than citizens."""
    path = reverse("citizens:login")
    return f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def offer_codes(request: HttpRequest | None = None) -> letters.OfferCodes | None:
    """Codes for letters about offers. At night there is no request: without ``SITE_URL`` the letters have none."""
    if request is not None:
        return letters.OfferCodes(make=_make_for_offers, url=login_url(request))
    if not settings.SITE_URL:
        return None
    return letters.OfferCodes(make=_make_for_offers, url=f"{settings.SITE_URL.rstrip('/')}{reverse('citizens:login')}")


@transaction.atomic
def _make_for_offers(offers: Collection[Offer]) -> dict[int, str]:
    """Offer id → code in printed form. Protected people have none."""
    made = {
        offer: codes.new_code()
        for offer in offers
        if not offer.person.is_protected and offer.person.deceased_on is None
    }
    LetterCode.objects.bulk_create(
        LetterCode(person_id=offer.person_id, offer=offer, digest=codes.digest(code)) for offer, code in made.items()
    )
    return {offer.pk: codes.for_print(code) for offer, code in made.items()}


@transaction.atomic
def invite_with_codes(*, round: ChoiceRound, actor: Actor, kind: LetterKind, url: str) -> int:
    """``letters.services.invite`` with a code for every eligible person, created in the same transaction.

    A reminder has the code of the invitation, if that is still valid: both letters work. Raises as ``invite`` does.
    """
    actor.require(Right.MAKE_LETTERS)
    # Serialised, so that nobody gets two.
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    persons = persons_to_tell(round, kind).filter(not_protected())
    ids = list(persons.values_list("pk", flat=True))
    known = _printed_and_in_force(round, ids)
    new = _make(round, [pk for pk in ids if pk not in known])
    return letters.invite(round=round, actor=actor, kind=kind, codes=known | new, url=url)


@transaction.atomic
def reissue_code(*, person: Person, actor: Actor, url: str) -> Letter:
    """A new code in a new letter; the old code ends immediately. Returns the letter.

    Raises:
        ValidationError: no letter with a code was written to the person in an open round or about an open offer, the
            person is protected, or the letter is in a batch not yet printed.
    """
    actor.require(Right.REGISTER_CHOICE)
    person = _locked(person)
    if person.is_protected or person.deceased_on or person.merged_into_id:
        raise ValidationError(_("Personen kan inte få någon kod. Registrera valet här i stället."))
    letter = _latest_letter(person)
    if letter is None:
        raise ValidationError(_("Personen har inte fått någon inbjudan till ett val som pågår."))
    _end(person, letter, Ended.REISSUED)
    if letter.offer:
        code = _make_for_offers([letter.offer])[letter.offer.pk]
    else:
        code = _make(letter.round, [person.pk])[person.pk]  # type: ignore[arg-type]
    new = letters.write_with_new_code(letter=letter, code=code, url=url, actor=actor)
    record(
        actor=actor, action="citizen.code_reissue", person_reference=person.reference, object_reference=new.reference
    )
    return new


@transaction.atomic
def stop_code(*, person: Person, actor: Actor) -> int:
    """End the person's codes and their sessions immediately. Returns the number of codes."""
    actor.require(Right.REGISTER_CHOICE)
    person = _locked(person)
    count = _end(person, None, Ended.STOPPED)
    if count:
        record(actor=actor, action="citizen.code_stop", person_reference=person.reference, data={"codes": count})
    return count


def code_of(person: Person) -> LetterCode | None:
    """Latest code of an open round or offer, valid or not."""
    going_on = LetterCode.objects.filter(_is_going_on(), person=person)
    return going_on.select_related("round", "offer").order_by("-made_at", "-pk").first()


def holds_ended_code(letter: Letter) -> bool:
    """Whether regenerating the letter unchanged would give an ended code to a person who may have a new one."""
    code = letter.facts.get("code", "")
    if not code or letter.person.is_protected or letter != _latest_letter(letter.person):
        return False
    return not LetterCode.objects.filter(digest=codes.digest(codes.parse(code)), ended_at=None).exists()


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _latest_letter(person: Person) -> Letter | None:
    own = Letter.objects.filter(person=person, holder=None, kind__in=_WITH_CODE, corrected_by=None)
    return own.filter(_is_going_on()).select_related("round", "offer__person").order_by("-pk").first()


def _is_going_on() -> Q:
    """Condition on a row with ``round`` and ``offer``: the round or the offer is open."""
    today = clock.today()
    round = Q(round__closes_on__gte=today, round__closed_at=None, round__isnull=False)
    return round | Q(offer__status=Offer.Status.OPEN, offer__answer_by__gte=today)


def _end(person: Person, letter: Letter | None, why: LetterCode.Ended) -> int:
    """``letter``: only the code of its round or offer."""
    in_force = LetterCode.objects.filter(person=person, ended_at=None)
    if letter is not None:
        in_force = in_force.filter(round=letter.round, offer=letter.offer)
    return in_force.update(ended_at=clock.now(), ended_why=why)


def _make(round: ChoiceRound, persons: Iterable[int]) -> dict[int, str]:
    """Person id → code in printed form."""
    printed: dict[int, str] = {}
    left = iter(persons)
    while some := list(islice(left, 1000)):
        made = {pk: codes.new_code() for pk in some}
        # A valid code without a letter is useless.
        LetterCode.objects.filter(round=round, person__in=some, ended_at=None).update(
            ended_at=clock.now(), ended_why=Ended.REISSUED
        )
        LetterCode.objects.bulk_create(
            LetterCode(person_id=pk, round=round, digest=codes.digest(code)) for pk, code in made.items()
        )
        printed |= {pk: codes.for_print(code) for pk, code in made.items()}
    return printed


def _printed_and_in_force(round: ChoiceRound, persons: list[int]) -> dict[int, str]:
    in_force = dict(
        LetterCode.objects.filter(round=round, person__in=persons, ended_at=None).values_list("person", "digest")
    )
    own = Letter.objects.filter(round=round, person__in=list(in_force), holder=None, kind__in=_WITH_CODE)
    written = own.exclude(facts__code="").order_by("pk").values_list("person", "facts__code")
    return {pk: code for pk, code in written if code and codes.digest(codes.parse(code)) == in_force[pk]}
