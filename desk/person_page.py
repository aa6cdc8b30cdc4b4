"""Everything an officer sees of one person, read in one place."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from allocation.facts.people import next_placement, placement_on
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from allocation.wording import WHY_NOT
from audit.models import Read
from audit.selectors import looks_at
from choices.models import CareDecision, Choice, HouseholdMember, Mandate, Person, Wish
from choices.selectors import current_choice_of, visible_persons
from citizens.login.letter_codes import code_of
from citizens.models import LetterCode
from desk.models import Note, Scan
from desk.scans import visible_scans
from desk.timeline import Entry, timeline
from letters.models import Letter
from letters.selectors import letters_of

NOT_TRIED: Promise = gettext_lazy("Valet kom in efter den senaste fördelningen. Det prövas nästa gång.")


# The latest looks are shown; the log has them all.
LOOKS = 20


@dataclass(frozen=True)
class WishLine:
    """A wish, what became of it, and the sentence that explains why."""

    wish: Wish
    status: str
    why: str = ""
    place_in_queue: int | None = None
    minutes_ahead: int | None = None
    minutes_free: int | None = None


@dataclass(frozen=True)
class PersonPage:
    person: Person
    now: Placement | None
    next: Placement | None
    choice: Choice | None
    wishes: list[WishLine]
    outcome: OutcomeRow | None
    decisions: list[CareDecision]
    household: list[HouseholdMember]
    mandates: list[Mandate]
    calls: list[ContactTask]
    letters: QuerySet[Letter]
    offers: list[Offer]
    notes: list[Note]
    scans: list[Scan]
    code: LetterCode | None
    looks: list[Read]
    timeline: list[Entry]


def person_page(*, reference: str, actor: Actor, day: datetime.date) -> PersonPage:
    """Raises ``Person.DoesNotExist`` also for somebody the actor may not see."""
    person = visible_persons(actor=actor).select_related("area").get(reference=reference)
    now, then = placement_on(person=person, day=day), next_placement(person=person, day=day)
    choice = current_choice_of(person=person)
    outcome = latest_outcome(person=person)
    return PersonPage(
        person=person,
        now=now,
        next=then,
        choice=choice,
        wishes=wish_lines(choice=choice, outcome=outcome, now=now, then=then),
        outcome=outcome,
        decisions=list(
            CareDecision.objects.on(day)
            .filter(person=person)
            .select_related("service_type")
            .order_by("service_type__name")
        ),
        household=household_of(person=person, day=day),
        mandates=list(Mandate.objects.on(day).filter(person=person).prefetch_related("holders")),
        calls=list(person.contact_tasks.filter(status=ContactTask.Status.TO_DO)),
        letters=letters_of(person=person, actor=actor),
        offers=list(open_offers(person=person)),
        notes=list(Note.objects.filter(person=person).select_related("written_by")),
        scans=list(visible_scans(actor=actor).filter(person=person)),
        code=code_of(person),
        looks=list(looks_at(person_reference=person.reference, actor=actor)[:LOOKS]),
        timeline=timeline(person=person, actor=actor),
    )


def open_offers(*, person: Person) -> QuerySet[Offer]:
    """To be answered, or passed over in silence by somebody nobody has heard from since."""
    waits = Q(status=Offer.Status.OPEN) | Q(status=Offer.Status.EXPIRED, silence_broken_at__isnull=True)
    return person.offers.filter(waits).select_related("contract__provider").order_by("-made_at")[:3]


def latest_outcome(*, person: Person) -> OutcomeRow | None:
    """What the last run that was not cancelled gave the person."""
    return (
        person.outcome_rows.exclude(run__status=AllocationRun.Status.CANCELLED)
        .select_related("run", "provider", "provider_before")
        .order_by("-run__proposed_at", "-run_id")
        .first()
    )


def household_of(*, person: Person, day: datetime.date) -> list[HouseholdMember]:
    """Who else has care in the home. Nothing leads to or from a protected person, for nobody."""
    if person.is_protected:
        return []
    membership = HouseholdMember.objects.on(day).filter(person=person).first()
    if membership is None:
        return []
    others = HouseholdMember.objects.on(day).filter(
        household=membership.household_id, person__confidential=False, person__protected_registration=False
    )
    return list(others.exclude(person=person).select_related("person"))


def wish_lines(
    *, choice: Choice | None, outcome: OutcomeRow | None, now: Placement | None, then: Placement | None
) -> list[WishLine]:
    """The wishes of the current choice in order, each with what the last run said of it."""
    if choice is None:
        return []
    tried = outcome is not None and outcome.run.proposed_at >= choice.registered_at
    unmet = {line["provider"]: line for line in outcome.unmet} if outcome and tried else {}
    return [_wish_line(wish, unmet, outcome if tried else None, now, then) for wish in choice.wishes.all()]


def _wish_line(
    wish: Wish,
    unmet: dict[str, dict[str, Any]],
    outcome: OutcomeRow | None,
    now: Placement | None,
    then: Placement | None,
) -> WishLine:
    if then and then.contract.provider_id == wish.provider_id:
        return WishLine(wish, _("Får platsen"))
    if not then and now and now.contract.provider_id == wish.provider_id:
        return WishLine(wish, _("Har platsen"))
    if outcome and outcome.provider_id == wish.provider_id:
        return WishLine(wish, _("Får platsen om förslaget godkänns"))
    if line := unmet.get(wish.provider.code):
        return WishLine(
            wish,
            _("Väntar"),
            why=str(WHY_NOT[line["why"]]).format(provider=wish.provider.name),
            place_in_queue=line.get("place_in_queue"),
            minutes_ahead=line.get("minutes_ahead"),
            minutes_free=line.get("minutes_free"),
        )
    if outcome:
        return WishLine(wish, _("Behövs inte: ett val högre upp blev uppfyllt"))
    return WishLine(wish, _("Inte prövat än"), str(NOT_TRIED))
