"""Every sentence of a page has a translation in every language that the page is offered in.

The sentences are read from the source, so a page without translations fails here: ``make translations``, and translate
the empty entries.
"""

import re
import string
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils.translation import to_locale

from common.languages import CITIZENS, PRINTED, STAFF
from letters.models import Language, LetterKind
from letters.services.texts import blocks_from_files
from scripts import update_translations
from scripts.update_translations import Message

# A month or weekday as a word.
_SPELT_OUT = re.compile(r"""date:["'](?![A-Z_]+FORMAT)[^"']*[bDEFlMN][^"']*["']""")


def _catalogue(language: str) -> Catalog:
    return update_translations.read(
        update_translations.PROJECT / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
    )


@pytest.fixture(scope="module")
def used() -> set[Message]:
    return {message for path in update_translations.sources() for message in update_translations.messages(path)}


@pytest.fixture(scope="module")
def citizens() -> set[Message]:
    return update_translations.citizens_messages()


def _missing(language: str, wanted: set[Message]) -> list[str]:
    return sorted(str(id) for id, _context in update_translations.untranslated(_catalogue(language), wanted))


@pytest.mark.parametrize("language", CITIZENS[1:])
def test_citizen_texts_are_translated(citizens: set[Message], language):
    assert _missing(language, citizens) == []


@pytest.mark.parametrize("language", STAFF[1:])
def test_staff_texts_are_translated(used: set[Message], language):
    assert _missing(language, used) == []


@pytest.mark.parametrize("language", CITIZENS[1:])
def test_catalogue_has_no_unused_entries(used: set[Message], language):
    """Unused entries would cost translation work."""
    catalogue = _catalogue(language)

    assert {(message.id, message.context) for message in catalogue if message.id} == used
    assert not [message for message in catalogue if message.id and message.fuzzy]


# Names, phone numbers, codes and bands of places: in Latin letters, or with a dash between numbers.
_OTHER_DIRECTION = r"provider|providers|name|area|town|code|phone|place|reference|words|who|lot"
_UNISOLATED = re.compile(rf"(?<!\u2068)(?:%\((?:{_OTHER_DIRECTION})\)s|{{(?:{_OTHER_DIRECTION})}})(?!\u2069)")


def test_names_in_arabic_sentences_are_isolated():
    """Without the marks, a name's full stop or a range of numbers is displaced on a right-to-left page."""
    texts = [text for message in _catalogue("ar") for text in _texts(message.string)]

    assert [text for text in texts if _UNISOLATED.search(text)] == []
    assert _UNISOLATED.search("يساعدك %(provider)s.")


def _texts(string: str | Sequence[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def test_untranslated_sentence_is_detected(citizens: set[Message]):
    for language in CITIZENS[1:]:
        assert _missing(language, {*citizens, ("En mening som ingen har översatt.", None)}) == [
            "En mening som ingen har översatt."
        ]


def test_each_language_is_offered_somewhere():
    codes = {code for code, _name in settings.LANGUAGES}

    assert codes == {*CITIZENS, *STAFF}
    assert {to_locale(code) for code in codes - {"sv"}} == {path.parts[-3] for path in update_translations.catalogues()}
    assert set(Language.values) == set(PRINTED) < set(CITIZENS)


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", LetterKind.values)
def test_letters_have_the_same_facts_in_every_language(kind, language):
    swedish, blocks = blocks_from_files(kind, "sv"), blocks_from_files(kind, language)

    assert set(blocks) == set(swedish)
    assert all(blocks.values())
    for name, text in blocks.items():
        assert _facts(text) <= _facts(swedish[name]) | _ANYWHERE, name


# Facts of every letter may be used in any of its paragraphs.
_ANYWHERE = {"department", "reference"}


def _facts(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}


def test_dates_use_the_format_of_the_language():
    """``date:"j F Y"`` is Swedish and English, and wrong in Finnish. ``date`` alone is right in all."""
    templates = [path for path in update_translations.sources() if path.suffix == ".html"]

    wrong = {path.name: _SPELT_OUT.findall(path.read_text()) for path in templates}

    assert {name: formats for name, formats in wrong.items() if formats} == {}


def test_gettext_aliases_are_known_to_the_extraction():
    """Regression: ``import gettext as _now`` kept eleven sentences out of the catalogues."""
    known = {*update_translations.KEYWORDS, "_", "gettext"}
    names = {
        name
        for path in update_translations.sources()
        if path.suffix == ".py"
        for original, name in re.findall(r"\b(n?p?gettext\w*) as (\w+)", path.read_text(encoding="utf-8"))
    }
    assert names <= known
