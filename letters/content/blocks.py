"""Building blocks of letters: blocks of text with the facts filled in."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import dateformat, translation

Facts = Mapping[str, Any]

# Easy Swedish formats dates as Swedish.
_LOCALES = {"sv-l": "sv"}
_DATE_FORMATS = {"sv": "j F Y", "fi": "j. E Y", "en": "j F Y"}
# Space within a telephone number, a postcode or an amount: no line ends there.
_WITHIN_NUMBER = re.compile(r"(?<=\d) (?=\d)")
_NO_BREAK = "\N{NO-BREAK SPACE}"


class ContentError(ValueError):
    """The text lacks a block, or uses a fact that the letter does not have."""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: list[str] = field(default_factory=list)
    # Lines set apart from the text: phone numbers, a list of wishes.
    lines: list[str] = field(default_factory=list)
    # In a box: how to reach the municipality.
    boxed: bool = False


@dataclass(frozen=True)
class Card:
    """A provider in the comparison: the same questions for each."""

    name: str
    lines: list[str]


@dataclass(frozen=True)
class Grid:
    """Questions with the same answers to choose from: a row for each question, a box in each column of ``scale``.

    ``corner``: heading of the questions. ``on_a_front``: the form begins on the front of a sheet, because the paper is
    printed on both sides.
    """

    caption: str
    corner: str
    scale: list[str]
    rows: list[str]
    on_a_front: bool


@dataclass(frozen=True)
class Form:
    """A form to fill in by hand: a box for each option, lines to write on, and a line for the signature.

    ``options``: boxes to tick beside those of the providers, each with its explanation. ``grid``: the form is
    anonymous, on a sheet of its own that has neither the person's name nor the letter's reference.
    """

    title: str
    lines: list[str]
    choices: list[str]
    sign: str
    options: list[tuple[str, str]] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)
    grid: Grid | None = None


@dataclass(frozen=True)
class Content:
    title: str
    lead: str
    sections: list[Section]
    closing: list[str]
    labels: dict[str, str]
    date: str
    # Above the title: marks a copy or a replacement.
    notes: list[str] = field(default_factory=list)
    cards_title: str = ""
    cards: list[Card] = field(default_factory=list)
    # Sign-in code, as text and as a picture to scan.
    code: str = ""
    code_words: str = ""
    code_url: str = ""
    form: Form | None = None


def locale_of(language: str) -> str:
    return _LOCALES.get(language, language)


class LetterText:
    """Blocks by name, with the facts filled in."""

    def __init__(self, facts: Facts, blocks: Mapping[str, str]) -> None:
        self.facts, self._blocks = facts, blocks
        self.locale = locale_of(facts["language"])
        municipality = facts["municipality"]
        self._values: dict[str, object] = {
            "name": facts["name"],
            "reference": facts["reference"],
            "municipality": municipality["name"],
            "department": municipality["department"],
            "committee": municipality["committee"],
            "phone": municipality["phone"],
            "hours": municipality["phone_hours"],
            "website": municipality["website"],
            # Older letters have no e-mail in their facts.
            "email": municipality.get("email", ""),
            "return_address": ", ".join(municipality["return_address"]),
        }

    def put(self, **values: object) -> None:
        """Add facts that all blocks of this letter may use."""
        self._values |= values

    def put_dates(self, **dates: str) -> None:
        self.put(**{name: self.date(iso) if iso else "" for name, iso in dates.items()})

    def __call__(self, name: str, **values: object) -> str:
        try:
            text = self._blocks[name].format_map(self._values | values)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ContentError(f"block {name!r}: {error!r}") from error
        return _WITHIN_NUMBER.sub(_NO_BREAK, text)

    def optional(self, name: str, **values: object) -> list[str]:
        """The block, if the text has it: older texts lack those that came later."""
        return [self(name, **values)] if self.has(name) else []

    def has(self, name: str) -> bool:
        return name in self._blocks

    def date(self, iso: str) -> str:
        with translation.override(self.locale):
            date = dateformat.format(datetime.date.fromisoformat(iso), _DATE_FORMATS[self.locale])
        return date.replace(" ", _NO_BREAK)

    def rank(self, rank: int | None, **values: object) -> str:
        return self(f"wish.{rank if rank in range(1, 6) else 'other'}", **values)


def contact(words: LetterText, *providers: Mapping[str, str], disagree: bool = False) -> Section:
    """Telephone numbers of the municipality and of the providers in the letter, and the municipality's e-mail.

    ``disagree``: what to do if something is wrong, or another provider is wanted.
    """
    lines = [words("contact.municipality")]
    listed = {words.facts["municipality"]["phone"], ""}
    for provider in providers:
        if provider["phone"] not in listed:
            listed.add(provider["phone"])
            lines.append(words("contact.provider", provider=provider["name"], provider_phone=provider["phone"]))
    if words.facts["municipality"].get("email"):
        lines += words.optional("contact.email")
    return Section(words("contact.title"), [words("disagree.call")] if disagree else [], lines, boxed=True)


def unchanged_care(words: LetterText) -> Section:
    """Section on what stays the same with any provider."""
    return Section(words("same.title"), [words("same.alarm" if words.facts["alarm_only"] else "same.care")])


def notes(words: LetterText) -> list[str]:
    """Notes at the head of the letter: copy, correction."""
    found = []
    if holder := words.facts["copy"]:
        found.append(words(f"copy.{holder['kind']}"))
    if old := words.facts["corrects"]:
        words.put_dates(old_date=old["letter_date"])
        note = words("correction.note", old_reference=old["reference"])
        found.append(f"{note} {old['why']}".strip())
    return found


def appeal(words: LetterText) -> list[Section]:
    rule = words.facts["appeal"]
    if not rule["appealable"]:
        return []
    committee = words.facts["municipality"]["committee"]
    # The committee's name precedes its address, and is often its first line too.
    lines = [line for line in words.facts["municipality"]["return_address"] if line != committee]
    where = words("appeal.where", court=rule["court"], return_address=", ".join(lines))
    return [Section(words("appeal.title"), [words("appeal.how"), where])]


def basis(words: LetterText) -> list[str]:
    """Legal basis of the decision (FL 32 §)."""
    legal = words.facts["appeal"]["legal_basis"]
    return [words("decided.basis", legal_basis=legal)] if legal else []


def decided_by(words: LetterText) -> list[str]:
    """Person who decided, with their role and by whose delegation, and the legal basis."""
    role = words.facts.get("decided_role", "")
    if not words.facts["decided_by"]:
        name = "decided.by_department"
    elif words.has(f"role.{role}") and words.has("decided.by_role"):
        words.put(role=words(f"role.{role}"))
        name = "decided.by_role"
    else:
        name = "decided.by_person"
    return [words(name), *basis(words)]
