"""Faults of the payment engine in Swedish: what is missing, and where to add it."""

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.engine.problem import Fault
from providers.models import Area, ServiceType
from reimbursement.wording import LINE_KINDS

_DAY = r" on (?P<day>[0-9-]{10});"
_WHERE = r"area (?P<area>\S+?)(?:, service (?P<service>\S+))?, (?P<kind>\w+) provider"
_SENTENCES: tuple[tuple[str, Promise], ...] = (
    (
        rf"nothing is said for {_WHERE}{_DAY}",
        gettext_lazy(
            "Pris saknas från %(day)s: område %(area)s, insats %(service)s, driftsform %(kind)s. Lägg in det."
        ),
    ),
    (
        rf"two rows as specific as each other say different things for {_WHERE}{_DAY}",
        gettext_lazy(
            "Två priser är lika precisa från %(day)s: område %(area)s, insats %(service)s, driftsform %(kind)s. "
            "Lägg in ett som avgör."
        ),
    ),
    (
        rf"there is no ladder for (?P<away>\w+), (?P<how>\w+),{_DAY}",
        gettext_lazy("Frånvarotrappa saknas från %(day)s: %(away)s, %(how)s. Lägg in den."),
    ),
    (
        rf"nothing says whether (?P<service>\S+) follows the choice{_DAY}",
        gettext_lazy("Momskod saknas från %(day)s för insatsen %(service)s. Lägg in den."),
    ),
    (rf"no policy holds{_DAY}", gettext_lazy("Inga regler gäller från %(day)s. Lägg in dem under Villkor.")),
)
_WORDS: dict[str, Promise] = {
    **LINE_KINDS,
    "municipal": gettext_lazy("Kommunens egen hemtjänst"),
    "private": gettext_lazy("Företag"),
    "non_profit": gettext_lazy("Ideell organisation"),
    "hospital": gettext_lazy("Sjukhus"),
    "short_stay": gettext_lazy("Korttidsboende"),
    "travel": gettext_lazy("Bortrest"),
    "death": gettext_lazy("Avliden"),
    "planned": gettext_lazy("planerad"),
    "unplanned": gettext_lazy("inte planerad"),
}


_ACCOUNTS: tuple[tuple[str, Promise], ...] = (
    (r"area none has no objects", gettext_lazy("Kostnadsställe saknas för rader utan område.")),
    (r"area (?P<area>\S+) has no objects", gettext_lazy("Kostnadsställe saknas för område %(area)s.")),
    (
        r"tax code (?P<tax>\S+) has no rate, or no account for VAT",
        gettext_lazy("Momskoden %(tax)s saknar procentsats eller konto."),
    ),
    (r"(?P<kind>\w+) providers have no liability account", gettext_lazy("Skuldkonto saknas för driftsform %(kind)s.")),
    (
        r"(?P<line>\w+) lines of (?P<kind>\w+) providers, tax code (?P<tax>\S+), have no cost account",
        gettext_lazy("Kostnadskonto saknas för %(line)s, driftsform %(kind)s, momskod %(tax)s."),
    ),
)


def accounts_in_swedish(missing: Iterable[str]) -> list[str]:
    """Entries of ``accounting.MissingAccountsError``, one sentence each."""
    return [_matched(_ACCOUNTS, words) or words for words in missing]


def in_swedish(faults: Iterable[Fault]) -> list[str]:
    """One sentence per fault. A contradiction between facts is named by its place in the problem."""
    return [_sentence(fault) for fault in faults]


def _sentence(fault: Fault) -> str:
    return _matched(_SENTENCES, fault.words) or _("Uppgifterna motsäger varandra: %(fault)s") % {"fault": fault}


def _matched(sentences: Iterable[tuple[str, Promise]], words: str) -> str:
    for pattern, sentence in sentences:
        if found := re.match(pattern, words):
            return str(sentence) % {name: _in_words(name, word) for name, word in found.groupdict().items()}
    return ""


def _in_words(group: str, word: str | None) -> str:
    """A word of the engine: an area and a service by name, other words as in ``_WORDS``."""
    if word is None:
        return "–"
    if group in ("area", "service"):
        rows = Area.objects if group == "area" else ServiceType.objects
        return str(rows.filter(code=word).values_list("name", flat=True).first() or word)
    return str(_WORDS.get(word, word))
