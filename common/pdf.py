"""HTML to PDF by WeasyPrint. Import it only where a PDF is made: WeasyPrint needs Pango, and takes a second."""

import base64
import functools
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import weasyprint
from fontTools.ttLib import woff2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from common.documents import RenderError, static_file

PDF_UA = "pdf/ua-1"
# Pango's lists and Fontconfig's settings are not made for several threads: with six of them lists were corrupted.
one_at_a_time = RLock()
_PICTURE = "data:image/png;base64,"


class StaticFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the project's static files as ``static:///path``, and pictures within the document. No network, no other
    file.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("static", "data"), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(_PICTURE):
            return URLFetcherResponse(url, body=base64.b64decode(url.removeprefix(_PICTURE)))
        parts = urlsplit(url)
        if parts.scheme != "static" or parts.netloc:
            raise ValueError(f"a document may only use static files, not {parts.scheme}:")
        path = static_file(unquote(parts.path).lstrip("/"))
        return URLFetcherResponse(url, body=_opened(path) if path.suffix == ".woff2" else path.read_bytes())


@functools.cache
def _opened(path: Path) -> bytes:
    """The font as TrueType. WeasyPrint would decompress it for each document, which takes half a second for two."""
    target = io.BytesIO()
    with path.open("rb") as file:
        woff2.decompress(file, target)
    return target.getvalue()


def open_font(name: str) -> None:
    """Decompress a static font now: processes that fork from this one have it."""
    _opened(static_file(name))


@functools.cache
def _fetcher() -> StaticFetcher:
    """One for all documents: it keeps nothing of them."""
    return StaticFetcher()


class _PlainHTML(weasyprint.HTML):  # type: ignore[misc]
    """A page without the user-agent style sheet: matching a browser's hundreds of rules takes a seventh of the time.

    A page that is XML as well is parsed as such, in compiled code: the forgiving parser takes a twentieth of the time.
    """

    def __init__(self, *, string: str, url_fetcher: URLFetcher) -> None:
        try:
            # By our own templates, which escape what others wrote.
            tree = ElementTree.fromstring(string)  # noqa: S314
        except ElementTree.ParseError:
            super().__init__(string=string, url_fetcher=url_fetcher)
            return
        self.base_url, self.url_fetcher, self.media_type = None, url_fetcher, "print"
        self.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return []


class _Written:
    """Object of a PDF as it is written. pydyf asks each object for its bytes twice, to write them and to hash them."""

    def __init__(self, made: Any) -> None:
        self.number, self.generation, self.free, self.offset = made.number, made.generation, made.free, made.offset
        self.compressible, self.data = made.compressible, made.data

    @property
    def indirect(self) -> bytes:
        return b"%d %d obj\n%b\nendobj" % (self.number, self.generation, self.data)


def render_pdf(
    html: str,
    *,
    variant: str = PDF_UA,
    identifier: str | None = None,
    finish: Callable[[Any, Any], None] | None = None,
    plain: bool = False,
    styles: Sequence[Any] = (),
    fonts: FontConfiguration | None = None,
    profiles: Mapping[str, Any] | None = None,
) -> tuple[bytes, int]:
    """The PDF and its number of pages: tagged, with language and title. No network, and no file but the static ones.
    The threads of a process wait for each other.

    ``identifier``: with the same one, equal HTML gives equal bytes. ``finish``: gets the document and the PDF before it
    is written. ``plain``: without a browser's own styles. ``styles``, ``fonts``, ``profiles``: the document's own.

    Raises:
        RenderError: the PDF cannot be made.
    """
    kind = _PlainHTML if plain else weasyprint.HTML
    target = io.BytesIO()
    with one_at_a_time:
        try:
            document = kind(string=html, url_fetcher=_fetcher()).render(
                font_config=fonts, stylesheets=list(styles), pdf_variant=variant, color_profiles=profiles
            )
            # As it is written in a template, with line breaks and indents, a reader would show it in the window's bar.
            if title := document.metadata.title:
                document.metadata.title = re.sub(r"\s*\n\s*", " ", title).strip()
            # With colour profiles of its own another one would be read for each document, and left open.
            more = {"output_intent": ""} if profiles else {}

            def write_once(document: Any, pdf: Any) -> None:
                if finish:
                    finish(document, pdf)
                pdf.objects = [each if each.free == "f" else _Written(each) for each in pdf.objects]

            document.write_pdf(
                target,
                finisher=write_once,
                pdf_variant=variant,
                pdf_identifier=identifier.encode() if identifier else None,
                **more,
            )
        except FatalURLFetchingError as error:
            raise RenderError(str(error)) from error
    return target.getvalue(), len(document.pages)
