"""Complaints about providers: registered, answered, counted."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from common.workdays import working_days_after
from followup.human import human
from followup.models import Complaint
from providers.models import Area, Provider
from secrecy.protected import protected


def visible_complaints(*, actor: Actor) -> QuerySet[Complaint]:
    """Anonymous ones of the actor's areas, or of none; and those of people whom ``actor`` may see."""
    if not actor.may(Right.SEE_PERSONS):
        return Complaint.objects.none()
    anonymous = Q(person__isnull=True)
    if actor.areas is not None:
        anonymous &= Q(area__isnull=True) | Q(area__code__in=actor.areas)
    found: QuerySet[Complaint] = Complaint.objects.filter(anonymous | Q(person__in=visible_persons(actor=actor)))
    return found.select_related("provider", "area", "person", "received_by", "answered_by")


@transaction.atomic
def register_complaint(
    *,
    provider: Provider,
    kind: str,
    channel: str,
    text: str,
    received_on: datetime.date,
    actor: Actor,
    person: Person | None = None,
    area: Area | None = None,
    wants_change: bool = False,
) -> Complaint:
    """Register a complaint, to be answered within ``COMPLAINT_WORKING_DAYS`` working days of the day it came in.

    Raises:
        ValidationError: the day is in the future, the text is empty, or a wish to change names no person.
    """
    actor.require(Right.SEE_PERSONS)
    if received_on > clock.today():
        raise ValidationError({"received_on": _("Den dagen har inte kommit än.")})
    if wants_change and person is None:
        raise ValidationError({"wants_change": _("Skriv vem som vill byta, eller ta bort krysset.")})
    complaint = Complaint(
        provider=provider,
        area=person.area if person else area,
        person=person,
        kind=kind,
        channel=channel,
        text=text.strip(),
        wants_change=wants_change,
        received_on=received_on,
        received_by_id=human(actor),
        answer_by=working_days_after(received_on, settings.COMPLAINT_WORKING_DAYS),
    )
    complaint.full_clean()
    complaint.save()
    _record(complaint, "complaint.register", actor, kind=kind, channel=channel)
    return complaint


@transaction.atomic
def answer_complaint(*, complaint: Complaint, answer: str, answered_on: datetime.date, actor: Actor) -> Complaint:
    """Register the answer.

    Raises:
        ValidationError: the complaint is answered already, the text is empty, or the day is in the future or before the
            complaint.
    """
    actor.require(Right.SEE_PERSONS)
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.answered_on is not None:
        raise ValidationError(_("En kollega har redan svarat. Läs svaret nedan."))
    if answered_on > clock.today():
        raise ValidationError({"answered_on": _("Den dagen har inte kommit än.")})
    complaint.answer, complaint.answered_on, complaint.answered_by_id = answer.strip(), answered_on, human(actor)
    complaint.full_clean()
    complaint.save()
    _record(complaint, "complaint.answer", actor, late=answered_on > complaint.answer_by)
    return complaint


def counts(*, first: datetime.date, next: datetime.date) -> dict[str, dict[str, int]]:
    """Provider code → kind → number received in the period. Without those of protected people."""
    found: dict[str, dict[str, int]] = {}
    rows = _of_period(first, next).values_list("provider__code", "kind").annotate(number=Count("pk")).order_by()
    for code, kind, number in rows:
        found.setdefault(code, {})[kind] = number
    return found


def late_counts(*, first: datetime.date, next: datetime.date, day: datetime.date) -> dict[str, int]:
    """Provider code → number received in the period that were answered too late, or are late on ``day``."""
    late = Q(answered_on__isnull=True, answer_by__lt=day) | Q(answered_on__gt=F("answer_by"))
    rows = _of_period(first, next).filter(late).values_list("provider__code").annotate(number=Count("pk")).order_by()
    return dict(rows)


def _of_period(first: datetime.date, next: datetime.date) -> QuerySet[Complaint]:
    return Complaint.objects.filter(received_on__gte=first, received_on__lt=next).exclude(protected("person"))


def _record(complaint: Complaint, action: str, actor: Actor, **data: object) -> None:
    record(
        actor=actor,
        action=action,
        person_reference=complaint.person.reference if complaint.person else "",
        object_reference=complaint.reference,
        data={"provider": complaint.provider.code, **data},
    )
