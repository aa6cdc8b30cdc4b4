"""Content of a letter: pure, from the frozen facts and the text's blocks. Layout is separate."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from letters.content import changes, choosing, decision, queue, survey
from letters.content.blocks import Card, Content, ContentError, Facts, LetterText, Section, notes

__all__ = ["SCHEMA", "Card", "Content", "ContentError", "Facts", "Section", "compose"]

SCHEMA = "letter/2"

_COMPOSERS: dict[str, Callable[[LetterText], Content]] = {
    "invitation": choosing.invitation,
    "reminder": choosing.reminder,
    "receipt": choosing.receipt,
    "decision": decision.decision,
    "queue": queue.queue,
    "offer": queue.offer,
    "expired": queue.expired,
    "exit": changes.provider_exit,
    "new_start": changes.new_start,
    "correction": changes.correction,
    "survey": survey.survey,
}


def compose(*, facts: Facts, blocks: Mapping[str, str]) -> Content:
    """Compose the whole letter in words.

    Raises:
        ContentError: a block is missing, or refers to a fact that does not exist.
    """
    words = LetterText(facts, blocks)
    content = _COMPOSERS[facts["kind"]](words)
    labels = {name: words(f"label.{name}") for name in ("date", "reference", "for", "diary", "page", "of")}
    return replace(content, labels=labels, date=words.date(facts["letter_date"]), notes=notes(words))
