"""Paper form as PDF/UA, with its reference as a code on each page. Imported late: WeasyPrint needs Pango."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from common.pdf import render_pdf
from letters.paper_marks import code_marks


def form_pdf(*, reference: str, context: Mapping[str, Any]) -> bytes:
    """The return address is where the envelope's window shows it when the form is folded.

    Raises:
        RenderError: a font is missing.
    """
    envelope = settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE]
    html = render_to_string("letters/choice_form.html", {**context, "window": envelope})
    marks = code_marks(reference)

    def finish(_document: Any, pdf: Any) -> None:
        # A separated sheet still carries the reference.
        for page_reference in pdf.page_references:
            page = pdf.objects[int(page_reference.split()[0])]
            pdf.objects[int(page["Contents"].split()[0])].stream.append(marks)

    return render_pdf(html, identifier=reference, finish=finish)[0]
