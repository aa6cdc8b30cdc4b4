"""Reports and extracts as PDF: tagged, with a title and a language."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string


def pdf_of(template: str, context: Mapping[str, Any]) -> bytes:
    """``template`` extends ``documents/base.html``. Loads static files only, no network."""
    # Imported here: WeasyPrint needs Pango, and takes a second.
    from common.pdf import render_pdf

    return render_pdf(render_to_string(template, dict(context)))[0]
