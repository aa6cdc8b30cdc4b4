"""Sums decided by two people."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from common.four_eyes import decide
from reimbursement.models import ManualLine


@transaction.atomic
def propose_manual_line(*, line: ManualLine, actor: Actor) -> ManualLine:
    """Propose ``line`` (unsaved, with its reason).

    Raises:
        ValidationError: it is incomplete, or there is no such person.
    """
    actor.require(Right.MANAGE_PAYMENT)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå en ändring."))
    if line.person and not Person.objects.filter(reference=line.person, merged_into__isnull=True).exists():
        raise ValidationError(_("Personen finns inte. Kontrollera referensen."))
    line.reason = line.reason.strip()
    line.proposed_by_id = actor.user_id
    line.full_clean()
    line.save(force_insert=True)
    _log("propose", line, actor)
    return line


@transaction.atomic
def decide_manual_line(*, line: ManualLine, approve: bool, actor: Actor) -> ManualLine:
    """Approve or reject; one's own may be withdrawn. An approved one is in the basis when it is computed next.

    Raises:
        ValidationError: decided already, or approved by its proposer.
    """
    line = ManualLine.objects.select_for_update().get(pk=line.pk)
    own = not approve and line.proposed_by_id == actor.user_id
    actor.require(Right.MANAGE_PAYMENT if own else Right.APPROVE_PAYMENT)
    decide(line, approve=approve, actor=actor)
    _log("approve" if approve else "refuse", line, actor)
    return line


def _log(step: str, line: ManualLine, actor: Actor) -> None:
    data = {"month": f"{line.month:%Y-%m}", "provider": line.provider.code, "ore": line.ore, "tax_code": line.tax_code}
    record(
        actor=actor,
        action=f"payment_manual.{step}",
        object_reference=line.reference,
        person_reference=line.person,
        reason=line.reason,
        data=data,
    )
