"""Storage of drafts as letters. The unique constraint makes it idempotent."""

from collections.abc import Iterable
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common import clock
from letters.facts.common import Draft
from letters.layout import LAYOUT_VERSION
from letters.models import Letter, LetterKind, LetterText

_CHUNK = 1000


def require_text(kind: LetterKind) -> None:
    """Raise ValidationError unless there is an approved Swedish text, the fallback of all languages."""
    if not LetterText.objects.in_use(clock.today()).filter(kind=kind, language="sv").exists():
        raise ValidationError(_("Det finns ingen brevtext. Läs in brevtexterna först."))


def store(drafts: Iterable[Draft], kind: LetterKind) -> list[Letter]:
    """Store the letters that do not exist yet. Returns those that were added."""
    texts = {text.language: text for text in LetterText.objects.in_use(clock.today()).filter(kind=kind)}
    added: list[Letter] = []
    letters = (_letter(draft, texts) for draft in drafts)
    while chunk := list(islice(letters, _CHUNK)):
        Letter.objects.bulk_create(chunk, ignore_conflicts=True)
        # Drafts whose letter existed already have a reference that is not in the table.
        references = [letter.reference for letter in chunk]
        added += Letter.objects.filter(reference__in=references).select_related("person").defer("facts")
    return added


def _letter(draft: Draft, texts: dict[str, LetterText]) -> Letter:
    language = draft.facts["language"]
    return Letter(
        reference=draft.facts["reference"],
        kind=draft.kind,
        person=draft.person,
        holder=draft.holder,
        version=draft.version,
        corrects=draft.corrects,
        **draft.cause,
        route=draft.route,
        hold_reason=draft.hold_reason,
        language=language,
        text=texts[language],
        layout_version=LAYOUT_VERSION,
        facts=draft.facts,
        stack=draft.stack,
        sort_postcode=draft.sort_postcode,
        created_at=clock.now(),
    )
