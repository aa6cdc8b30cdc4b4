"""Words of docs/words.md: none that is banned in a language occurs in a sentence that citizens read in it."""

import json
import re
from collections.abc import Iterator

import pytest

from scripts import update_translations
from scripts.update_translations import PROJECT

_LANGUAGES = {"Swedish": "sv", "Easy Swedish": "sv_L", "Finnish": "fi", "English": "en", "Arabic": "ar"}
_LETTERS = {"sv": "sv", "sv_L": "sv-l", "fi": "fi", "en": "en"}


def _banned() -> dict[str, list[re.Pattern[str]]]:
    """Language → patterns of the last column of its table."""
    found: dict[str, list[re.Pattern[str]]] = {}
    language = ""
    for line in (PROJECT / "docs" / "words.md").read_text().splitlines():
        if line.startswith("## "):
            language = _LANGUAGES[line[3:]]
        elif line.startswith("| ") and language and not line.startswith("| word |"):
            words = line.strip("|").rsplit("|", 1)[1]
            found.setdefault(language, []).extend(_pattern(word.strip()) for word in words.split(","))
    return found


def _pattern(word: str) -> re.Pattern[str]:
    whole = re.escape(word.removesuffix("*")) + ("" if word.endswith("*") else r"(?!\w)")
    return re.compile(rf"(?<!\w){whole}", re.IGNORECASE)


BANNED = _banned()


def _sentences(language: str) -> Iterator[str]:
    citizens = update_translations.citizens_messages()
    if language == "sv":
        for id, _context in citizens:
            yield from (id,) if isinstance(id, str) else id
    else:
        catalogue = update_translations.read(PROJECT / "locale" / language / "LC_MESSAGES" / "django.po")
        for id, context in citizens:
            message = catalogue.get(id, context)
            texts = message.string if message else ""
            yield from (texts,) if isinstance(texts, str) else texts
    if language in _LETTERS:
        texts = json.loads((PROJECT / "letters" / "texts" / f"{_LETTERS[language]}.json").read_text())
        yield from (text for blocks in texts.values() for text in blocks.values())


def _faults(language: str, sentences: Iterator[str]) -> list[str]:
    return [
        f"{pattern.pattern}: {text}"
        for text in sentences
        for pattern in BANNED[language]
        if text and pattern.search(text)
    ]


@pytest.mark.parametrize("language", _LANGUAGES.values())
def test_no_banned_word_is_used(language):
    assert _faults(language, _sentences(language)) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("sv", "Ring din leverantör."),
        ("sv_L", "Du har kvar ditt ködatum."),
        ("fi", "Soita palveluntuottajalle."),
        ("en", "Phone us if you have questions."),
        ("ar", "اتصل على المورّد."),
    ],
)
def test_banned_word_is_detected(language, sentence):
    assert len(_faults(language, iter([sentence]))) == 1
