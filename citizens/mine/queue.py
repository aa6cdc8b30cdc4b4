"""Where I stand: about which place, how long it has taken for others, and why I have to wait."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.bands import QUEUE, is_being_decided, queue_band
from allocation.models import Offer
from allocation.standing import Waiting
from allocation.wording import WHY_NOT
from choices.models import Choice, Person
from choices.selectors import current_choice_of
from citizens.mine.home import open_offer_of, queues_of
from providers.models import Provider

# The first and last place of each band. None holds fewer than three, so that nobody can be counted out.
PLACES = ((1, 3), (4, 6), (7, 10), (11, 15), (16, 20), (21, 30), (31, 40), (41, 50), (51, 75), (76, 100))
NOT_TRIED: Promise = _("Du ställde dig i kön efter den senaste fördelningen. Du är med nästa gång.")


@dataclass(frozen=True)
class Line:
    provider: Provider
    waiting: Waiting
    offer: Offer | None

    @property
    def place(self) -> tuple[int, int] | None:
        return place_band(self.waiting.place)

    @property
    def queue_words(self) -> Promise:
        return QUEUE[queue_band(self.waiting.waiting or 0)]

    @property
    def why(self) -> str:
        return (
            str(WHY_NOT[self.waiting.why]).format(provider=self.provider.name) if self.waiting.why else str(NOT_TRIED)
        )


@dataclass(frozen=True)
class QueuePage:
    """``is_being_decided``: a round's places are being given out, and nobody's place is known."""

    choice: Choice | None
    lines: list[Line]
    is_being_decided: bool


def place_band(place: int | None) -> tuple[int, int] | None:
    """First and last place of the band. None: after the last band."""
    return next(((first, last) for first, last in PLACES if place is not None and first <= place <= last), None)


def queue_page(person: Person, *, day: datetime.date) -> QueuePage:
    choice = current_choice_of(person=person)
    offer = open_offer_of(person, day)
    lines = [
        Line(
            provider=each.provider,
            waiting=each.waiting,
            offer=offer if offer and offer.contract.provider_id == each.provider.pk else None,
        )
        for each in queues_of(person, choice, day, with_place=True)
    ]
    return QueuePage(choice=choice, lines=lines, is_being_decided=is_being_decided(person.area, day))
