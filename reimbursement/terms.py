"""Terms of payment: one person proposes, another approves. A term holds from its day until the next about the same."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common.four_eyes import decide
from common.periods import PeriodQuerySet
from reimbursement.models import Term
from reimbursement.term_details import read_details

# One decision on terms at a time: two about the same would each close the row before.
_LOCK = 7_220_311


def in_force() -> PeriodQuerySet[Term]:
    """Approved rows, past, present and to come."""
    return Term.objects.filter(state=Term.State.APPROVED, replaced=False)


@transaction.atomic
def propose_term(*, term: Term, actor: Actor) -> Term:
    """Propose ``term`` (unsaved, with its reason).

    Raises:
        ValidationError: it is incomplete, or its day is impossible for its kind.
    """
    actor.require(Right.MANAGE_PAYMENT)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå en ändring."))
    term.proposed_by_id = actor.user_id
    # Fields first: the constraints read the kind.
    term.clean_fields()
    _prepare(term)
    term.full_clean()
    term.save(force_insert=True)
    _log("propose", term, actor, after=_told(term))
    return term


@transaction.atomic
def approve_term(*, term: Term, actor: Actor) -> Term:
    """Approve: the term holds from its day. Months that are sealed and within the look-back limit are adjusted.

    Raises:
        ValidationError: decided already, or one's own proposal.
    """
    actor.require(Right.APPROVE_PAYMENT)
    term = _held(term)
    _put_in_force(term)
    decide(term, approve=True, actor=actor)
    term.save(update_fields=["valid_until"])
    _log("approve", term, actor, after=_told(term))
    return term


@transaction.atomic
def refuse_term(*, term: Term, actor: Actor) -> None:
    """Reject a proposal, or withdraw one's own."""
    term = _held(term)
    actor.require(Right.MANAGE_PAYMENT if term.proposed_by_id == actor.user_id else Right.APPROVE_PAYMENT)
    decide(term, approve=False, actor=actor)
    _log("refuse", term, actor)


@transaction.atomic
def load_term(*, term: Term, proposed_by: int, approved_by: int, actor: Actor) -> Term:
    """A term decided elsewhere by two people (set-up of a municipality)."""
    actor.require(Right.MANAGE_PAYMENT)
    _prepare(term)
    term.proposed_by_id = proposed_by
    term.save(force_insert=True)
    term = _held(term)
    _put_in_force(term)
    term.state, term.decided_by_id, term.decided_at = Term.State.APPROVED, approved_by, term.proposed_at
    term.full_clean()
    term.save()
    _log("load", term, actor, after=_told(term))
    return term


def _prepare(term: Term) -> None:
    term.reason = term.reason.strip()
    read_details(term.kind, term.details)


def _held(term: Term) -> Term:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    found: Term = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    return found


def _put_in_force(term: Term) -> None:
    """End the row before, replace one from the same day, and end this one where the next begins."""
    same = in_force().filter(about=term.about)
    same.filter(valid_from=term.valid_from).update(replaced=True)
    for before in same.filter(valid_from__lt=term.valid_from).on(term.valid_from):
        before.valid_until = term.valid_from
        before.save(update_fields=["valid_until"])
    later: datetime.date | None = (
        same.filter(valid_from__gt=term.valid_from).order_by("valid_from").values_list("valid_from", flat=True).first()
    )
    term.valid_until = later


def _told(term: Term) -> dict[str, Any]:
    return {
        "about": term.about,
        "tax_code": term.tax_code,
        "ore": term.ore,
        "basis_points": term.basis_points,
        "details": term.details,
        "valid_from": str(term.valid_from),
        "valid_until": str(term.valid_until) if term.valid_until else None,
    }


def _log(step: str, term: Term, actor: Actor, **more: Any) -> None:
    record(actor=actor, action=f"payment_term.{step}", object_reference=term.reference, reason=term.reason, **more)
