"""Crawler: follows every link of the site and reads each answer, files included."""

import functools
import io
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pikepdf
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.long_form import LONG

# Limit on requests: more than this means an endless crawl.
MOST_PAGES = 800
# Limit on variants of one page (filters, sorting, days), beside those the crawl starts from.
MOST_OF_A_PAGE = 4
# Pages of one view, beside those it starts from.
MOST_OF_A_VIEW = MOST_PAGES if LONG else 6


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def crawl(client: Client, start: Iterable[str]) -> Iterator[tuple[str, HttpResponse, str]]:
    """Address, response and full text (headers too) of every page within the site, starting from ``start``."""
    waiting, seen = list(start), set(start)
    followed: Counter[str] = Counter()
    asked = 0
    while waiting:
        asked += 1
        assert asked <= MOST_PAGES, f"more than {MOST_PAGES} pages"
        address = waiting.pop(0)
        response = client.get(address)
        content = _content(response)
        yield address, response, _text(response, content)
        onward = [response["Location"]] if "Location" in response else []
        if response.get("Content-Type", "").startswith("text/html"):
            links = _Links()
            links.feed(content.decode())
            onward += links.found
        for link in onward:
            whole = urldefrag(urljoin(address, link)).url
            parts = urlsplit(whole)
            inside = not parts.scheme and not parts.netloc and not parts.path.startswith("/static/")
            if inside and whole not in seen:
                seen.add(whole)
                view = _view(parts.path)
                if followed[parts.path] < MOST_OF_A_PAGE and followed[view] < MOST_OF_A_VIEW:
                    followed.update((parts.path, view))
                    waiting.append(whole)


def _view(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return "not found"


def _content(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def _text(response: HttpResponse, content: bytes) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{text_of(content)}"


def text_of(content: bytes) -> str:
    """Readable text of an answer, in lower case. PDFs are parsed, workbooks unpacked."""
    text = content.decode(errors="replace")
    if content.startswith(b"%PDF"):
        text += _text_of_pdf(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            text += "\n".join(folder.read(name).decode(errors="replace") for name in folder.namelist())
    return text.lower()


@functools.cache
def _text_of_pdf(content: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            metadata = str(dict(pdf.docinfo))
    except pikepdf.PdfError:  # Letters in tests are only named .pdf
        return ""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode() + metadata
