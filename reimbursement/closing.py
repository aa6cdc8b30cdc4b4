"""Monthly close: sent to the providers for remarks, approved by another person, sealed for good."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from reimbursement import documents, engine
from reimbursement.computing import AuditFailedError, NotComputedError, computed, locked, next_month
from reimbursement.models import BasisDocument, PaymentBasis

State = PaymentBasis.State


@transaction.atomic
def send_for_remarks(*, basis: PaymentBasis, until: datetime.date, actor: Actor) -> PaymentBasis:
    """Open the basis to the providers. They answer at the latest on ``until``; it is approved after that day.

    Raises:
        ValidationError: the month is not over, the basis is not computed, or it is sent already.
    """
    actor.require(Right.MANAGE_PAYMENT)
    basis = _in_state(basis, State.DRAFT)
    if clock.today() < next_month(basis):
        raise ValidationError(_("Månaden är inte slut än. Skicka ut underlaget när den är det."))
    if until < clock.today():
        raise ValidationError({"until": _("Dagen har redan varit. Välj i dag eller senare.")})
    if not basis.outcome_sha256 or basis.failure:
        raise ValidationError(_("Underlaget är inte färdigräknat. Rätta felen och räkna om."))
    basis.state, basis.remarks_until = State.REMARKS, until
    basis.sent_at, basis.sent_by_id = clock.now(), _human(actor)
    _save(basis, "payment.send", actor)
    return basis


@transaction.atomic
def approve(*, basis: PaymentBasis, seen: str, actor: Actor) -> PaymentBasis:
    """Approve exactly the outcome with the fingerprint ``seen``, if a computation from today's data still gives the
    same problem.

    Raises:
        ValidationError: the actor sent it, remarks are unanswered or may still come, or the basis has changed.
    """
    actor.require(Right.APPROVE_PAYMENT)
    basis = _in_state(basis, State.REMARKS)
    if actor.is_same_human(basis.sent_by_id):
        raise ValidationError(_("Den som skickade ut underlaget kan inte själv godkänna det."))
    if not basis.is_answer_time_over:
        raise ValidationError(
            _("Utförarna kan lämna synpunkter till och med %(day)s. Godkänn när den dagen har gått.")
            % {"day": basis.remarks_until}
        )
    if basis.remarks.filter(answered_at=None).exists():
        raise ValidationError(_("Det finns synpunkter utan svar. Svara på dem först."))
    if basis.outcome_sha256 != seen or basis.failure or not _is_as_known(basis):
        raise ValidationError(_("Underlaget är inte längre detsamma. Räkna om, läs det och godkänn det då."))
    basis.state, basis.approved_at, basis.approved_by_id = State.APPROVED, clock.now(), _human(actor)
    _save(basis, "payment.approve", actor)
    return basis


@transaction.atomic
def send_back(*, basis: PaymentBasis, reason: str, actor: Actor) -> PaymentBasis:
    """Undo the latest step of an unsealed basis: approved → with the providers → draft.

    Raises:
        ValidationError: a draft or a sealed basis cannot be sent back.
    """
    actor.require(Right.APPROVE_PAYMENT)
    basis = locked(basis)
    if basis.state == State.APPROVED:
        basis.state, basis.approved_at, basis.approved_by = State.REMARKS, None, None
    elif basis.state == State.REMARKS:
        basis.state, basis.sent_at, basis.sent_by, basis.remarks_until = State.DRAFT, None, None, None
    else:
        raise ValidationError(_("Underlaget kan inte skickas tillbaka."))
    _save(basis, "payment.send_back", actor, reason)
    return basis


@transaction.atomic
def seal(*, basis: PaymentBasis, actor: Actor) -> PaymentBasis:
    """Seal an approved basis. Nothing reopens it: later knowledge gives adjustments in the next month.

    Raises:
        ValidationError: it is not approved.
        ChangedDocumentError: a stored document is not the one that was approved.
    """
    actor.require(Right.APPROVE_PAYMENT)
    basis = _in_state(basis, State.APPROVED)
    for kind in BasisDocument.Kind:
        documents.content(basis, kind)
    basis.state, basis.sealed_at, basis.sealed_by_id = State.SEALED, clock.now(), _human(actor)
    _save(basis, "payment.seal", actor)
    return basis


def _is_as_known(basis: PaymentBasis) -> bool:
    try:
        problem, _outcome = computed(basis)
    except (NotComputedError, AuditFailedError):
        return False
    return engine.problem_sha256(problem) == basis.problem_sha256


def _in_state(basis: PaymentBasis, state: State) -> PaymentBasis:
    basis = locked(basis)
    if basis.state != state:
        raise ValidationError(_("Någon annan har just ändrat underlaget. Läs om sidan."))
    return basis


def _human(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan göra det här."))
    return actor.user_id


def _save(basis: PaymentBasis, action: str, actor: Actor, reason: str = "") -> None:
    basis.full_clean()
    basis.save()
    record(
        actor=actor,
        action=action,
        object_reference=basis.month_text,
        reason=reason,
        data={"state": basis.state, "sha256": basis.outcome_sha256},
    )
