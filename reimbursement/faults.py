"""Faults of the payment engine in Swedish: what is missing, and where to add it."""

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.engine.problem import Fault

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
_WORDS = {
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


def in_swedish(faults: Iterable[Fault]) -> list[str]:
    """One sentence per fault. A contradiction between facts is told by its place in the problem."""
    return [_sentence(fault) for fault in faults]


def _sentence(fault: Fault) -> str:
    for pattern, sentence in _SENTENCES:
        if found := re.match(pattern, fault.words):
            said = {name: str(_WORDS.get(word or "", word or "–")) for name, word in found.groupdict().items()}
            return str(sentence) % said
    return _("Uppgifterna motsäger varandra: %(fault)s") % {"fault": fault}
