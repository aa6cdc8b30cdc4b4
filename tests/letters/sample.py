"""A letter's facts and texts without a database, and the words of a PDF with their positions."""

import functools
import io
import itertools
from typing import Any

import pdfplumber

from letters import samples
from letters.layout import LAYOUT_VERSION
from letters.models import Language, LetterKind
from letters.pdf import letter_pdf
from letters.services.texts import blocks_from_files

WINDOW = {"left": 110, "top": 47, "width": 85, "height": 30}
POINTS_A_MM = 72 / 25.4

APPEAL = {"appealable": True, "legal_basis": "socialtjänstlagen (2025:400)", "court": "Förvaltningsrätten i Stockholm"}


def facts(kind: str = "decision", language: str = "sv", **changes: Any) -> dict[str, Any]:
    provider = {"code": "bjorken", "name": "Björkens omsorg", "phone": "08-465 004 55"}
    own = {"provider": provider} if kind == "decision" else {}
    return samples.ordinary(kind, language) | own | changes


def pdf_of(given: dict[str, Any]) -> bytes:
    content, _ = letter_pdf(
        facts=given, blocks=blocks_from_files(given["kind"], given["language"]), layout_version=LAYOUT_VERSION
    )
    return content


# Every kind of letter, in every language, with ordinary and with extreme data.
CASES = list(itertools.product(LetterKind.values, Language.values, ("ordinary", "extreme")))


@functools.cache
def letter(kind: str, language: str, data: str) -> bytes:
    """Rendered once, read by many tests."""
    return pdf_of(getattr(samples, data)(kind, language))


def text_of(content: bytes) -> str:
    """All words in reading order, separated by one space."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in pdf.pages)


def words_on_first_page(content: bytes) -> list[dict[str, Any]]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return pdf.pages[0].extract_words(extra_attrs=["size", "fontname"])


def in_window(word: dict[str, Any], *, margin: float = 0) -> bool:
    """Whether the word overlaps the window extended by ``margin`` mm on all sides."""
    left, top = WINDOW["left"] - margin, WINDOW["top"] - margin
    right, bottom = (
        WINDOW["left"] + WINDOW["width"] + margin,
        WINDOW["top"] + WINDOW["height"] + margin,
    )
    return (
        word["x1"] > left * POINTS_A_MM
        and word["x0"] < right * POINTS_A_MM
        and word["bottom"] > top * POINTS_A_MM
        and word["top"] < bottom * POINTS_A_MM
    )


def wholly_in_window(word: dict[str, Any]) -> bool:
    left, top = WINDOW["left"], WINDOW["top"]
    return (
        word["x0"] >= left * POINTS_A_MM
        and word["x1"] <= (left + WINDOW["width"]) * POINTS_A_MM
        and word["top"] >= top * POINTS_A_MM
        and word["bottom"] <= (top + WINDOW["height"]) * POINTS_A_MM
    )
