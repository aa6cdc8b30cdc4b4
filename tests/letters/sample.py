"""A letter's facts and texts without a database, and the words of a PDF with their places."""

import io
from typing import Any

import pdfplumber

from letters.address import Address, address_lines
from letters.pdf import LAYOUT_VERSION, render_pdf
from letters.services.texts import blocks_from_files

WINDOW = {"left": 110, "top": 47, "width": 85, "height": 30}
POINTS_A_MM = 72 / 25.4

FACTS: dict[str, Any] = {
    "schema": "decision-letter/1",
    "reference": "K7M2PX9TQ4WD",
    "language": "sv",
    "letter_date": "2020-11-23",
    "name": "Anna-Greta Maria Provström",
    "address": address_lines(
        Address("Anna-Greta Maria", "Provström", street="Tornbergsvägen 12 lgh 1102", postal_code="14785", town="Tumba")
    ),
    "sort_town": "Tumba",
    "window": WINDOW,
    "municipality": {
        "name": "Provköpings kommun",
        "department": "Vård- och omsorgsförvaltningen",
        "committee": "Vård- och omsorgsnämnden",
        "phone": "08-465 004 00",
        "phone_hours": "måndag–fredag 9–12",
        "return_address": ["Vård- och omsorgsnämnden", "147 85 Tumba"],
    },
    "provider": {"name": "Björkens omsorg", "phone": "08-465 004 55"},
    "before": "Kommunens hemtjänst",
    "starts_on": "2021-01-01",
    "alarm_only": False,
    "answered": True,
    "choice": {"received_on": "2020-09-21", "chosen_by": "", "declines": False},
    "how": "wish",
    "wish_rank": 1,
    "queues": True,
    "unmet": [],
    "no_answer_rule": "guarantees",
    "decided_on": "2020-11-20",
    "decided_by": "Karin Provholm",
}


def facts(**changes: Any) -> dict[str, Any]:
    return FACTS | changes


def pdf_of(given: dict[str, Any], *, appeal: bool = False) -> bytes:
    content, _ = render_pdf(
        facts=given,
        blocks=blocks_from_files("decision", given["language"]),
        appeal=appeal,
        layout_version=LAYOUT_VERSION,
    )
    return content


def text_of(content: bytes) -> str:
    """All words in reading order, one space between."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in pdf.pages)


def words_on_first_page(content: bytes) -> list[dict[str, Any]]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return pdf.pages[0].extract_words(extra_attrs=["size", "fontname"])


def in_window(word: dict[str, Any], *, margin: float = 0) -> bool:
    """Does any of the word lie in the window, made wider by ``margin`` mm on all sides?"""
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
