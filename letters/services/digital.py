"""Delivery to digital mailboxes: only with consent, and never for protected people."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from common import clock
from letters import files
from letters.addressees import faults_by_letter, lock_addressees
from letters.facts.common import mail_address, sort_postcode
from letters.mailbox import Message, TooLarge, gateway
from letters.models import DigitalMailbox, Letter


@transaction.atomic
def set_digital_mailbox(*, person: Person, wanted: bool, actor: Actor) -> DigitalMailbox:
    """Set whether a person wants letters in a digital mailbox or on paper."""
    actor.require(Right.REGISTER_CHOICE)
    box, _created = DigitalMailbox.objects.select_for_update().get_or_create(person=person)
    box.opted_out_at = None if wanted else clock.now()
    box.save(update_fields=["opted_out_at"])
    record(actor=actor, action="mailbox.opt_in" if wanted else "mailbox.opt_out", person_reference=person.reference)
    return box


@transaction.atomic
def deliver_digitally(*, letter: Letter, actor: Actor) -> Letter:
    """Send a rendered letter to its digital mailbox, once. A letter that cannot go that way goes on paper, or is
    held.

    Raises:
        MailboxError: the gateway did not accept it; retried later.
    """
    actor.require(Right.MAKE_LETTERS)
    letter = Letter.objects.select_for_update(of=("self",)).select_related("person").get(pk=letter.pk)
    if letter.delivery or letter.route != Letter.Route.DIGITAL or letter.rendered_at is None:
        return letter
    own = Letter.objects.filter(pk=letter.pk)
    # Locked until sent: nobody becomes protected, dies or moves meanwhile.
    lock_addressees(own)
    person, way = Person.objects.select_related("digital_mailbox").get(pk=letter.person_id), gateway()
    if wrong := faults_by_letter(own):
        return _reroute(letter, Letter.Route.HOLD, wrong[letter.pk], actor)
    if way is None or letter.holder_id is not None or person.digital_mailbox.opted_out_at is not None:
        return _to_paper(letter, actor)
    content = files.media(letter.file_name).read_bytes()
    # In the letter's language, independent of the sender's.
    with translation.override(letter.facts["language"]):
        subject = _("Du har fått ett brev från kommunen")
    message = Message(
        reference=letter.reference,
        recipient=person.identity_number,
        sender=letter.facts["municipality"]["name"],
        subject=subject,
        pdf=content,
    )
    try:
        letter.delivery = way.send(message)
    except TooLarge:
        return _to_paper(letter, actor)
    letter.posted_on = clock.today()
    letter.save(update_fields=["delivery", "posted_on"])
    record(
        actor=actor,
        action="letter.deliver",
        person_reference=person.reference,
        object_reference=letter.reference,
        data={"receipt": letter.delivery},
    )
    return letter


def _to_paper(letter: Letter, actor: Actor) -> Letter:
    address = mail_address(letter.person)
    if not address.is_usable:
        return _reroute(letter, Letter.Route.HOLD, gettext_noop("Adressen saknas eller är inte hel."), actor)
    letter.sort_postcode = sort_postcode(address)
    return _reroute(letter, Letter.Route.PRINT, "", actor)


def _reroute(letter: Letter, route: Letter.Route, reason: str, actor: Actor) -> Letter:
    letter.route, letter.hold_reason = route, reason
    letter.save(update_fields=["route", "hold_reason", "sort_postcode"])
    record(
        actor=actor,
        action="letter.reroute",
        person_reference=letter.person.reference,
        object_reference=letter.reference,
        data={"route": route},
    )
    return letter
