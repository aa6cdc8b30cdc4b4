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
    content: bytes = weasyprint.HTML(string=html, url_fetcher=StaticFetcher()).write_pdf(pdf_variant="pdf/ua-1")
    return content
