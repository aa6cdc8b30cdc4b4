"""Common words that a municipality writes in Swedish, in the reader's language: services, owners, sources, phone hours.

A text that the municipality has translated, or whose every part is known, is shown in the reader's language; any other
stays Swedish, marked as such.
"""

import re
from typing import NamedTuple

from django.utils.translation import get_language, get_language_bidi, gettext
from django.utils.translation import gettext_noop as _

from providers.own_words import words_in

_TEXTS = frozenset(
    {
        _("Hemtjänst"),
        _("Omvårdnad"),
        _("Serviceinsatser"),
        _("Trygghetslarm"),
        _("Nattpatrull"),
        _("Nattillsyn"),
        _("Digital tillsyn"),
        _("Ledsagning"),
        _("Avlösning"),
        _("Matdistribution"),
        _("Matlåda"),
        _("Inköp"),
        _("Städning"),
        _("Tvätt"),
        _("Kommunen"),
        _("De som arbetar där"),
        _("Ett börsnoterat bolag"),
        _("Familjen bakom företaget"),
        _("En förening"),
        _("En stiftelse"),
        _("Ett kooperativ"),
        _("Socialstyrelsens brukarundersökning"),
        _("Kommunens enkät"),
        _("Påhittad undersökning, ett exempel"),
    }
)
# Words of phone hours; between them only times and signs.
_OF_HOURS = frozenset(
    {
        *(_("måndag"), _("tisdag"), _("onsdag"), _("torsdag"), _("fredag"), _("lördag"), _("söndag")),
        *(_("måndagar"), _("tisdagar"), _("onsdagar"), _("torsdagar"), _("fredagar"), _("lördagar"), _("söndagar")),
        *(
            _("vardag"),
            _("vardagar"),
            _("helger"),
            _("alla dagar"),
            _("dygnet runt"),
            _("och"),
            _("klockan"),
            _("till"),
        ),
    }
)
_WORD = re.compile(r"alla dagar|dygnet runt|[^\W\d_]+", re.IGNORECASE)
_TIMES = re.compile(r"\d[\d.:–-]*\d")


class Written(NamedTuple):
    """A text that the municipality has typed in Swedish, and its words in the reader's language, if there are any."""

    text: str
    words: str | None


def written(text: str) -> Written:
    return Written(text, in_readers_language(text))


def in_readers_language(text: str) -> str | None:
    """The text in the reader's language; None: a part of it is unknown, or has no translation."""
    found = _in(text)
    return found if found and found != text else None


def _in(text: str) -> str | None:
    language = get_language() or "sv"
    if language == "sv":
        return None
    if own := words_in(language).get(text):
        return own
    if language.startswith("sv"):
        return None
    if text in _TEXTS:
        return gettext(text)
    words = _WORD.findall(text)
    if not words or (not any(sign.isdigit() for sign in text) and "dygnet runt" not in text.lower()):
        return None
    if any(word.lower() not in _OF_HOURS for word in words):
        return None
    translated = _WORD.sub(lambda word: gettext(word.group().lower()), text)
    # Isolated by Unicode marks: in Arabic "9–12" would otherwise be shown as 12–9.
    return _TIMES.sub("\u2068\\g<0>\u2069", translated) if get_language_bidi() else translated
