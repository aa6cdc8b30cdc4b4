"""Remarks of providers on their lines, and the answers."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from providers.models import Provider
from reimbursement.computing import locked
from reimbursement.models import PaymentBasis, Remark
from reimbursement.rights import require_lines_of


@transaction.atomic
def make_remark(*, basis: PaymentBasis, provider: Provider, line: str, text: str, actor: Actor) -> Remark:
    """Store a remark of ``provider`` on one of its lines, or ("") on all of them.

    Raises:
        ValidationError: the basis is not with the providers, the line is not theirs, or nothing is said.
    """
    require_lines_of(provider, actor=actor)
    basis = locked(basis)
    if basis.state != PaymentBasis.State.REMARKS:
        raise ValidationError(_("Synpunkter tas emot när underlaget är hos utförarna."))
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan göra det här."))
    lines = basis.lines.filter(provider=provider)
    if line:
        lines = lines.filter(reference=line)
        if not lines.exists():
            raise ValidationError(_("Raden finns inte längre i underlaget. Läs om sidan."))
    ore = lines.aggregate(ore=Sum("ore"))["ore"] or 0
    remark = Remark(basis=basis, provider=provider, line=line, ore=ore, text=text.strip(), made_by_id=actor.user_id)
    remark.full_clean()
    remark.save(force_insert=True)
    _log("payment.remark", remark, actor)
    return remark


@transaction.atomic
def answer_remark(*, remark: Remark, text: str, actor: Actor) -> Remark:
    """Raises ValidationError if it is answered already, or the basis is not with the providers."""
    actor.require(Right.MANAGE_PAYMENT)
    basis = locked(remark.basis)
    remark = Remark.objects.get(pk=remark.pk)
    if basis.state != PaymentBasis.State.REMARKS or remark.answered_at is not None:
        raise ValidationError(_("Någon annan har just ändrat underlaget. Läs om sidan."))
    remark.answer, remark.answered_at, remark.answered_by_id = text.strip(), clock.now(), actor.user_id
    remark.full_clean()
    remark.save()
    _log("payment.answer", remark, actor)
    return remark


def _log(action: str, remark: Remark, actor: Actor) -> None:
    data = {"provider": remark.provider.code, "line": remark.line, "ore": remark.ore}
    record(actor=actor, action=action, object_reference=remark.basis.month_text, data=data)
