"""Public availability of each provider in an area: room and queue in bands, never in small numbers."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.facts.days import next_start
from allocation.facts.queues import QueueSize, queue_sizes, sizes_in
from allocation.facts.room import Limit, Room, rooms_in
from allocation.facts.shared import Shared
from allocation.facts.tally import cached_rows
from allocation.models import AllocationRun
from choices.models import ChoiceRound
from providers.models import Area
from providers.selectors import ContractTerms, contract_terms

# A tenth of the ceiling, or of the room under the share.
FEW_SHARE = 10
# Numbers below this are not published.
SMALL = 10

# The first and last place of each band. None holds fewer than three, so that nobody can be counted out.
PLACES = ((1, 3), (4, 6), (7, 10), (11, 15), (16, 20), (21, 30), (31, 40), (41, 50), (51, 75), (76, 100))

ROOM: dict[str, Promise] = {
    "own": _("Ja. Kommunens hemtjänst har alltid plats."),
    "yes": _("Ja, det finns plats."),
    "few": _("Det finns några få platser."),
    "full": _("Nej, det är fullt. Du kan ställa dig i kö."),
    "stopped": _("Nej, de tar inte emot någon ny just nu. Du kan ställa dig i kö."),
    "ends": _("Nej. Avtalet slutar innan du hinner börja hos dem."),
    "later": _("Det vet vi när tiden att välja är slut och vi har delat ut platserna."),
}
QUEUE: dict[int, Promise] = {
    0: _("Ingen står i kö."),
    1: _("Färre än 10 personer."),
    10: _("Mellan 10 och 24 personer."),
    25: _("Mellan 25 och 49 personer."),
    50: _("Mellan 50 och 99 personer."),
    100: _("100 personer eller fler."),
}
# The same as whole sentences, for somebody in the queue.
IN_QUEUE: dict[int, Promise] = {
    0: _("Ingen står i kön."),
    1: _("Färre än 10 personer står i kön."),
    10: _("Mellan 10 och 24 personer står i kön."),
    25: _("Mellan 25 och 49 personer står i kön."),
    50: _("Mellan 50 och 99 personer står i kön."),
    100: _("100 personer eller fler står i kön."),
}


@dataclass(frozen=True)
class Band:
    """``room``: a word of ``ROOM``; ``queue``: lower end of a band of ``QUEUE``. None: not known yet."""

    room: str
    queue: int | None

    @property
    def room_words(self) -> Promise:
        return ROOM[self.room]

    @property
    def queue_words(self) -> Promise | None:
        return None if self.queue is None else QUEUE[self.queue]


def bands(*, area: Area, day: datetime.date, shared: Shared | None = None) -> dict[int, Band]:
    """Provider id → band, for the contracts in force on ``day``.

    None while a round's places have not been assigned. Room is that of the first day on which a place assigned today
    can begin. ``shared``: of the request.
    """
    same = shared or Shared()
    terms = same.get(("terms", day), lambda: contract_terms(day=day))
    in_force = {term.contract.pk: term for term in terms if term.contract.area_id == area.pk}
    if same.get(("being decided", area.pk, day), lambda: is_being_decided(area, day)):
        return {term.contract.provider_id: Band(_before_it_is_decided(term), None) for term in in_force.values()}
    start = same.get(("next start", day), lambda: next_start(day))
    # Read once for room and queues.
    found = cached_rows("area_tally", [area.pk], day=start)
    here = rooms_in([area], day=start, found=found, shared=same)[0]
    if found is None:
        queues = queue_sizes([term.contract for term in in_force.values()], today=day)
    else:
        sizes = sizes_in(found)
        queues = {
            contract: sizes.get((area.pk, term.contract.provider_id), QueueSize())
            for contract, term in in_force.items()
        }
    ends = {
        term.contract.provider_id: Band("ends", queue_band(queues[pk].persons))
        for pk, term in in_force.items()
        if term.contract.valid_until is not None and term.contract.valid_until <= start
    }
    return {
        room.contract.provider_id: _band(room, here.narrowest_limit(room), queues[room.contract.pk].persons)
        for room in here.rooms
        if room.contract.pk in in_force
    } | ends


def queue_band(waiting: int) -> int:
    return max(lower for lower in QUEUE if lower <= waiting)


def place_band(place: int | None) -> tuple[int, int] | None:
    """First and last place of the band. None: after the last band."""
    return next(((first, last) for first, last in PLACES if place is not None and first <= place <= last), None)


def _before_it_is_decided(term: ContractTerms) -> str:
    if not term.intake:
        return "stopped"
    return "own" if term.contract.provider.is_municipal else "later"


def _band(room: Room, limit: Limit | None, waiting: int) -> Band:
    if not room.takes_in:
        return Band("stopped", queue_band(waiting))
    if room.contract.provider.is_municipal:
        return Band("own", queue_band(waiting))
    if limit is None or limit.limit is None or limit.free is None:
        words = "yes"
    elif limit.free == 0 or waiting:
        # A newcomer comes after those who wait.
        words = "full"
    else:
        words = "few" if limit.free * FEW_SHARE < limit.limit else "yes"
    return Band(words, queue_band(waiting))


def is_being_decided(area: Area, day: datetime.date) -> bool:
    """A round has opened for the area and its places have not been assigned."""
    rounds = ChoiceRound.objects.filter(areas=area, frozen_at__isnull=False, opens_on__lte=day, starts_on__gt=day)
    return rounds.exclude(runs__status=AllocationRun.Status.APPLIED).exists()
