"""Texts of letters: from files and from people to versioned rows. Each change is approved by a second person."""

import datetime
import functools
import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.wording import HOW, ORIGIN, PLACE, WHY_NOT
from audit.services import record
from common import clock
from letters.content import ContentError, compose
from letters.models import AppealRule, Language, LetterKind, LetterText
from letters.samples import samples
from providers.wording import IF_YOU_DO_NOTHING

_TEXTS = Path(__file__).resolve().parent.parent / "texts"

# Common blocks of each kind, by prefix of the name.
_ALWAYS = ("label.", "contact.", "copy.", "correction.")
_COMMON: dict[str, tuple[str, ...]] = {
    LetterKind.INVITATION: ("same.", "no_answer."),
    LetterKind.REMINDER: ("no_answer.",),
    LetterKind.RECEIPT: ("why.",),
    LetterKind.DECISION: (
        *("same.", "do.", "disagree.", "appeal.", "decided.", "why.", "wish.", "queue.", "why_not.", "no_answer."),
        *("origin.", "first.", "role."),
    ),
    LetterKind.QUEUE: ("disagree.", "wish.", "queue.", "why_not.", "origin."),
    LetterKind.OFFER: ("same.",),
    LetterKind.EXPIRED: ("do.title",),
    LetterKind.EXIT: ("same.",),
    LetterKind.NEW_START: ("same.", "first.", "appeal.", "decided.by_department", "decided.basis"),
    LetterKind.CORRECTION: ("do.title",),
    LetterKind.SURVEY: (),
}
# Facts of every letter.
_ANYWHERE = frozenset(
    {"name", "reference", "municipality", "department", "committee", "phone", "hours", "website", "return_address"}
)


@transaction.atomic
def load_texts(*, actor: Actor) -> list[LetterText]:
    """Load the texts that came with the product as the newest versions. Idempotent.

    A text changed by the municipality is kept. Letters sent keep their own version.
    """
    actor.require(Right.MAKE_LETTERS)
    return [_load(kind, language, actor) for kind in LetterKind for language in Language]


def _load(kind: LetterKind, language: Language, actor: Actor) -> LetterText:
    blocks = blocks_from_files(kind, language)
    newest = LetterText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if newest and (newest.blocks == blocks or newest.proposed_by_id is not None):
        return newest
    text = LetterText.objects.create(
        kind=kind,
        language=language,
        version=newest.version + 1 if newest else 1,
        blocks=blocks,
        valid_from=clock.today() if newest else LetterText._meta.get_field("valid_from").default,
        approved_at=clock.now(),
    )
    record(actor=actor, action="letter_text.load", object_reference=str(text))
    return text


@transaction.atomic
def propose_text(
    *, kind: str, language: str, blocks: Mapping[str, str], valid_from: datetime.date, actor: Actor
) -> LetterText:
    """Propose a new version, to be approved by somebody else. It must have every block and fit every sample letter.

    Raises:
        ValidationError: a block is missing, unknown or empty, or uses a fact that letters of the kind do not have.
    """
    actor.require(Right.MANAGE_TEXTS)
    faults = text_faults(kind=kind, blocks=blocks, language=language)
    if valid_from < clock.today():
        faults.append(_("Texten kan gälla tidigast från i dag."))
    if faults:
        raise ValidationError(faults)
    # Serialised, since versions are numbered.
    newest = list(LetterText.objects.select_for_update().filter(kind=kind, language=language).order_by("-version"))[:1]
    text = LetterText.objects.create(
        kind=kind,
        language=language,
        version=newest[0].version + 1 if newest else 1,
        blocks=dict(blocks),
        valid_from=valid_from,
        proposed_by_id=actor.user_id,
    )
    record(actor=actor, action="letter_text.propose", object_reference=str(text))
    return text


@transaction.atomic
def propose_appeal_rule(
    *, kind: str, legal_basis: str, appealable: bool, court: str, valid_from: datetime.date, actor: Actor
) -> AppealRule:
    """Propose whether and where a kind of letter may be appealed."""
    actor.require(Right.MANAGE_TEXTS)
    rule = AppealRule(
        kind=kind,
        legal_basis=legal_basis,
        appealable=appealable,
        court=court,
        valid_from=valid_from,
        proposed_by_id=actor.user_id,
    )
    rule.full_clean()
    rule.save()
    record(actor=actor, action="appeal_rule.propose", object_reference=str(rule), data={"appealable": appealable})
    return rule


@transaction.atomic
def approve(*, proposal: LetterText | AppealRule, actor: Actor) -> None:
    """Approve a text or an appeal rule: it holds from its day, or from today if that day has passed. Four eyes: not by
    the person who proposed it.

    Raises:
        ValidationError: decided already, one's own, or the text does not fit the letters any more.
    """
    actor.require(Right.APPROVE_TEXTS)
    locked = _decide(proposal)
    if actor.is_same_human(locked.proposed_by_id):
        raise ValidationError(_("Du har själv gjort förslaget. En annan person måste godkänna det."))
    if isinstance(locked, LetterText) and (
        faults := text_faults(kind=locked.kind, language=locked.language, blocks=locked.blocks)
    ):
        raise ValidationError(faults)
    locked.valid_from = max(locked.valid_from, clock.today())
    locked.approved_at, locked.approved_by_id = clock.now(), actor.user_id
    locked.save(update_fields=["valid_from", "approved_at", "approved_by"])
    record(actor=actor, action=f"{locked._meta.model_name}.approve", object_reference=str(locked))


@transaction.atomic
def reject(*, proposal: LetterText | AppealRule, actor: Actor) -> None:
    """Reject a proposal; one's own too."""
    actor.require(Right.MANAGE_TEXTS)
    locked = _decide(proposal)
    locked.rejected_at = clock.now()
    locked.save(update_fields=["rejected_at"])
    record(actor=actor, action=f"{locked._meta.model_name}.reject", object_reference=str(locked))


def _decide(proposal: LetterText | AppealRule) -> Any:
    locked = type(proposal).objects.select_for_update().get(pk=proposal.pk)
    if not locked.is_open:
        raise ValidationError(_("Förslaget är redan godkänt eller avslaget."))
    return locked


def text_faults(*, kind: str, language: str, blocks: Mapping[str, str]) -> list[str]:
    """Faults of a text, in words."""
    wanted = blocks_from_files(kind, language)
    faults = [_("Stycket %(name)s saknas eller är tomt.") % {"name": name} for name in wanted if not blocks.get(name)]
    faults += [_("Stycket %(name)s används inte.") % {"name": name} for name in blocks if name not in wanted]
    if faults:
        return faults
    for name, text in blocks.items():
        try:
            used = _placeholders(text)
        except ValueError:
            used = {"{"}
        if unknown := sorted(used - _placeholders(wanted[name]) - _ANYWHERE):
            faults.append(
                _("Stycket %(name)s kan inte innehålla %(facts)s.")
                % {"name": name, "facts": ", ".join(f"{{{fact}}}" for fact in unknown)}
            )
    return faults or _unfit(kind, language, blocks)


def _unfit(kind: str, language: str, blocks: Mapping[str, str]) -> list[str]:
    for facts in samples(kind, language):
        try:
            compose(facts=facts, blocks=blocks)
        except ContentError as error:
            return [_("Ett stycke använder en uppgift som inte finns: %(error)s.") % {"error": error}]
    return []


def _placeholders(text: str) -> set[str]:
    """Raises ``ValueError`` for anything but plain names: a format could make one fact fill the memory."""
    found = set()
    for _literal, name, format, conversion in string.Formatter().parse(text):
        if format or conversion or (name is not None and not name.isidentifier()):
            raise ValueError(name)
        if name is not None:
            found.add(name)
    return found


def blocks_from_files(kind: str, language: str) -> dict[str, str]:
    """Blocks used by letters of a kind, as they came with the product."""
    texts = _file(language)
    used = (*_ALWAYS, *_COMMON[kind])
    common = texts["common"]
    if language == "sv":
        # The Swedish sentences on rules and reasons are those of the web pages. The other languages have theirs in
        # the file, so that letters never depend on compiled catalogues; a test compares the two.
        common = common | _shared()
    own = {name: text for name, text in common.items() if name.startswith(used)}
    if kind == LetterKind.DECISION:
        own |= {name: text for name, text in common.items() if name.startswith("how.")}
    return own | texts[kind]


@functools.cache
def _file(language: str) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads((_TEXTS / f"{language}.json").read_text())
    return texts


def _shared() -> dict[str, str]:
    groups: dict[str, dict[str, Promise]] = {
        "why_not": WHY_NOT,
        "origin": ORIGIN,
        "queue": PLACE,
        "how": HOW,
        "no_answer": IF_YOU_DO_NOTHING,
    }
    with translation.override("sv"):
        return {f"{group}.{key}": str(words) for group, entries in groups.items() for key, words in entries.items()}
