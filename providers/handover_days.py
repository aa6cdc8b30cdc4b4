"""Settings of the handover: days that a provider sees a client, and deadlines to receive an order and to phone."""

from dataclasses import astuple, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from providers.models import Municipality
from providers.optimistic_lock import locked


@dataclass(frozen=True)
class HandoverDays:
    """The first two in days, the others in working days before the start."""

    client_days_before: int
    client_days_after: int
    received_days_before: int
    call_days_before: int

    @classmethod
    def of(cls, own: Municipality) -> "HandoverDays":
        return cls(**{name: getattr(own, name) for name in cls.__dataclass_fields__})

    @property
    def seal(self) -> str:
        return "-".join(str(value) for value in astuple(self))


@transaction.atomic
def set_handover_days(*, days: HandoverDays, seen: str | None = None, actor: Actor) -> Municipality:
    """Change the settings. Orders that are made keep their deadlines.

    Raises:
        ValidationError: more than 90 days or 30 working days, or changed by somebody else since ``seen``.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    own = locked(Municipality.objects.get(pk=1))
    before = HandoverDays.of(own)
    if seen is not None and seen != before.seal:
        raise ValidationError(_("Någon annan har ändrat det här medan du arbetade. Inget av ditt är sparat."))
    for name in HandoverDays.__dataclass_fields__:
        setattr(own, name, getattr(days, name))
    own.full_clean()
    own.save()
    record(
        actor=actor,
        action="municipality.handover_days",
        before={"days": before.seal},
        after={"days": days.seal},
    )
    return own
