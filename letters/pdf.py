"""Rendering of facts and text to a PDF: pure, equal inputs give equal bytes.

The PDF is PDF/A-2a (archive) and PDF/UA-1 (accessible): tagged, with language, title and embedded fonts.

Import it only where a PDF is made: WeasyPrint needs Pango. The parsed style sheet and the fonts are cached per
process.
"""

import functools
import importlib.resources
import io
from collections.abc import Mapping
from typing import Any

import weasyprint
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from common.documents import RenderError
from common.pdf import StaticFetcher, one_at_a_time, open_font, render_pdf
from letters import arms
from letters.content import Content, Facts, compose
from letters.content.blocks import locale_of
from letters.layout import LAYOUT_VERSION
from letters.paper_marks import first_page_marks, qr_svg, window_outline

_VARIANT = "pdf/a-2a"
_FONTS = ("fkui/fonts/Inter-Regular.woff2", "fkui/fonts/Inter-Bold.woff2")


def letter_pdf(*, facts: Facts, blocks: Mapping[str, str], layout_version: int) -> tuple[bytes, int]:
    """The PDF and its number of pages.

    Raises:
        ContentError: text and facts do not fit together.
        RenderError: the PDF cannot be made.
    """
    return set_pages(facts=facts, content=compose(facts=facts, blocks=blocks), layout_version=layout_version)


def set_pages(*, facts: Facts, content: Content, layout_version: int, outline: bool = False) -> tuple[bytes, int]:
    """The PDF from composed content. ``outline`` draws the envelope's window, for a test sheet.

    Raises:
        RenderError: the PDF cannot be made.
    """
    html = render_to_string(
        f"letters/letter_{layout_version}.html",
        {
            "facts": facts,
            "content": content,
            "lang": locale_of(facts["language"]),
            "sender": _sender(facts["municipality"]),
            "ways": _ways(facts["municipality"]),
            "arms": arms.data_url(facts.get("arms", "")),
            "qr": mark_safe(qr_svg(content.code_url, content.code_words)) if content.code else "",  # noqa: S308
        },
    )
    envelope = facts["envelope"]
    with one_at_a_time:
        style, fonts = _style(layout_version, *(envelope[name] for name in ("left", "top", "width", "height")))

    def finish(document: Any, pdf: Any) -> None:
        _claim_pdf_ua(document, pdf)
        page = pdf.objects[int(pdf.page_references[0].split()[0])]
        marks = first_page_marks(facts["reference"], envelope["folds"])
        stream = pdf.objects[int(page["Contents"].split()[0])].stream
        stream.append(marks)
        if outline:
            stream.append(window_outline(envelope))

    return render_pdf(
        html,
        variant=_VARIANT,
        identifier=facts["reference"],
        finish=finish,
        plain=True,
        styles=[style],
        fonts=fonts,
        profiles={"srgb": _srgb()},
    )


def _sender(municipality: Mapping[str, Any]) -> str:
    """Name and postal address, for the foot. A cover sheet has the name only."""
    return " · ".join([municipality["name"], *municipality.get("return_address", [])])


def _ways(municipality: Mapping[str, Any]) -> str:
    """E-mail and website, for the foot."""
    return " · ".join(way for name in ("email", "website") if (way := municipality.get(name)))


def open_fonts() -> None:
    """Decompress the fonts of letters."""
    for font in _FONTS:
        open_font(font)


def warm_up() -> None:
    """Load style sheet, fonts and templates before the first letter."""
    envelope = settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE]
    _style(LAYOUT_VERSION, *(envelope[name] for name in ("left", "top", "width", "height")))
    get_template(f"letters/letter_{LAYOUT_VERSION}.html")


@functools.cache
def _style(layout_version: int, left: int, top: int, width: int, height: int) -> tuple[Any, FontConfiguration]:
    """Cached style sheet with its fonts: most of the time of a first letter."""
    fonts = FontConfiguration()
    # Date and reference are beside the window, on the side with room.
    beside = left + width + 10
    meta_left, meta_width = (beside, 190 - beside) if left < 80 else (20, left - 30)
    css = render_to_string(
        f"letters/letter_{layout_version}.css",
        {
            "window": {"left": left, "top": top, "width": width, "height": height},
            "meta_left": meta_left,
            "meta_width": meta_width,
        },
    )
    try:
        return weasyprint.CSS(string=css, font_config=fonts, url_fetcher=StaticFetcher()), fonts
    except FatalURLFetchingError as error:
        raise RenderError(str(error)) from error


def _srgb() -> ColorProfile:
    """Colour profile required in an archived PDF; the one that comes with WeasyPrint."""
    return ColorProfile(io.BytesIO(_srgb_bytes()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@functools.cache
def _srgb_bytes() -> bytes:
    return (importlib.resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


# WeasyPrint claims one standard at a time. Its PDF/A-2a is already tagged, with title and language, so only the claim
# of PDF/UA-1 is missing; PDF/A requires a description of the property (ISO 19005-2, 6.6.2.3).
_PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification\
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289\
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""


def _claim_pdf_ua(document: Any, pdf: Any) -> None:
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    end = b"</rdf:RDF>"
    metadata.stream = [part.replace(end, _PDF_UA + end) for part in metadata.stream]
