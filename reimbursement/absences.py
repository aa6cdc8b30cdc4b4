"""Absences of a person: reported, corrected by a new version, withdrawn. Nothing is overwritten."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.models import Placement
from audit.services import record
from choices.models import Person
from common import clock
from providers.models import Provider
from reimbursement.models import Absence
from reimbursement.rights import reporting_provider

# A later first day is a slip of the pen: a year ahead nobody knows of a hospital stay.
MOST_DAYS_AHEAD = 366


@transaction.atomic
def report_absence(
    *,
    person: Person,
    kind: str,
    planned: bool,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    reported_on: datetime.date | None = None,
    actor: Actor,
) -> Absence:
    """Store an absence. ``valid_until``: day of return. A user of a provider reports about its own clients only.

    Raises:
        ValidationError: the days are impossible, overlap a standing absence, or the provider does not serve the person.
    """
    provider = reporting_provider(actor=actor)
    person = Person.objects.select_for_update().get(pk=person.pk)
    absence = Absence(
        person=person,
        kind=kind,
        planned=planned,
        valid_from=valid_from,
        valid_until=valid_until,
        reported_on=reported_on or clock.today(),
        source=Absence.Source.OFFICER if provider is None else Absence.Source.PROVIDER,
        provider=provider,
        registered_by_id=actor.user_id,
    )
    _store(absence, actor, "absence.report")
    return absence


@transaction.atomic
def correct_absence(
    *,
    absence: Absence,
    kind: str,
    planned: bool,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    reported_on: datetime.date | None = None,
    actor: Actor,
) -> Absence:
    """Replace a standing absence by a new version. A provider corrects its own reports only.

    Raises:
        ValidationError: it is corrected or withdrawn already, or as ``report_absence``.
    """
    provider = reporting_provider(actor=actor)
    old = _ended(absence, provider)
    new = Absence(
        person=old.person,
        kind=kind,
        planned=planned,
        valid_from=valid_from,
        valid_until=valid_until,
        reported_on=reported_on or clock.today(),
        source=Absence.Source.OFFICER if provider is None else Absence.Source.PROVIDER,
        provider=provider,
        registered_by_id=actor.user_id,
        replaces=old,
    )
    _store(new, actor, "absence.correct", before=_told(old))
    return new


@transaction.atomic
def withdraw_absence(*, absence: Absence, reason: str, actor: Actor) -> None:
    """End a standing absence that never was.

    Raises:
        ValidationError: it is corrected or withdrawn already.
    """
    provider = reporting_provider(actor=actor)
    old = _ended(absence, provider)
    record(
        actor=actor,
        action="absence.withdraw",
        person_reference=old.person.reference,
        object_reference=old.reference,
        reason=reason,
        before=_told(old),
    )


def _ended(absence: Absence, provider: Provider | None) -> Absence:
    """The absence, ended. The person's row is locked first: one writer at a time."""
    Person.objects.select_for_update().get(pk=absence.person_id)
    old: Absence = Absence.objects.get(pk=absence.pk)
    if old.ended_at is not None:
        raise ValidationError(_("Någon annan har just ändrat frånvaron. Läs om sidan."))
    if provider is not None and old.provider_id != provider.pk:
        raise ValidationError(_("Frånvaron är registrerad av någon annan. Kontakta kommunen."))
    old.ended_at = clock.now()
    old.save(update_fields=["ended_at"])
    return old


def _store(absence: Absence, actor: Actor, action: str, before: dict[str, Any] | None = None) -> None:
    # Fields first: the constraints read the kind.
    absence.clean_fields()
    _check(absence)
    absence.full_clean()
    absence.save(force_insert=True)
    record(
        actor=actor,
        action=action,
        person_reference=absence.person.reference,
        object_reference=absence.reference,
        before=before,
        after=_told(absence),
    )


def _check(absence: Absence) -> None:
    today = clock.today()
    if absence.reported_on > today:
        raise ValidationError({"reported_on": _("Dagen har inte varit än. Välj i dag eller tidigare.")})
    if absence.valid_from > today + datetime.timedelta(days=MOST_DAYS_AHEAD):
        raise ValidationError({"valid_from": _("Dagen är mer än ett år framåt. Kontrollera den.")})
    if absence.kind == Absence.Kind.DEATH and absence.valid_from > today:
        raise ValidationError({"valid_from": _("Dödsdagen har inte varit än. Kontrollera den.")})
    if absence.provider is not None and not _serves(absence.provider, absence):
        raise ValidationError({"valid_from": _("Personen har inte hjälp av er den dagen. Kontrollera dagen.")})


def _serves(provider: Provider, absence: Absence) -> bool:
    """Whether the first day away is one of the provider's. Of a death the day after its last one counts, too: it is
    often reported when the placement has ended. Of other absences that day is the next provider's.
    """
    day = absence.valid_from
    served = Placement.objects.covering_some_day().filter(
        person=absence.person, contract__provider=provider, valid_from__lte=day
    )
    if absence.kind == Absence.Kind.DEATH:
        return bool(served.exclude(valid_until__lt=day).exists())
    return bool(served.exclude(valid_until__lte=day).exists())


def _told(absence: Absence) -> dict[str, Any]:
    return {
        "kind": absence.kind,
        "planned": absence.planned,
        "valid_from": str(absence.valid_from),
        "valid_until": str(absence.valid_until) if absence.valid_until else None,
        "source": absence.source,
        "reported_on": str(absence.reported_on),
    }
