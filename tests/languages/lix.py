"""LIX, the Swedish readability index (Björnsson 1968): words per sentence + percentage of long words.

Below 30: very easy, as a children's book. 30 to 40: easy, as fiction. 40 to 50: as a newspaper.
"""

import re
from collections.abc import Iterable

from babel.messages.catalog import Catalog

LONG = 7
_FACT = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_TAG = re.compile(r"<[^>]+>")
_END = re.compile(r"[.!?:]+(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def lix(texts: Iterable[str]) -> tuple[int, int]:
    """LIX and the number of words. Each text is separate: a heading or list item is a sentence.

    A fact (a name, a day) is one short word.
    """
    sentences = [words for text in texts for words in _sentences(text)]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0, 0
    long = sum(len(word) >= LONG for word in words)
    return round(len(words) / len(sentences) + 100 * long / len(words)), len(words)


def _sentences(text: str) -> list[list[str]]:
    plain = _TAG.sub("", _FACT.sub("N", text.replace("%%", "%")))
    return [words for part in _END.split(plain) if (words := _WORD.findall(part))]


def is_text(sentence: str) -> bool:
    """Excludes field and object names."""
    return sentence.rstrip().endswith((".", "?", "!", ":"))


def in_language(ids: Iterable[str | tuple[str, ...]], catalog: Catalog | None) -> list[str]:
    """Text in the reader's language; None: Swedish, as in the code."""
    found = []
    for id in ids:
        message = catalog.get(id) if catalog is not None else None
        string = message.string if message is not None and message.string else id
        found.append(string if isinstance(string, str) else string[-1])
    return found
