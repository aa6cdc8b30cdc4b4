"""Pages read as a person reads them: tables by row and column, facts by their name, words without marks."""

import re
from typing import Any

from lxml import html

_NBSP = "\N{NO-BREAK SPACE}"
_HOURS = re.compile(r"^(−?)([\d  ]+) tim(?: (\d+) min)?$")


def parse(content: bytes) -> Any:
    return html.fromstring(content.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().replace(_NBSP, " ").split())


def table(element: Any) -> list[list[str]]:
    """The rows of the body, each cell in words."""
    return [[words(cell) for cell in row.xpath("./th|./td")] for row in element.xpath("./tbody/tr")]


def facts(element: Any) -> dict[str, str]:
    """Of a list of terms: term to words."""
    terms, found = element.xpath("./dt"), element.xpath("./dd")
    return {words(term): words(description) for term, description in zip(terms, found, strict=True)}


def minutes(text: str) -> int | None:
    """``123 tim 30 min`` in minutes; None for a dash."""
    if text == "–":
        return None
    match = _HOURS.match(text)
    if match is None:
        raise ValueError(f"no hours: {text!r}")
    sign, hours, rest = match.groups()
    value = int(re.sub(r"\D", "", hours)) * 60 + int(rest or 0)
    return -value if sign else value


def number(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


def amount(text: str) -> tuple[int | None, int | None]:
    """``12 tim, 3 personer`` in minutes and persons. A dash: neither; 0: none of both."""
    if text in ("–", "0"):
        return (None, None) if text == "–" else (0, 0)
    parts = text.split(", ")
    hours = next((part for part in parts if "tim" in part), None)
    people = next((part for part in parts if "person" in part), None)
    return minutes(hours) if hours else None, number(people) if people else None
