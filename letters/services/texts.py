"""The texts of letters: from files to versioned rows."""

import json
from pathlib import Path

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from accounts.actors import Actor
from accounts.roles import Right
from allocation.wording import HOW, WHY_NOT
from audit.services import record
from letters.models import LetterKind, LetterText
from providers.wording import IF_YOU_DO_NOTHING

LANGUAGES = ("sv", "fi", "en")
_TEXTS = Path(__file__).resolve().parent.parent / "texts"


@transaction.atomic
def load_texts(*, actor: Actor) -> list[LetterText]:
    """Make the newest version of each language's text what the files say. Loading twice adds nothing.

    A changed file becomes a new version: what has been sent keeps its own. The appeal notice is the municipality's
    choice and is carried over.
    """
    actor.require(Right.MAKE_LETTERS)
    return [_load(LetterKind.DECISION, language, actor) for language in LANGUAGES]


def _load(kind: LetterKind, language: str, actor: Actor) -> LetterText:
    blocks = blocks_from_files(kind, language)
    newest = LetterText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if newest and newest.blocks == blocks:
        return newest
    text = LetterText.objects.create(
        kind=kind,
        language=language,
        version=newest.version + 1 if newest else 1,
        blocks=blocks,
        appeal=newest.appeal if newest else False,
    )
    record(actor=actor, action="letter_text.load", object_reference=f"{kind} {language} {text.version}")
    return text


def blocks_from_files(kind: str, language: str) -> dict[str, str]:
    blocks: dict[str, str] = json.loads((_TEXTS / f"{kind}.{language}.json").read_text())
    # The Swedish sentences about rules and reasons are those of the web pages. The other languages have theirs in the
    # file, so that a letter never depends on whether a catalogue has been compiled; a test holds the two together.
    return _shared() | blocks if language == "sv" else blocks


def _shared() -> dict[str, str]:
    groups: dict[str, dict[str, Promise]] = {"why_not": WHY_NOT, "how": HOW, "no_answer": IF_YOU_DO_NOTHING}
    with translation.override("sv"):
        return {f"{group}.{key}": str(words) for group, entries in groups.items() for key, words in entries.items()}
