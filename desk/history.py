"""All stored data of one person, each table read once: source of the person's page and timeline."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from allocation.models import ContactAttempt, ContactTask, Offer, Placement
from choices.models import Amendment, CareDecision, Choice, HouseholdMember, Mandate, MandateHolder, Person, Wish
from choices.selectors import visible_persons
from desk.models import Note
from handover.models import Order
from letters.models import Letter
from letters.selectors import letters_of
from providers.models import Provider
from secrecy.protected import not_protected, protected


@dataclass(frozen=True)
class History:
    """``household``: all current and past members of the person's households; without protected people, and empty for
    one.
    """

    person: Person
    decisions: list[CareDecision]
    choices: list[tuple[Choice, list[Wish]]]
    placements: list[Placement]
    offers: list[Offer]
    calls: list[tuple[ContactTask, list[ContactAttempt]]]
    letters: list[Letter]
    household: list[HouseholdMember]
    mandates: list[tuple[Mandate, list[MandateHolder]]]
    notes: list[Note]
    amendments: list[Amendment]
    # Rights of the reader concerning mandate holders (``MandateHolder.name_for``).
    sees_protected: bool


def history(*, person: Person, actor: Actor) -> History:
    """For a reader who may see the person. The caller logs the access."""
    placements = person.placements.select_related("contract__provider", "contract__area", "decided_by", "run").annotate(
        open_orders=ArraySubquery(
            Order.objects.open()
            .filter(placement=OuterRef("pk"))
            .order_by("day", "id")
            .values(json=JSONObject(reference="reference", kind="kind", state="state", visit_on="visit_on"))
        )
    )
    return History(
        person=person,
        decisions=list(person.care_decisions.select_related("service_type").order_by("valid_from", "id")),
        choices=_choices(person),
        placements=list(placements.order_by("valid_from", "id")),
        offers=list(person.offers.select_related("contract__provider").order_by("answer_by", "id")),
        calls=_calls(person),
        letters=list(letters_of(person=person, actor=actor).defer("facts").select_related("holder")),
        household=_household(person, actor),
        mandates=_mandates(person),
        notes=list(Note.objects.filter(person=person).select_related("written_by").order_by("-written_at", "-id")),
        amendments=list(
            Amendment.objects.filter(Q(person=person) | Q(person__merged_into=person))
            .select_related("provider", "registered_by")
            .order_by("said_on", "id")
        ),
        sees_protected=actor.may(Right.SEE_PROTECTED),
    )


def _choices(person: Person) -> list[tuple[Choice, list[Wish]]]:
    """Choices with their wishes, one row each or one for a choice without any."""
    rows: QuerySet[Any] = (
        Choice.objects.of_person(person)
        .select_related("registered_by", "mandate", "corrects", "round")
        .annotate(
            rank=F("wishes__rank"),
            queue_date=F("wishes__queue_date"),
            provider=F("wishes__provider"),
            provider_code=F("wishes__provider__code"),
            provider_name=F("wishes__provider__name"),
        )
        .order_by("-received_on", "-id", "rank")
    )
    found: dict[int, tuple[Choice, list[Wish]]] = {}
    for row in rows:
        choice, wishes = found.setdefault(row.pk, (row, []))
        if row.rank is not None:
            provider = Provider(pk=row.provider, code=row.provider_code, name=row.provider_name)
            wishes.append(Wish(choice=choice, rank=row.rank, provider=provider, queue_date=row.queue_date))
    return list(found.values())


def _calls(person: Person) -> list[tuple[ContactTask, list[ContactAttempt]]]:
    """Tasks with their attempts, one row each or one for a task without any."""
    rows = person.contact_tasks.annotate(
        tried_at=F("attempts__at"),
        tried_result=F("attempts__result"),
        tried_note=F("attempts__note"),
        by_first=F("attempts__by__first_name"),
        by_last=F("attempts__by__last_name"),
        by_username=F("attempts__by__username"),
    ).order_by("due_on", "id", "tried_at")
    found: dict[int, tuple[ContactTask, list[ContactAttempt]]] = {}
    for row in rows:
        task, attempts = found.setdefault(row.pk, (row, []))
        if row.tried_at is not None:
            by = User(first_name=row.by_first, last_name=row.by_last, username=row.by_username)
            attempts.append(
                ContactAttempt(task=task, at=row.tried_at, by=by, result=row.tried_result, note=row.tried_note)
            )
    return list(found.values())


def _household(person: Person, actor: Actor) -> list[HouseholdMember]:
    """Members that ``actor`` may see. Links to and from protected people are never shown."""
    if person.is_protected:
        return []
    own = HouseholdMember.objects.filter(person=person).values("household")
    unprotected = not_protected("person") & Q(person__in=visible_persons(actor=actor))
    return list(HouseholdMember.objects.filter(unprotected, household__in=own).select_related("person").order_by("pk"))


def _mandates(person: Person) -> list[tuple[Mandate, list[MandateHolder]]]:
    """Mandates with their holders, one row each or one for a mandate without any."""
    same = Person.objects.filter(protected(), identity_number=OuterRef("holders__identity_number"))
    rows = person.mandates.annotate(
        holder=F("holders__pk"),
        holder_name=F("holders__name"),
        holder_phone=F("holders__phone"),
        holder_number=F("holders__identity_number"),
        holder_protected=Exists(same),
    ).order_by("pk", "holder")
    found: dict[int, tuple[Mandate, list[MandateHolder]]] = {}
    for row in rows:
        mandate, holders = found.setdefault(row.pk, (row, []))
        if row.holder is not None:
            holder = MandateHolder(
                pk=row.holder,
                mandate=mandate,
                name=row.holder_name,
                phone=row.holder_phone,
                identity_number=row.holder_number,
            )
            holder.has_protection = row.holder_protected
            holders.append(holder)
    return list(found.values())
