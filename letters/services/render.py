"""Rendering of a letter's PDF, once."""

from django.db import transaction

from common import clock
from common.documents import RenderError
from letters import files
from letters.models import Letter


@transaction.atomic
def render_letter(*, letter_id: int) -> Letter:
    """Write the PDF of a letter. Idempotent by stored state: does nothing if there is a PDF already.

    A lost file is rendered again and must be identical.

    Raises:
        RenderError: the letter is not to be sent, or the PDF cannot be made (again).
    """
    # Imported here, so that the site starts on a machine without Pango.
    from letters.pdf import letter_pdf

    letter = Letter.objects.select_for_update(of=("self",)).select_related("text").get(pk=letter_id)
    path = files.media(letter.file_name)
    if letter.rendered_at and path.exists():
        return letter
    if letter.route == Letter.Route.HOLD:
        raise RenderError(f"letter {letter.reference} is held")
    content, pages = letter_pdf(facts=letter.facts, blocks=letter.text.blocks, layout_version=letter.layout_version)
    sha256 = files.sha256(content)
    if letter.rendered_at and letter.sha256 != sha256:
        raise RenderError(f"letter {letter.reference} was rendered before and would now be another: restore its file")
    files.write(letter.file_name, content)
    if not letter.rendered_at:
        letter.rendered_at, letter.pages, letter.sha256 = clock.now(), pages, sha256
        letter.save(update_fields=["rendered_at", "pages", "sha256"])
    return letter
