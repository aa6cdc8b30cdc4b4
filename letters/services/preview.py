"""Previews: a text on sample or real facts, a sheet that shows the window, a cover sheet."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.references import reference_from
from letters import samples
from letters.address import FORWARDING
from letters.arms import digest_in_use
from letters.content import Content, Section, compose
from letters.layout import LAYOUT_VERSION
from letters.models import Letter, LetterText
from providers.selectors import municipality


def preview(*, text: LetterText, actor: Actor, extreme: bool = False, letter: Letter | None = None) -> bytes:
    """The text as a PDF: on sample facts, ordinary or the longest, or on those of an existing letter.

    The caller logs the access to ``letter``.

    Raises:
        ValidationError: the letter is of another kind or language.
    """
    actor.require(Right.APPROVE_TEXTS)
    from letters.pdf import letter_pdf

    if letter and (letter.kind, letter.language) != (text.kind, text.language):
        raise ValidationError(_("Brevet är av ett annat slag eller på ett annat språk."))
    made_up = samples.extreme if extreme else samples.ordinary
    facts = letter.facts if letter else made_up(text.kind, text.language) | {"arms": digest_in_use()}
    return letter_pdf(facts=facts, blocks=text.blocks, layout_version=LAYOUT_VERSION)[0]


def print_test_sheet(*, actor: Actor) -> bytes:
    """The longest sample letter with the envelope's window drawn on it, to check the fit in an envelope."""
    actor.require(Right.MAKE_LETTERS)
    from letters.pdf import set_pages
    from letters.services.texts import blocks_from_files

    facts = samples.extreme("correction", "sv") | {"copy": None, "corrects": None, "arms": digest_in_use()}
    content = compose(facts=facts, blocks=blocks_from_files("correction", "sv"))
    return set_pages(facts=facts, content=content, layout_version=LAYOUT_VERSION, outline=True)[0]


def print_cover_sheet(*, letters: Sequence[Letter], actor: Actor) -> bytes:
    """For the outer envelope to the tax agency, which forwards sealed letters to people with protected identity.

    Lists the enclosed letters by reference, without names: the number is on each inner envelope.

    Raises:
        ValidationError: there are no letters.
    """
    actor.require(Right.SEE_PROTECTED)
    from letters.pdf import set_pages

    if not letters:
        raise ValidationError(_("Det finns inga brev att skicka."))
    references = sorted(letter.reference for letter in letters)
    own = municipality()
    back = ", ".join(line.strip() for line in own.return_address.splitlines() if line.strip())
    sender = {"name": own.name, "department": own.department}
    facts: dict[str, Any] = {
        "reference": reference_from(hashlib.sha256("\n".join(references).encode()).digest()),
        "language": "sv",
        "letter_date": clock.today().isoformat(),
        "name": str(len(references)),
        "address": list(FORWARDING),
        "diary_number": "",
        "envelope": settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE],
        "municipality": sender,
    }
    content = Content(
        title="Brev att förmedla",
        lead="I kuvertet ligger förslutna brev till personer med skyddade personuppgifter. "
        "Vi ber er att förmedla dem. Personnumret står på varje brev.",
        sections=[
            Section("Breven", [], references),
            Section("Om ett brev inte kan förmedlas", [f"Skicka det till {back}."]),
        ],
        closing=[],
        labels={"date": "Datum", "reference": "Referens", "for": "Antal brev", "page": "Sida", "of": "av"},
        date=clock.today().isoformat(),
    )
    return set_pages(facts=facts, content=content, layout_version=LAYOUT_VERSION)[0]
