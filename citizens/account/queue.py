"""Queue page of a citizen: band of the place, waiting times of others, reason for the wait."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.facts.ahead import Ahead, ahead_of
from allocation.facts.origins import Lot
from allocation.facts.people import granted_minutes, open_offer_of
from allocation.facts.queues import QueuePosition, Wait, positions_of
from allocation.models import Offer, Placement
from allocation.public_availability import IN_QUEUE, is_being_decided, queue_band
from allocation.queue_spells import spells_of
from allocation.waiting_times import Estimate, estimate
from allocation.whatif.result import hours_class
from allocation.wording import QUEUE_ORDER, WHY_NOT, ahead_words, origin_words, place_words
from choices.models import Person
from citizens.account.durations import duration_words
from providers.models import Provider

NOT_TRIED: Promise = _("Du ställde dig i kön efter att vi senast delade ut platser. Du är med nästa gång.")


@dataclass(frozen=True)
class WaitEstimate:
    """``alike``: estimated from people with similar granted hours only; otherwise from the whole queue."""

    estimate: Estimate
    alike: bool

    @property
    def words(self) -> str:
        return duration_words(self.estimate)


@dataclass(frozen=True)
class QueueLine:
    """``position`` is exact: used for the band, never shown. ``how_long`` None: no estimate, or nothing to wait for."""

    wait: Wait
    position: QueuePosition
    offer: Offer | None
    how_long: WaitEstimate | None

    @property
    def provider(self) -> Provider:
        return self.wait.contract.provider

    @property
    def contract_until(self) -> datetime.date | None:
        """Last day of a contract that ends."""
        end = self.wait.contract.valid_until
        return end - datetime.timedelta(days=1) if end else None

    @property
    def place(self) -> str:
        """Empty for a unit that can never fit: it has no place."""
        return place_words(self.position.place, self.provider.name) if self.position.place is not None else ""

    @property
    def queue_words(self) -> Promise:
        return IN_QUEUE[queue_band(self.position.size.persons)]

    @property
    def origin(self) -> list[str]:
        return origin_words(self.wait.origin)

    @property
    def lot(self) -> Lot | None:
        return self.wait.origin.open_lot

    @property
    def why(self) -> str:
        return str(WHY_NOT[self.wait.why]).format(provider=self.provider.name) if self.wait.why else str(NOT_TRIED)


@dataclass(frozen=True)
class QueuePage:
    """``is_being_decided``: a round is being decided, and no place is known. ``ahead``: of the person, None without a
    queue."""

    lines: list[QueueLine]
    is_being_decided: bool
    ahead: Ahead | None
    order: Promise = QUEUE_ORDER

    @property
    def then(self) -> Placement | None:
        return self.ahead.then if self.ahead else None

    @property
    def meanwhile(self) -> str:
        """Sentences on the person's provider during the wait."""
        return ahead_words(self.ahead) if self.ahead else ""


def queue_page(person: Person, *, day: datetime.date) -> QueuePage:
    offer = open_offer_of(person, day)
    decided_now = is_being_decided(person.area, day)
    waits = positions_of(person, today=day)
    minutes = granted_minutes(person, day) if waits else 0
    lines = []
    for wait, position in waits:
        offered = offer if offer and offer.contract_id == wait.contract.pk else None
        how_long = None if offered or decided_now else how_long_for(wait, minutes=minutes, day=day)
        lines.append(QueueLine(wait, position, offered, how_long))
    ahead = ahead_of(person, day=day) if lines else None
    return QueuePage(lines=lines, is_being_decided=decided_now, ahead=ahead)


def how_long_for(wait: Wait, *, minutes: int, day: datetime.date) -> WaitEstimate | None:
    """From people with similar granted hours, if there are enough; else from the whole queue; else no estimate."""
    contract = wait.contract
    spells = spells_of(contract=contract, day=day)
    waited = max((day - wait.queue_date).days, 0)
    mine = hours_class(minutes)
    alike_only = [spell for kind, spell in spells if kind == mine]
    everybody = [spell for _kind, spell in spells]
    for alike, among in ((True, alike_only), (False, everybody)):
        if found := estimate(among, waited=waited):
            return WaitEstimate(found, alike)
    return None
