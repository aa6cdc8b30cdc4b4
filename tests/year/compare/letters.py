"""The words of a letter, composed as they are printed, against what the letter must say."""

import re
from collections.abc import Iterator
from typing import Any

from letters.content import Content, compose
from letters.models import Letter
from tests.year.book.rows import Letter as Owed
from tests.year.compare.dates import said
from tests.year.log import Contradiction
from tests.year.town import Town

_SOMEBODY = re.compile(r"Provsson (\d+)")
# Of what a letter must say: facts that are days, and facts that are providers.
_DAYS = ("starts_on", "answer_by", "closes_on", "moved_by")
_PROVIDERS = ("provider", "before")


def check_words(town: Town, letter: Letter, owed: Owed) -> int:
    """Raises ``Contradiction``. Returns how many things were compared."""
    text = " ".join(" ".join(_sentences(compose(facts=letter.facts, blocks=letter.text.blocks))).split())
    names = {code: provider.name for code, provider in town.providers.items()}
    wanted = [said(value) for name, value in owed.facts.items() if name in _DAYS and _is_said(owed, name)]
    wanted += [
        names[owed.facts[name]] for name in _PROVIDERS if owed.facts.get(name) and not _is_over(letter, owed, name)
    ]
    wanted += [names[provider] for provider in owed.facts.get("ranking", ())]
    wanted += [names[provider] for provider, *_rest in owed.facts.get("unmet", ())]
    for words in wanted:
        if words not in text:
            raise Contradiction(f"words of letters: {owed.kind}", f"person {owed.person}", text, words, (owed.person,))
    others = {number for number in _SOMEBODY.findall(text) if int(number) != owed.person}
    strangers = [name for name in names.values() if name in text and name not in _known(wanted, owed, names)]
    if others or strangers:
        where = f"person {owed.person}: somebody else"
        raise Contradiction(f"words of letters: {owed.kind}", where, text, [*others, *strangers], (owed.person,))
    return len(wanted) + 2


def _is_over(letter: Letter, owed: Owed, name: str) -> bool:
    """A decision letter of the first day or later does not name the provider until then."""
    starts = owed.facts.get("starts_on")
    is_begun = starts is not None and starts.isoformat() <= letter.facts["letter_date"]
    return owed.kind == "decision" and name == "before" and is_begun


def _is_said(owed: Owed, name: str) -> bool:
    """Somebody who keeps the provider is told no first day; after an offer has expired its days are of no use."""
    keeps = owed.facts.get("before") == owed.facts.get("provider")
    return owed.kind != "expired" and not (owed.kind == "decision" and keeps)


def _known(wanted: list[str], owed: Owed, names: dict[str, str]) -> set[str]:
    """Providers that the letter may name. An invitation compares all of them."""
    if owed.kind == "invitation":
        return set(names.values())
    then = owed.facts.get("then")
    known = {names[provider] for provider in owed.facts.get("ended", ())}
    known |= {names[provider] for provider in (owed.facts.get("now"), then and then[0]) if provider}
    return {*wanted, *known, names["kommunen"]}


def _sentences(content: Content) -> Iterator[str]:
    yield from (content.title, content.lead, *content.notes, content.cards_title)
    for section in content.sections:
        yield from (section.title, *section.paragraphs, *section.lines)
    for card in content.cards:
        yield from (card.name, *card.lines)
    yield from content.closing


def fact_of(facts: dict[str, Any], name: str) -> Any:
    """A fact of a letter as the book names it."""
    if name == "provider":
        return facts["provider"]["code"]
    if name == "ranking":
        return facts["choice"]["ranking"]
    if name == "ended":
        return sorted(facts["choice"]["ended"])
    if name == "unmet":
        return [(line["provider"], line["why"], line["place"]) for line in facts["unmet"]]
    if name == "then" and facts["then"]:
        return facts["then"]["provider"], facts["then"]["starts_on"]
    return facts[name]
