"""Calendar of a round: its own dates, and what else begins or ends in its areas during it."""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from choices.models import ChoiceRound
from common import clock
from providers.models import Contract
from providers.selectors import ramp
from staff_ui.templatetags.pages import percent

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    day: datetime.date
    words: str
    is_past: bool
    is_next: bool


def calendar(*, round: ChoiceRound) -> list[Entry]:
    found = sorted([*_own(round), *_around(round)])
    today = clock.today()
    coming = min((day for day, _words in found if day >= today), default=None)
    return [Entry(day, words, day < today, day == coming) for day, words in found]


def _own(round: ChoiceRound) -> list[tuple[datetime.date, str]]:
    return [
        (round.opens_on, _("Valet öppnar. Inbjudan ska vara hemma hos alla.")),
        (round.closes_on, _("Sista dagen att välja.")),
        (round.closes_on + DAY, _("Valet kan stängas. Därefter kan fördelningen räknas ut.")),
        *([(round.told_by, _("Sista dagen för besked till alla."))] if round.told_by else []),
        (round.starts_on, _("De nya utförarna börjar.")),
    ]


def _around(round: ChoiceRound) -> list[tuple[datetime.date, str]]:
    areas = list(round.areas.all())
    names = {area.pk: area.name for area in areas}
    found = [
        (day, _("%(area)s: de externa får ha högst %(share)s.") % {"area": names[area], "share": percent(share)})
        for area, steps in ramp(areas=areas).items()
        for day, share in steps
        if round.opens_on <= day <= round.starts_on
    ]
    window = (round.opens_on, round.starts_on)
    contracts = Contract.objects.filter(Q(valid_from__range=window) | Q(valid_until__range=window), area__in=areas)
    for contract in contracts.select_related("area", "provider").order_by("pk"):
        words = {"area": contract.area.name, "provider": contract.provider.name}
        if round.opens_on <= contract.valid_from <= round.starts_on:
            found.append((contract.valid_from, _("%(area)s: avtalet med %(provider)s börjar.") % words))
        if contract.valid_until and round.opens_on <= contract.valid_until <= round.starts_on:
            found.append((contract.valid_until, _("%(area)s: avtalet med %(provider)s är slut.") % words))
    return found
