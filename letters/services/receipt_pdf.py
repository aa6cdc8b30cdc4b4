"""Receipt as a download: the content of the letter, rendered on request and not stored."""

from django.db.models import QuerySet

from choices.models import Choice
from common import clock
from letters.facts.choosing import receipt_drafts
from letters.layout import LAYOUT_VERSION
from letters.models import LetterKind, LetterText


def receipt_text() -> QuerySet[LetterText]:
    """The Swedish text, if there is one."""
    return LetterText.objects.in_use(clock.today()).filter(kind=LetterKind.RECEIPT, language="sv")


def receipt_pdf(*, choice: Choice) -> bytes:
    """The PDF. ``choice`` comes with person, round, mandate and wishes__provider. Its reference is the receipt's.

    Raises:
        LetterText.DoesNotExist: there is no text (see ``receipt_text``).
        RenderError: the PDF cannot be made.
    """
    # Imported here, so that the site starts on a machine without Pango.
    from letters.pdf import letter_pdf

    draft = next(iter(receipt_drafts(choices=[choice])))
    # Not for an envelope: no address, and nothing of protected mail.
    facts = draft.facts | {"reference": choice.reference, "address": [draft.facts["name"]]}
    text = LetterText.objects.in_use(clock.today()).filter(kind=LetterKind.RECEIPT)
    blocks = {each.language: each.blocks for each in text}[facts["language"]]
    content, _pages = letter_pdf(facts=facts, blocks=blocks, layout_version=LAYOUT_VERSION)
    return content
