"""Data of the person page, read in one place."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from allocation.facts.queues import Stand, Wait, stands_of
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from allocation.wording import NO_QUEUE, WHY_NOT, origin_words
from choices.models import Amendment, CareDecision, Choice, HouseholdMember, Mandate, MandateHolder, Person, Wish
from choices.selectors import ended_wishes
from citizens.login.letter_codes import code_of
from citizens.models import LetterCode
from desk.history import History, history
from desk.models import Note, Scan
from desk.people import mail_lines
from desk.scans import visible_scans
from desk.timeline import Entry, timeline
from handover.models import Order
from letters.models import Letter

NOT_TRIED: Promise = gettext_lazy("Valet kom in efter den senaste fördelningen. Det prövas nästa gång.")


OFFERS = 3


@dataclass(frozen=True)
class WishLine:
    """A wish, its result, and the explanation. ``minutes_ahead`` and ``minutes_free``: of a proposal only; the current
    values are on the queue's own page.
    """

    wish: Wish
    status: str
    why: str = ""
    place_in_queue: int | None = None
    minutes_ahead: int | None = None
    minutes_free: int | None = None


@dataclass(frozen=True)
class OrderLine:
    """An open order to a provider, in words."""

    reference: str
    provider: str
    kind: str
    state: str
    visit_on: datetime.date | None


@dataclass(frozen=True)
class PersonPage:
    person: Person
    mail: list[str]
    now: Placement | None
    next: Placement | None
    choice: Choice | None
    wishes: list[WishLine]
    proposal: OutcomeRow | None
    decisions: list[CareDecision]
    household: list[HouseholdMember]
    mandates: list[tuple[Mandate, list[MandateHolder]]]
    calls: list[ContactTask]
    letters: list[Letter]
    offers: list[Offer]
    notes: list[Note]
    scans: list[Scan]
    code: LetterCode | None
    timeline: list[Entry]
    orders: list[OrderLine]


def person_page(*, person: Person, actor: Actor, day: datetime.date) -> PersonPage:
    """For a reader who may see the person. The caller logs the access."""
    known = history(person=person, actor=actor)
    now, then = _placements(known, day)
    choice = _current(known.choices)
    proposal, applied = outcomes_of(person=person)
    waiting = [offer for offer in known.offers if _waits(offer)]
    return PersonPage(
        person=person,
        mail=mail_lines(person),
        now=now,
        next=then,
        choice=choice,
        wishes=wish_lines(
            person=person,
            choice=choice,
            proposal=proposal,
            applied=applied,
            now=now,
            then=then,
            silent=_silent(known, choice),
            said=known.amendments,
            day=day,
        ),
        proposal=proposal if proposal and _changes(proposal) else None,
        decisions=sorted(
            (each for each in known.decisions if each.covers(day)), key=lambda each: each.service_type.name
        ),
        household=_household(known, day),
        mandates=[(mandate, holders) for mandate, holders in known.mandates if mandate.covers(day)],
        calls=[task for task, _tried in known.calls if task.status == ContactTask.Status.TO_DO],
        letters=known.letters,
        offers=sorted(waiting, key=lambda offer: offer.made_at, reverse=True)[:OFFERS],
        notes=known.notes,
        scans=list(visible_scans(actor=actor).filter(person=person)),
        code=code_of(person),
        timeline=timeline(known),
        orders=_orders(known),
    )


def _placements(known: History, day: datetime.date) -> tuple[Placement | None, Placement | None]:
    """Placement of the day, and the decided next one."""
    now = next((each for each in known.placements if each.covers(day)), None)
    later = (each for each in known.placements if each.valid_from > day and each.covers(each.valid_from))
    return now, next(later, None)


def _orders(known: History) -> list[OrderLine]:
    return [
        OrderLine(
            reference=order["reference"],
            provider=placement.contract.provider.name,
            kind=str(Order.Kind(order["kind"]).label),
            state=str(Order.State(order["state"]).label),
            visit_on=datetime.date.fromisoformat(order["visit_on"]) if order["visit_on"] else None,
        )
        for placement in known.placements
        for order in getattr(placement, "open_orders", [])
    ]


def _current(choices: list[Choice]) -> Choice | None:
    """The last received of the uncorrected versions, which are in order of receipt."""
    corrected = {choice.corrects_id for choice in choices}
    return next((choice for choice in choices if choice.pk not in corrected), None)


def _waits(offer: Offer) -> bool:
    """Open offers, and offers without an answer from a person not heard from since."""
    silent = offer.status == Offer.Status.EXPIRED and offer.silence_broken_at is None
    return silent or offer.status == Offer.Status.OPEN


def _silent(known: History, choice: Choice | None) -> set[int]:
    """Providers (ids) whose offer expired without an answer from a person not heard from since."""
    return {
        offer.contract.provider_id
        for offer in known.offers
        if offer.status == Offer.Status.EXPIRED
        and offer.silence_broken_at is None
        and not (choice and offer.answered_at and choice.registered_at > offer.answered_at)
    }


def _household(known: History, day: datetime.date) -> list[HouseholdMember]:
    """Other household members in care on the day."""
    there = [member for member in known.household if member.covers(day)]
    own = {member.household_id for member in there if member.person_id == known.person.pk}
    return [member for member in there if member.household_id in own and member.person_id != known.person.pk]


def outcomes_of(*, person: Person) -> tuple[OutcomeRow | None, OutcomeRow | None]:
    """Outcome of the newest pending proposal, unless a later run has been applied; and of the last applied run."""
    rows = person.outcome_rows.exclude(run__status__in=AllocationRun.ENDED)
    newest = rows.order_by("run__status", "-run__proposed_at", "-run_id").distinct("run__status")
    by_status = {row.run.status: row for row in newest.select_related("run", "provider", "provider_before")}
    applied = by_status.pop(AllocationRun.Status.APPLIED, None)
    proposal = max(by_status.values(), key=lambda row: row.run.proposed_at, default=None)
    if proposal and applied and applied.run.proposed_at > proposal.run.proposed_at:
        proposal = None
    return proposal, applied


def _changes(proposal: OutcomeRow) -> bool:
    """True if the proposal changes something for the person. A round decides for everybody."""
    return proposal.act != OutcomeRow.Act.NONE or proposal.run.kind == AllocationRun.Kind.ROUND


def wish_lines(
    *,
    person: Person,
    choice: Choice | None,
    proposal: OutcomeRow | None,
    applied: OutcomeRow | None,
    now: Placement | None,
    then: Placement | None,
    silent: set[int],
    said: list[Amendment],
    day: datetime.date,
) -> list[WishLine]:
    """The wishes of the current choice in order: as they stand on ``day``, which a night's list that waits does not
    change; while a round or an exit is decided, as its proposal has them.

    ``silent``: providers (ids) whose offer expired without an answer; ``said``: the person's amendments.
    """
    if choice is None:
        return []
    proposal, tried = _of_choice(proposal, choice), _of_choice(applied, choice)
    wishes = list(choice.wishes.all())
    ended = ended_wishes(choice, said)
    if proposal and proposal.run.kind != AllocationRun.Kind.NIGHT:
        return [_ended(wish, ended) or _had(wish, now, then) or _proposed(wish, proposal) for wish in wishes]
    waits = {wait.contract.provider_id: (wait, stand) for wait, stand in stands_of(person, today=day)}
    return [
        _ended(wish, ended)
        or _had(wish, now, then)
        or (_by_list(wish, proposal) if proposal else None)
        or (_waiting(*found, wish) if (found := waits.get(wish.provider_id)) else None)
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


def _proposed(wish: Wish, outcome: OutcomeRow) -> WishLine:
    if outcome.provider_id == wish.provider_id:
        return WishLine(wish, _("Får platsen om förslaget godkänns"))
    line = _unmet(wish, outcome)
    if line is None:
        return WishLine(wish, _("Behövs inte: ett val högre upp blev uppfyllt"))
    return WishLine(
        wish,
        _("Väntar"),
        why=str(WHY_NOT[line["why"]]).format(provider=wish.provider.name),
        place_in_queue=line.get("place_in_queue"),
        minutes_ahead=line.get("minutes_ahead"),
        minutes_free=line.get("minutes_free"),
    )


def _waiting(wait: Wait, stand: Stand, wish: Wish) -> WishLine:
    if wait.is_offered:
        return WishLine(wish, _("Har ett erbjudande"))
    if not wait.why:
        return WishLine(wish, _("Inte prövat än"), str(NOT_TRIED))
    why = [str(WHY_NOT[wait.why]).format(provider=wish.provider.name)]
    why += [] if wait.why in NO_QUEUE else origin_words(wait.origin)
    return WishLine(wish, _("Väntar"), " ".join(why), place_in_queue=stand.place)


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
