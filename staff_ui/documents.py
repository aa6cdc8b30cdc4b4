"""Protocols and extracts as PDF: tagged, with a title and a language."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string


def pdf_of(template: str, context: Mapping[str, Any]) -> bytes:
    """``template`` extends ``documents/base.html``. No network and no other files than the static ones."""
    # Imported here: WeasyPrint needs Pango, and takes a second.
    import weasyprint

    from letters.pdf import StaticFetcher

    html = render_to_string(template, dict(context))
    document = weasyprint.HTML(string=html, url_fetcher=StaticFetcher()).render(pdf_variant="pdf/ua-1")
    # As it is written in the template, with line breaks and indents, a reader would show it in the window's bar.
    document.metadata.title = " ".join(document.metadata.title.split())
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return content
