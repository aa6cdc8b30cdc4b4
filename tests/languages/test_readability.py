"""Readability of citizens' pages and letters by LIX: at most 40 in Swedish, 30 in easy Swedish.

A template is measured with all its text, and a page also as rendered. Texts too short to measure are measured
together with the other short ones of their folder.
"""

import html
import re
from collections import defaultdict

import pytest
from django.conf import settings
from django.test import Client

from letters.models import LetterKind
from letters.services.texts import blocks_from_files
from scripts import update_translations
from tests.languages.lix import in_language, is_text, lix
from tests.languages.pages import addresses
from tests.town import Town

MOST = {"sv": 40, "sv-l": 30}
TOO_SHORT = 25
# An easier sentence has shorter words and more full stops, and the same content.
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|d[ltd]|div|section|form|label|legend|button|option|td|th|tr|br)\b[^>]*>")


def test_lix_equals_the_published_definition():
    """10 words in 2 sentences, 3 of them long: 5 + 30."""
    assert lix(["Hemtjänsten hjälper dig. Du bestämmer själv vem som kommer hem."]) == (35, 10)
    # A heading is a sentence of its own, and a name or a day is one short word.
    assert lix(["Välj utförare", "Svara senast %(day)s."]) == (22, 5)


def _pages() -> dict[str, list[str | tuple[str, ...]]]:
    """File → its sentences; ``folder/*`` has those of short files."""
    found: dict[str, list[str | tuple[str, ...]]] = defaultdict(list)
    for path in update_translations.citizens_sources():
        ids = [id for id, _context in update_translations.messages(path)]
        if path.suffix == ".py":
            ids = [id for id in ids if is_text(id if isinstance(id, str) else id[-1])]
        short = lix(in_language(ids, None))[1] < TOO_SHORT
        name = path.relative_to(update_translations.PROJECT)
        found[f"{name.parent}/*" if short else str(name)] += ids
    return {name: ids for name, ids in found.items() if ids}


def _above(measured: dict[str, int], most: int) -> dict[str, int]:
    return {name: figure for name, figure in measured.items() if figure > most}


@pytest.mark.parametrize("language", MOST)
def test_page_templates_are_easy_to_read(language):
    easy = update_translations.PROJECT / "locale/sv_L/LC_MESSAGES/django.po"
    catalogue = update_translations.read(easy) if language == "sv-l" else None

    measured = {name: lix(in_language(ids, catalogue))[0] for name, ids in _pages().items()}

    assert len(measured) > 20
    assert _above(measured, MOST[language]) == {}


@pytest.mark.parametrize("language", MOST)
def test_letters_are_easy_to_read(language):
    measured = {kind: lix(blocks_from_files(kind, language).values())[0] for kind in LetterKind}

    assert _above(measured, MOST[language]) == {}


@pytest.mark.parametrize("language", MOST)
def test_rendered_pages_are_easy_to_read(town: Town, client: Client, language):
    """Includes texts of providers."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    measured = {address: lix(_shown(client.get(address).text))[0] for address in addresses()}

    assert _above(measured, MOST[language]) == {}


def _shown(page: str) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return [html.unescape(re.sub(r"<[^>]+>", "", part)) for part in _BLOCK.split(main)]
