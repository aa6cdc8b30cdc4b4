"""Mandates to choose for a person, and the checks that each kind requires.

Sources: FL (2017:900) 14–15 §§ (proxy); FB 11 kap. 4 and 7 §§ (god man, förvaltare), 12 kap. 5 § (consent); lag
(2017:310) om framtidsfullmakter; FB 17 kap. (relatives).
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices.models import Mandate, Person

Kind = Mandate.Kind


@dataclass(frozen=True)
class MandateCheck:
    """A check that an officer confirms before a representative's choice is registered. ``code`` is stored."""

    code: str
    question: Promise


_SEEN = MandateCheck("seen", gettext_lazy("Jag har sett underlaget: fullmakten, registerutdraget eller intyget."))

_NEAREST = gettext_lazy(
    "Det finns ingen närmare anhörig. Först kommer make eller sambo, sedan barn, barnbarn, föräldrar, syskon och"
    " syskonbarn."
)

_STEPS: dict[str, tuple[MandateCheck, ...]] = {
    Kind.PROXY: (
        MandateCheck("covers", gettext_lazy("Enligt fullmakten får du välja utförare.")),
    ),
    Kind.GOD_MAN: (
        MandateCheck("covers", gettext_lazy("Du har i uppdrag att sörja för personen.")),
        MandateCheck("consent", gettext_lazy("Personen samtycker, eller kan inte säga vad hen vill.")),
    ),
    Kind.FORVALTARE: (
        MandateCheck("covers", gettext_lazy("Du har i uppdrag att sörja för personen.")),
        MandateCheck("not_against", gettext_lazy("Personen är inte emot valet.")),
    ),
    Kind.FUTURE_PROXY: (
        MandateCheck("covers", gettext_lazy("Fullmakten gäller sådant som rör personen själv.")),
        MandateCheck("witnessed", gettext_lazy("Den är skriftlig och bevittnad av två personer.")),
        MandateCheck("in_force", gettext_lazy("Den som har fullmakten säger att den har börjat gälla.")),
    ),
    Kind.RELATIVE: (
        MandateCheck("unable", gettext_lazy("Det är tydligt att personen inte längre kan välja själv.")),
        MandateCheck("nearest", _NEAREST),
    ),
}  # fmt: skip
_JOINTLY = MandateCheck("jointly", gettext_lazy("Alla anhöriga som är lika nära släkt är överens om valet."))

# Relatives may not act in a matter that one of these mandates covers (FB 17 kap. 4 §).
_BEFORE_RELATIVES = (Kind.GOD_MAN, Kind.FORVALTARE, Kind.FUTURE_PROXY)


def checks_for(mandate: Mandate) -> list[MandateCheck]:
    """Checks required each time. Evidence already seen is not asked for again."""
    steps = [] if mandate.evidence_seen_at else [_SEEN]
    steps += _STEPS[mandate.kind]
    if mandate.kind == Kind.RELATIVE and (mandate.joint or len(mandate.holders.all()) > 1):
        steps.append(_JOINTLY)
    return steps


def mandate_faults(*, person: Person, mandate: Mandate | None, received_on: datetime.date) -> list[str]:
    """Objections found in the register, in Swedish."""
    if mandate is None:
        return []
    if mandate.person_id != person.pk:
        return [_("Ställföreträdarskapet gäller en annan person.")]
    if mandate.valid_from > received_on or (mandate.valid_until and mandate.valid_until <= received_on):
        return [_("Den som valde fick inte välja åt personen den dagen.")]
    if mandate.kind == Kind.RELATIVE:
        others = Mandate.objects.on(received_on).filter(person=person, kind__in=_BEFORE_RELATIVES)
        if other := others.first():
            return [
                _("Personen har %(kind)s. Då får anhöriga inte välja (FB 17 kap. 4 §).")
                % {"kind": other.get_kind_display().lower()}
            ]
    return []


def check_faults(*, mandate: Mandate | None, assured: Collection[str]) -> list[str]:
    """Checks that have not been confirmed."""
    if mandate is None:
        return []
    return [
        _("Du har inte kryssat för: %(step)s") % {"step": step.question}
        for step in checks_for(mandate)
        if step.code not in assured
    ]
