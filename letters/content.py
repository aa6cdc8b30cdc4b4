"""What a decision letter says: pure, from the frozen facts and the text's blocks. The layout is another matter."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import dateformat, translation

Facts = Mapping[str, Any]

SCHEMA = "decision-letter/1"
_DATE_FORMATS = {"sv": "j F Y", "fi": "j. E Y", "en": "j F Y"}


class ContentError(ValueError):
    """The text lacks a block, or uses a fact that letters do not have."""


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: list[str] = field(default_factory=list)
    # Set off by themselves: phone numbers.
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    title: str
    lead: str
    sections: list[Section]
    closing: str
    labels: dict[str, str]
    date: str


def compose(*, facts: Facts, blocks: Mapping[str, str], appeal: bool) -> Content:
    """The whole letter in words.

    Raises:
        ContentError: a block is missing, or names a fact that does not exist.
    """
    words = _Words(facts, blocks)
    stays = facts["before"] == facts["provider"]["name"]
    change = "stays" if stays else "moves" if facts["before"] else "new"
    help_kind = "alarm" if facts["alarm_only"] else "care"
    sections = [
        Section(words("why.title"), _why(facts, words, stays)),
        Section(words("same.title"), [words(f"same.{help_kind}")]),
        Section(words("do.title"), [words("do.nothing")]),
        Section(words("disagree.title"), [words("disagree.call")]),
    ]
    if appeal:
        sections.append(Section(words("appeal.title"), [words("appeal.how"), words("appeal.where")]))
    sections.append(Section(words("contact.title"), lines=_phones(facts, words)))
    decided = "decided.by_person" if facts["decided_by"] else "decided.by_department"
    return Content(
        title=words("title.stays" if stays else "title.gets"),
        lead=words(f"lead.{help_kind}.{change}"),
        sections=sections,
        closing=f"{words(decided)} {words('decided.rules')}",
        labels={name: words(f"label.{name}") for name in ("date", "reference", "for", "page", "of")},
        date=words.date(facts["letter_date"]),
    )


class _Words:
    """A block by its name, with the facts put in."""

    def __init__(self, facts: Facts, blocks: Mapping[str, str]) -> None:
        self._blocks, self._language = blocks, facts["language"]
        municipality, provider = facts["municipality"], facts["provider"]
        self._values = {
            "provider": provider["name"],
            "provider_phone": provider["phone"],
            "before": facts["before"],
            "start": self.date(facts["starts_on"]),
            "received": self.date(facts["choice"]["received_on"]) if facts["choice"] else "",
            "decided_on": self.date(facts["decided_on"]),
            "decided_by": facts["decided_by"],
            "reference": facts["reference"],
            "municipality": municipality["name"],
            "department": municipality["department"],
            "committee": municipality["committee"],
            "phone": municipality["phone"],
            "hours": municipality["phone_hours"],
            "return_address": ", ".join(municipality["return_address"]),
        }

    def __call__(self, name: str, **values: object) -> str:
        try:
            return self._blocks[name].format_map(self._values | values)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ContentError(f"block {name!r}: {error!r}") from error

    def date(self, iso: str) -> str:
        with translation.override(self._language):
            date = dateformat.format(datetime.date.fromisoformat(iso), _DATE_FORMATS[self._language])
        # The day and its month are never on two lines.
        return date.replace(" ", "\N{NO-BREAK SPACE}", 1)


def _why(facts: Facts, words: _Words, stays: bool) -> list[str]:
    how = words(f"how.{facts['how']}")
    if facts["how"] == "exit":
        # Nobody did or did not choose this: the old provider is gone.
        return [how, *(_unmet(wish, facts, words) for wish in facts["unmet"])]
    if not facts["answered"]:
        declined = facts["choice"] and facts["choice"]["declines"]
        rule = words(f"no_answer.{facts['no_answer_rule']}") if facts["no_answer_rule"] else ""
        return [f"{words('why.declined' if declined else 'why.no_answer')} {rule}".strip(), how]
    paragraphs = [_received(facts, words)] if facts["choice"] else []
    paragraphs += [_unmet(wish, facts, words) for wish in facts["unmet"]]
    if facts["how"] == "wish":
        met = words(f"wish.{_rank(facts['wish_rank'])}")
        paragraphs.append(f"{met} {_met(facts, words, stays, how)}")
    else:
        paragraphs.append(how)
    if any(wish["place"] for wish in facts["unmet"]):
        paragraphs.append(words("queue.next" if facts["queues"] else "queue.not_wanted"))
    return paragraphs


def _met(facts: Facts, words: _Words, stays: bool, how: str) -> str:
    if stays:
        return words("wish.stays")
    return words("wish.got_first") if facts["wish_rank"] == 1 else how


def _received(facts: Facts, words: _Words) -> str:
    chosen_by = facts["choice"]["chosen_by"]
    return words(f"why.chosen_by.{chosen_by}" if chosen_by else "why.received")


def _unmet(wish: Mapping[str, Any], facts: Facts, words: _Words) -> str:
    sentences = [
        words(f"wish.{_rank(wish['rank'])}", provider=wish["provider"]),
        words(f"why_not.{wish['why']}", provider=wish["provider"]),
    ]
    if wish["place"] and facts["queues"]:
        sentences.append(words("queue.place", provider=wish["provider"], place=wish["place"]))
    return " ".join(sentences)


def _rank(rank: int | None) -> str:
    return str(rank) if rank in range(1, 6) else "other"


def _phones(facts: Facts, words: _Words) -> list[str]:
    lines = [words("contact.municipality")]
    if facts["provider"]["phone"] and facts["provider"]["phone"] != facts["municipality"]["phone"]:
        lines.append(words("contact.provider"))
    return lines
