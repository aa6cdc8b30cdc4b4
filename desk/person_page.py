"""Data of the person page, read in one place."""

import datetime
from dataclasses import dataclass

from accounts.actors import Actor
from allocation.facts.shared import Shared
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from choices.models import CareDecision, Choice, HouseholdMember, Mandate, MandateHolder, Person, Wish
from citizens.login.letter_codes import code_of
from citizens.models import LetterCode
from desk.history import History, history
from desk.models import Note, Scan
from desk.people import mail_lines
from desk.scans import visible_scans
from desk.timeline import Entry, timeline
from desk.wish_lines import WishLine, wish_lines
from handover.models import Order
from letters.models import Letter
from secrecy.gate import counts_everybody

OFFERS = 3


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


def person_page(*, person: Person, actor: Actor, day: datetime.date, shared: Shared | None = None) -> PersonPage:
    """For a reader who may see the person. The caller logs the access. ``shared``: of the request."""
    known = history(person=person, actor=actor)
    now, then = _placements(known, day)
    choice, chosen = _current(known.choices)
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
            wishes=chosen,
            proposal=proposal,
            applied=applied,
            now=now,
            then=then,
            silent=_silent(known, choice),
            said=known.amendments,
            wished={wish.provider_id for _choice, theirs in known.choices for wish in theirs},
            day=day,
            whole=counts_everybody(actor),
            shared=shared,
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


def _current(choices: list[tuple[Choice, list[Wish]]]) -> tuple[Choice | None, list[Wish]]:
    """The last received of the uncorrected versions, which are in order of receipt, with its wishes."""
    corrected = {choice.corrects_id for choice, _wishes in choices}
    return next(((choice, wishes) for choice, wishes in choices if choice.pk not in corrected), (None, []))


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
