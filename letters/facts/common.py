"""Facts shared by all letters: addressee, address, route, language.

Facts contain no identity number, except on the inner envelope of protected mail, and nothing about other members of
the household.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_noop as _

from allocation.models import Placement
from choices import identity
from choices.models import Mandate, MandateHolder, Person
from common import clock
from common.references import new_reference
from letters.address import Address, address_lines, inner_lines
from letters.arms import digest_in_use
from letters.content import SCHEMA
from letters.font import can_set
from letters.models import AppealRule, DigitalMailbox, Letter, LetterKind, LetterText, ReturnedLetter
from providers.known_words import in_readers_language
from providers.models import Municipality, Provider
from providers.selectors import municipality

# Sorts after all Swedish postcodes: mail abroad is last in the batch.
_ABROAD = "~"

# Holders who get a copy. A relative has no standing mandate: they act for one choice at a time.
_COPIED = (Mandate.Kind.PROXY, Mandate.Kind.GOD_MAN, Mandate.Kind.FORVALTARE, Mandate.Kind.FUTURE_PROXY)


# Fault of an address with characters outside the font. The Swedish post could not read them either.
NOT_SET = _("Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver.")


@dataclass(frozen=True)
class Draft:
    """A letter to be stored: cause, addressee, route, and facts."""

    kind: LetterKind
    person: Person
    cause: dict[str, Any]
    stack: str
    route: Letter.Route
    hold_reason: str
    sort_postcode: str
    facts: dict[str, Any]
    holder: MandateHolder | None = None
    version: int = 1
    corrects: Letter | None = None


@dataclass(frozen=True)
class Setting:
    """Facts shared by all letters of a kind on the day they are written."""

    kind: LetterKind
    municipality: Municipality
    texts: dict[str, LetterText]
    appeal: dict[str, Any]
    returned: frozenset[int]
    mailboxes: frozenset[int]
    # Digest of the municipality's arms, if letters have them.
    arms: str = ""
    day: datetime.date = field(default_factory=clock.today)

    @classmethod
    def of(cls, kind: LetterKind) -> "Setting":
        today = clock.today()
        in_use = LetterText.objects.in_use(today).filter(kind=kind)
        returns = ReturnedLetter.objects.filter(handled_at__isnull=True)
        boxes = DigitalMailbox.objects.filter(opted_out_at__isnull=True)
        return cls(
            kind=kind,
            municipality=municipality(),
            texts={text.language: text for text in in_use},
            appeal=_appeal(kind, today),
            returned=frozenset(returns.values_list("letter__person_id", flat=True)),
            mailboxes=frozenset(boxes.values_list("person_id", flat=True)),
            arms=digest_in_use(),
            day=today,
        )

    def draft(self, person: Person, *, stack: str, cause: dict[str, Any], facts: dict[str, Any]) -> Draft:
        """A letter to the person. ``facts`` are those of the kind; the shared ones are added."""
        address = mail_address(person)
        route, hold_reason = self._route(person, address)
        protected = route == Letter.Route.PROTECTED
        ordinary = route == Letter.Route.PRINT
        number = identity.for_display(person.identity_number) if protected else ""
        lines = inner_lines(person.given_name, person.family_name, number) if protected else address_lines(address)
        language = self.language_of(person)
        return Draft(
            kind=self.kind,
            person=person,
            cause=cause,
            stack=stack,
            route=route,
            hold_reason=hold_reason,
            sort_postcode=sort_postcode(address) if ordinary else "",
            facts=self.shared(language)
            | {
                "reference": new_reference(),
                "language": language,
                "name": person.full_name,
                "address": lines,
                "sort_town": address.town if ordinary else "",
            }
            | facts,
        )

    def language_of(self, person: Person) -> str:
        """Swedish for readers of languages without texts."""
        return person.language if person.language in self.texts else "sv"

    def words(self, text: str, language: str) -> str:
        """A text of the municipality in the letter's language, if it has a translation."""
        with translation.override(language):
            return in_readers_language(text) or text

    def shared(self, language: str = "sv") -> dict[str, Any]:
        """Facts of every letter of the day."""
        own = self.municipality
        return {
            "schema": SCHEMA,
            "kind": self.kind.value,
            "letter_date": self.day.isoformat(),
            "envelope": settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE],
            "diary_number": "",
            "arms": self.arms,
            "appeal": self.appeal,
            "copy": None,
            "corrects": None,
            "municipality": {
                "name": own.name,
                "department": self.words(own.department, language),
                "committee": own.committee,
                "phone": own.phone,
                "phone_hours": self.words(own.phone_hours, language),
                "website": own.website,
                "email": own.email,
                "return_address": [line.strip() for line in own.return_address.splitlines() if line.strip()],
            },
        }

    def _route(self, person: Person, address: Address) -> tuple[Letter.Route, str]:
        if person.deceased_on:
            return Letter.Route.HOLD, _("Personen är avliden.")
        if person.merged_into_id:
            return Letter.Route.HOLD, _("Personen har fått ett nytt nummer.")
        if not can_set(" ".join([person.full_name, *address_lines(address)])):
            return Letter.Route.HOLD, NOT_SET
        if person.is_protected:
            return Letter.Route.PROTECTED, ""
        if person.pk in self.mailboxes:
            return Letter.Route.DIGITAL, ""
        if person.pk in self.returned:
            return Letter.Route.HOLD, _("Ett tidigare brev har kommit tillbaka.")
        if not address.is_usable:
            return Letter.Route.HOLD, _("Adressen saknas eller är inte hel.")
        return Letter.Route.PRINT, ""


def with_copies(drafts: Iterable[Draft], day: datetime.date) -> Iterator[Draft]:
    """Each draft, followed by its copies to holders with a mandate that day."""
    given = list(drafts)
    holders: dict[int, list[MandateHolder]] = {}
    valid = MandateHolder.objects.filter(
        models.Q(mandate__valid_until__isnull=True) | models.Q(mandate__valid_until__gt=day),
        mandate__person__in=[draft.person.pk for draft in given],
        mandate__kind__in=_COPIED,
        mandate__valid_from__lte=day,
    )
    for holder in valid.select_related("mandate").order_by("pk"):
        holders.setdefault(holder.mandate.person_id, []).append(holder)
    for draft in given:
        yield draft
        if draft.person.deceased_on is None and draft.person.merged_into_id is None:
            yield from (_copy(draft, holder) for holder in holders.get(draft.person.pk, []))


def without_codes(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """No sign-in code on copies, and none in mail that goes through the tax agency."""
    for draft in drafts:
        if draft.holder or draft.person.is_protected:
            draft.facts.update(code="", url="")
        yield draft


def _copy(draft: Draft, holder: MandateHolder) -> Draft:
    address = copy_address(holder)
    route, why = Letter.Route.PRINT, ""
    if draft.person.is_protected:
        # The subject must not be visible in ordinary mail: sent by a named member of staff.
        route, why = Letter.Route.HOLD, _("Kopian gäller någon med skyddade uppgifter. Skicka den för hand.")
    elif not can_set(" ".join(address_lines(address))):
        route, why = Letter.Route.HOLD, NOT_SET
    elif not address.is_usable:
        route, why = Letter.Route.HOLD, _("Företrädarens adress saknas eller är inte hel.")
    ordinary = route == Letter.Route.PRINT
    return Draft(
        kind=draft.kind,
        person=draft.person,
        cause=draft.cause,
        stack=draft.stack,
        route=route,
        hold_reason=why,
        sort_postcode=sort_postcode(address) if ordinary else "",
        facts=draft.facts
        | {
            "reference": new_reference(),
            "address": address_lines(address),
            "sort_town": address.town if ordinary else "",
            "copy": {"kind": holder.mandate.kind},
        },
        holder=holder,
        version=draft.version,
    )


def current_providers(persons: Iterable[int], day: datetime.date) -> dict[int, Provider]:
    """Current provider of each person on ``day``."""
    found = Placement.objects.on(day).filter(person__in=persons).select_related("contract__provider")
    return {placement.person_id: placement.contract.provider for placement in found}


def provider_facts(provider: Provider) -> dict[str, str]:
    return {"code": provider.code, "name": provider.name, "phone": provider.phone}


def mail_address(person: Person) -> Address:
    """Mail address if there is one, otherwise the home."""
    own_mail = any((person.mail_street, person.mail_postal_code, person.mail_town))
    if own_mail:
        return Address(
            given_name=person.given_name,
            family_name=person.family_name,
            care_of=person.mail_care_of,
            street=person.mail_street,
            postal_code=person.mail_postal_code,
            town=person.mail_town,
            country="" if person.mail_country.strip().lower() in ("sverige", "sweden") else person.mail_country,
        )
    return Address(
        given_name=person.given_name,
        family_name=person.family_name,
        care_of=person.care_of,
        street=person.street,
        postal_code=person.postal_code,
        town=person.town,
    )


def copy_address(holder: MandateHolder) -> Address:
    """Address for a holder's copy. A protected holder's is never printed: the copy is held, like one without an
    address.
    """
    address = Address(given_name="", family_name=holder.name)
    if holder.is_protected:
        return address
    return replace(address, street=holder.street, postal_code=holder.postal_code, town=holder.town)


def sort_postcode(address: Address) -> str:
    code = "".join(address.postal_code.split())
    return f"{_ABROAD}{code}"[:10] if address.country else code


def _appeal(kind: LetterKind, day: datetime.date) -> dict[str, Any]:
    approved = AppealRule.objects.filter(kind=kind, approved_at__isnull=False, valid_from__lte=day)
    rule = approved.order_by("-valid_from", "-id").first()
    if rule is None:
        return {"appealable": False, "legal_basis": "", "court": ""}
    return {"appealable": rule.appealable, "legal_basis": rule.legal_basis, "court": rule.court}
