"""The parts that letters are put together from: blocks of text with the facts put in."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import dateformat, translation

Facts = Mapping[str, Any]

# Easy Swedish writes its dates as Swedish does.
_LOCALES = {"sv-l": "sv"}
_DATE_FORMATS = {"sv": "j F Y", "fi": "j. E Y", "en": "j F Y"}


class ContentError(ValueError):
    """The text lacks a block, or uses a fact that letters do not have."""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: list[str] = field(default_factory=list)
    # Set off by themselves: phone numbers, a list of wishes.
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Card:
    """A provider, the same questions answered by all."""

    name: str
    lines: list[str]


@dataclass(frozen=True)
class Form:
    """To fill in by hand and send back: a box for each choice, and a line to sign on."""

    title: str
    lines: list[str]
    choices: list[str]
    sign: str


@dataclass(frozen=True)
class Content:
    title: str
    lead: str
    sections: list[Section]
    closing: list[str]
    labels: dict[str, str]
    date: str
    # Above the title: that this is a copy, or replaces another letter.
    notes: list[str] = field(default_factory=list)
    cards_title: str = ""
    cards: list[Card] = field(default_factory=list)
    # A code to write and a picture of it to scan.
    code: str = ""
    code_words: str = ""
    code_url: str = ""
    form: Form | None = None


def locale_of(language: str) -> str:
    return _LOCALES.get(language, language)


class Words:
    """A block by its name, with the facts put in."""

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
            "return_address": ", ".join(municipality["return_address"]),
        }

    def put(self, **values: object) -> None:
        """Facts that all blocks of this letter may use."""
        self._values |= values

    def put_dates(self, **dates: str) -> None:
        self.put(**{name: self.date(iso) if iso else "" for name, iso in dates.items()})

    def __call__(self, name: str, **values: object) -> str:
        try:
            return self._blocks[name].format_map(self._values | values)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ContentError(f"block {name!r}: {error!r}") from error

    def has(self, name: str) -> bool:
        return name in self._blocks

    def date(self, iso: str) -> str:
        with translation.override(self.locale):
            date = dateformat.format(datetime.date.fromisoformat(iso), _DATE_FORMATS[self.locale])
        # The day and its month are never on two lines.
        return date.replace(" ", "\N{NO-BREAK SPACE}", 1)

    def rank(self, rank: int | None, **values: object) -> str:
        return self(f"wish.{rank if rank in range(1, 6) else 'other'}", **values)


def contact(words: Words, *providers: Mapping[str, str]) -> Section:
    """Whom to phone: the municipality, and the providers that the letter is about."""
    lines = [words("contact.municipality")]
    known = {words.facts["municipality"]["phone"], ""}
    for provider in providers:
        if provider["phone"] not in known:
            known.add(provider["phone"])
            lines.append(words("contact.provider", provider=provider["name"], provider_phone=provider["phone"]))
    return Section(words("contact.title"), lines=lines)


def same(words: Words) -> Section:
    """What does not change, whoever the provider is."""
    return Section(words("same.title"), [words("same.alarm" if words.facts["alarm_only"] else "same.care")])


def notes(words: Words) -> list[str]:
    """Copy, correction: what the reader must know before all else."""
    found = []
    if holder := words.facts["copy"]:
        found.append(words(f"copy.{holder['kind']}"))
    if old := words.facts["corrects"]:
        words.put_dates(old_date=old["letter_date"])
        note = words("correction.note", old_reference=old["reference"])
        found.append(f"{note} {old['why']}".strip())
    return found


def appeal(words: Words) -> list[Section]:
    rule = words.facts["appeal"]
    if not rule["appealable"]:
        return []
    committee = words.facts["municipality"]["committee"]
    # The committee's name comes before its address, and is often its first line too.
    lines = [line for line in words.facts["municipality"]["return_address"] if line != committee]
    where = words("appeal.where", court=rule["court"], return_address=", ".join(lines))
    return [Section(words("appeal.title"), [words("appeal.how"), where])]


def basis(words: Words) -> list[str]:
    """The provision that the decision rests on (FL 32 §)."""
    legal = words.facts["appeal"]["legal_basis"]
    return [words("decided.basis", legal_basis=legal)] if legal else []
