"""Length of past waits for each provider's places, for the public comparison."""

import datetime
from dataclasses import dataclass

from allocation.queue_spells import spells_of
from allocation.waiting_times import estimate
from common.caching import cached
from providers.models import Area
from providers.selectors import contract_terms

_KEPT_SECONDS = 12 * 60 * 60


@dataclass(frozen=True)
class PastWait:
    """``days``: half of those who queued had their place within them. ``persons``: those who got a place."""

    days: int
    persons: int


def past_waits(*, area: Area, day: datetime.date) -> dict[int, PastWait]:
    """Provider id → waits of the last years (``queue_spells.YEARS``). A provider is missing where fewer than
    ``LEAST_MET`` have got a place, or where more than half still wait. Up to half a day old."""
    return cached(f"past-waits:{area.pk}:{day}", lambda: _past_waits(area, day), seconds=_KEPT_SECONDS)


def _past_waits(area: Area, day: datetime.date) -> dict[int, PastWait]:
    found = {}
    for contract in (term.contract for term in contract_terms(day=day) if term.contract.area_id == area.pk):
        spells = [spell for _hours, spell in spells_of(contract=contract, day=day)]
        if half := estimate(spells, waited=0):
            found[contract.provider_id] = PastWait(half.middle, sum(spell.met for spell in spells))
    return found
