"""The wishes of a person's choice on the person page, each with its result and the reason."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.facts.queues import QueuePosition, Wait, positions_of
from allocation.facts.shared import Shared
from allocation.models import AllocationRun, OutcomeRow, Placement
from allocation.wording import NO_QUEUE, WHY_NOT, origin_words, place_words
from choices.models import Amendment, Choice, Person, Wish
from choices.selectors import ended_wishes

NOT_TRIED: Promise = gettext_lazy("Valet kom in efter den senaste fördelningen. Det prövas nästa gång.")


@dataclass(frozen=True)
class WishLine:
    """A wish, its result, and the explanation. ``minutes_ahead`` and ``minutes_free``: of a proposal only; the current
    values are on the queue's own page. ``in_queue``: there is a place. Staff who may not know of protected people read
    it as a band: numbers of several people would have a gap.
    """

    wish: Wish
    status: str
    why: str = ""
    in_queue: bool = False
    place_in_queue: int | None = None
    minutes_ahead: int | None = None
    minutes_free: int | None = None


def wish_lines(
    *,
    person: Person,
    choice: Choice | None,
    wishes: Sequence[Wish],
    proposal: OutcomeRow | None,
    applied: OutcomeRow | None,
    now: Placement | None,
    then: Placement | None,
    silent: set[int],
    said: list[Amendment],
    wished: set[int],
    day: datetime.date,
    whole: bool,
    shared: Shared | None = None,
) -> list[WishLine]:
    """The ``wishes`` of the current choice in order: as they stand on ``day``, which a night's list that waits does not
    change; while a round or an exit is decided, as its proposal has them.

    ``silent``: providers (ids) whose offer expired without an answer; ``said``: the person's amendments.
    ``wished``: providers (ids) in all the person's choices. ``whole``: the reader may know of everybody in a queue.
    """
    if choice is None:
        return []
    proposal, tried = _of_choice(proposal, choice), _of_choice(applied, choice)
    ended = ended_wishes(choice, said, wishes)
    if proposal and proposal.run.kind != AllocationRun.Kind.NIGHT:
        return [_ended(wish, ended) or _had(wish, now, then) or _proposed(wish, proposal, whole) for wish in wishes]
    positions = positions_of(person, today=day, wished=wished, shared=shared)
    waits = {wait.contract.provider_id: (wait, position) for wait, position in positions}
    return [
        _ended(wish, ended)
        or _had(wish, now, then)
        or (_by_list(wish, proposal) if proposal else None)
        or (_waiting(*found, wish, whole) if (found := waits.get(wish.provider_id)) else None)
        or _resting(wish, silent)
        or _tried(wish, tried)
        for wish in wishes
    ]


def _of_choice(outcome: OutcomeRow | None, choice: Choice) -> OutcomeRow | None:
    """A run that was computed after the choice came in."""
    return outcome if outcome is not None and outcome.run.proposed_at >= choice.registered_at else None


def _by_list(wish: Wish, proposal: OutcomeRow) -> WishLine | None:
    if proposal.provider_id != wish.provider_id or proposal.act == OutcomeRow.Act.NONE:
        return None
    if proposal.act == OutcomeRow.Act.OFFER:
        return WishLine(wish, _("Erbjuds platsen om förslaget godkänns"))
    return WishLine(wish, _("Får platsen om förslaget godkänns"))


def _ended(wish: Wish, ended: Mapping[int, Amendment]) -> WishLine | None:
    if wish.provider_id not in ended:
        return None
    day = date_format(ended[wish.provider_id].said_on)
    return WishLine(wish, _("Gäller inte längre, sa personen %(day)s") % {"day": day})


def _had(wish: Wish, now: Placement | None, then: Placement | None) -> WishLine | None:
    if then and then.contract.provider_id == wish.provider_id:
        return WishLine(wish, _("Får platsen"))
    if not then and now and now.contract.provider_id == wish.provider_id:
        return WishLine(wish, _("Har platsen"))
    return None


def _proposed(wish: Wish, outcome: OutcomeRow, whole: bool) -> WishLine:
    if outcome.provider_id == wish.provider_id:
        return WishLine(wish, _("Får platsen om förslaget godkänns"))
    line = _unmet(wish, outcome)
    if line is None:
        return WishLine(wish, _("Behövs inte: ett val högre upp blev uppfyllt"))
    return _with_place(
        WishLine(
            wish,
            _("Väntar"),
            why=str(WHY_NOT[line["why"]]).format(provider=wish.provider.name),
            minutes_ahead=line.get("minutes_ahead") if whole else None,
            minutes_free=line.get("minutes_free"),
        ),
        line.get("place_in_queue"),
        whole,
    )


def _with_place(line: WishLine, place: int | None, whole: bool) -> WishLine:
    if not place:
        return line
    if whole:
        return replace(line, in_queue=True, place_in_queue=place)
    return replace(line, in_queue=True, why=f"{line.why} {place_words(place, line.wish.provider.name)}")


def _waiting(wait: Wait, position: QueuePosition, wish: Wish, whole: bool) -> WishLine:
    if wait.is_offered:
        return WishLine(wish, _("Har ett erbjudande"))
    if not wait.why:
        return WishLine(wish, _("Inte prövat än"), str(NOT_TRIED))
    why = [str(WHY_NOT[wait.why]).format(provider=wish.provider.name)]
    why += [] if wait.why in NO_QUEUE else origin_words(wait.origin)
    return _with_place(WishLine(wish, _("Väntar"), " ".join(why)), position.place, whole)


def _resting(wish: Wish, silent: set[int]) -> WishLine | None:
    if wish.provider_id not in silent:
        return None
    return WishLine(wish, _("Vilar: personen har inte svarat på ett erbjudande"))


def _tried(wish: Wish, outcome: OutcomeRow | None) -> WishLine:
    if outcome is None:
        return WishLine(wish, _("Inte prövat än"), str(NOT_TRIED))
    if _unmet(wish, outcome):
        return WishLine(wish, _("Det var fullt, och personen vill inte stå i kö"))
    return WishLine(wish, _("Behövs inte: ett val högre upp blev uppfyllt"))


def _unmet(wish: Wish, outcome: OutcomeRow) -> dict[str, Any] | None:
    return next((line for line in outcome.unmet if line["provider"] == wish.provider.code), None)
