"""Protected identity: set it, lift it, and what ends with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Mandate, MandateHolder, Person

PROTECTED = Q(confidential=True) | Q(protected_registration=True)
# With skyddad folkbokföring we do not keep where the person lives.
_HOME = ("care_of", "street", "postal_code", "town")


@transaction.atomic
def set_protection(
    *, person: Person, confidential: bool, protected_registration: bool, reason: str, actor: Actor
) -> Person:
    """Set or lift the two flags. From then on everything that reads people hides this one: nothing is copied anywhere.

    Anybody who sees the person may set a flag, for a flag too many hurts less than one too few; to lift one takes the
    right to see protected people. Raises ``ValidationError`` without a reason.
    """
    actor.require(Right.SEE_PERSONS)
    if not reason.strip():
        raise ValidationError(_("Skriv varför."))
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = _flags(person)
    lifts = (person.confidential and not confidential) or (person.protected_registration and not protected_registration)
    if lifts or person.is_protected:
        actor.require(Right.SEE_PROTECTED)
    person.confidential, person.protected_registration = confidential, protected_registration
    if _flags(person) == before:
        return person
    if protected_registration:
        for name in _HOME:
            setattr(person, name, "")
    person.save(update_fields=["confidential", "protected_registration", *_HOME])
    record(
        actor=actor,
        action="person.protection",
        person_reference=person.reference,
        reason=reason,
        before=before,
        after=_flags(person),
    )
    return person


def _flags(person: Person) -> dict[str, bool]:
    return {"confidential": person.confidential, "protected_registration": person.protected_registration}


def without_cut_mandates(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    """Those by which somebody may act in the e-service: none while the person or any holder of it is protected.

    The mandate itself stands: on paper and with an officer it still counts.
    """
    cut = MandateHolder.objects.protected().values("mandate")
    return mandates.exclude(Q(person__confidential=True) | Q(person__protected_registration=True)).exclude(pk__in=cut)
