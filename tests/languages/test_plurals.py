"""A number directly before a plural noun has a plural form: one row is not ``1 rader``.

The sentences are read from the source. Each language then has forms of its own, Arabic six.
"""

import re

import pytest
from django.utils.translation import ngettext, override

from scripts import update_translations

# Placeholders of names, days and amounts in words; all others may be numbers.
_NOT_A_NUMBER = {
    *("amount", "area", "areas", "code", "day", "first", "kind", "last", "month", "name", "next_provider"),
    *("place", "price", "provider", "reference", "share", "tax", "who"),
}
_PLURAL_ENDINGS = ("or", "ar", "er")
# Words with such an ending that are no nouns.
_NOT_A_NOUN = {
    "bor",
    "börjar",
    "efter",
    "eller",
    "har",
    "kvar",
    "mer",
    "per",
    "slutar",
    "under",
    "väntar",
    "är",
    "över",
}
# Nouns with another plural.
_OTHER_NOUNS = {
    *("anställda", "ark", "beslut", "besök", "brev", "dödsdatum", "dygn", "erbjudanden", "fel", "förslag", "hushåll"),
    *("samtal", "svar", "tecken", "utförare", "val", "värden", "år"),
}
_NUMBER = r"(?:%\((?P<name>\w+)\)[sd]|%[sd]|\{(?P<braced>\w*)\})"
_GAP = r"(?:</?\w+[^>]*>|&nbsp;|\s)+"
# An adjective may stand between: "3 nya rader".
_NUMBER_AND_NOUN = re.compile(rf"{_NUMBER}(?={_GAP}(?:[^\W\d_]+a{_GAP})?(?P<noun>[^\W\d_]+))")
# Beginnings of sentences whose number is a constant of the code, and more than one.
_CONSTANT = (
    # providers.quota_changes.AT_ONCE_DAYS
    "Det börjar gälla inom %(days)s dagar.",
    "Det som börjar gälla inom %(days)d dagar",
    "Det som har börjat gälla, eller gör det inom %(days)s dagar,",
    # choices.imports: the longest text and the longest file
    "Texten är för lång. Högst %(limit)s tecken.",
    "Filen har för många rader. Dela upp den i flera, på högst %(most)s rader.",
    # reimbursement.engine.problem.MonthDays
    "%(days)s dagar i månaden",
    # allocation.whatif: spans of a first choice, FEWEST_REPLICATIONS
    "Av timmarna hos dem som valde en extern utförare",
    "Första valet inom %(days)s dagar",
    "Åren är räknade %(replications)s gånger",
    # citizens.access.IDLE
    "Du är inloggad. Gör du inget på %(idle_minutes)s minuter",
    "När du har loggat in och inte gör något på %(idle_minutes)s minuter",
    "Vi loggar ut dig när du inte har gjort något på %(idle_minutes)s minuter",
    # staff_ui.paging.COUNTED
    "Fler än %(persons)s personer",
)


def _counted(text: str) -> list[str]:
    """Plural nouns that follow a number."""
    return [found["noun"] for found in _NUMBER_AND_NOUN.finditer(text) if _is_counted(found)]


def _is_counted(found: re.Match[str]) -> bool:
    noun = found["noun"].lower()
    is_noun = noun in _OTHER_NOUNS or (noun.endswith(_PLURAL_ENDINGS) and noun not in _NOT_A_NOUN)
    return is_noun and (found["name"] or found["braced"]) not in _NOT_A_NUMBER


def _without_form(message: str | tuple[str, ...]) -> list[str]:
    """Nouns of a message whose number has no plural form. A plural message has forms for one number."""
    return _counted(message) if isinstance(message, str) else _counted(message[-1])[1:]


def _source(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_numbers_before_plural_nouns_have_forms():
    messages = {id for path in update_translations.sources() for id, _context in update_translations.messages(path)}

    wrong = {_source(message) for message in messages if _without_form(message)}

    assert {source for source in wrong if not source.startswith(_CONSTANT)} == set()
    assert [start for start in _CONSTANT if not any(source.startswith(start) for source in wrong)] == []


@pytest.mark.parametrize(
    ("message", "nouns"),
    [
        ("{} personer skulle byta område på en gång.", ["personer"]),
        ("%(rows)s rader: %(added)s nya, %(changed)s ändrade.", ["rader"]),
        ("%(letters)s brev, %(pages)s sidor", ["brev", "sidor"]),
        ("<strong>%(count)s</strong> nya veckor", ["veckor"]),
        ("%(never)s av %(all)s personer", ["personer"]),
        (("%(persons)s person, %(days)s dagar", "%(persons)s personer, %(days)s dagar"), ["dagar"]),
        (("%(count)s vecka", "%(count)s veckor"), []),
        ("%(provider)s börjar den %(day)s.", []),
        ("Personer som skulle byta område: %(rows)s.", []),
    ],
)
def test_missing_form_is_detected(message, nouns):
    assert _without_form(message) == nouns


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "أسبوع واحد"), (2, "أسبوعين"), (3, "3 أسابيع"), (11, "11 أسبوعاً"), (99, "99 أسبوعاً"), (100, "100 أسبوع")],
)
def test_arabic_forms_are_in_the_order_of_the_catalogue(number, words):
    """Regression: eleven had the form of a hundred. Babel's last two forms are those of 100 to 102 and of 11 to 99."""
    with override("ar"):
        assert ngettext("%(count)s vecka", "%(count)s veckor", number) % {"count": number} == words
