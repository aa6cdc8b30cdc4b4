"""Computation of a basis: facts → problem → engine → audit → stored lines, in one transaction."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.engine.garbage_collection import gc_disabled
from audit.services import record
from common import clock
from common.references import reference_from
from providers.models import Provider
from reimbursement import documents, engine
from reimbursement.engine.line import Line, key_of
from reimbursement.engine.months import first_day
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem
from reimbursement.faults import in_swedish
from reimbursement.models import BasisDocument, BasisLine, PaymentBasis
from reimbursement.snapshot import problem_of

_COLUMNS = "basis_id, position, reference, provider_id, kind, corrects, person, area, service, tax_code, ore, content"


class AuditFailedError(Exception):
    """The independent audit does not agree with the engine. Nothing is stored."""


class NotComputedError(Exception):
    """The facts or terms do not allow a computation. ``faults``: sentences that say what to do."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@transaction.atomic
def begin(*, month: str, actor: Actor) -> PaymentBasis:
    """Create the draft of a month: the first one, or the one after the latest sealed month.

    Raises:
        ValidationError: another month is open or begun at the same time, or this is not the next one.
    """
    actor.require(Right.MANAGE_PAYMENT)
    first = first_day(month)
    last = PaymentBasis.objects.first()
    if last is not None and last.state != PaymentBasis.State.SEALED:
        raise ValidationError(_("Månaden före är inte låst än."))
    if last is not None and first != next_month(last):
        raise ValidationError(_("Månaderna låses i ordning. Börja med månaden efter den senaste."))
    if first > clock.today():
        raise ValidationError(_("Månaden har inte börjat."))
    basis = PaymentBasis(month=first)
    basis.full_clean()
    try:
        with transaction.atomic():
            basis.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Någon annan har just börjat med månaden. Läs om sidan.")) from error
    record(actor=actor, action="payment.begin", object_reference=basis.month_text)
    return basis


def next_month(basis: PaymentBasis) -> Any:
    year, month = divmod(basis.month.year * 12 + basis.month.month, 12)
    return basis.month.replace(year=year, month=month + 1)


def recompute(*, basis: PaymentBasis, actor: Actor) -> PaymentBasis:
    """Compute an open basis again. After a refusal the stored lines stay, and ``failure`` gives the reason."""
    actor.require(Right.MANAGE_PAYMENT)
    try:
        return _recompute(basis, actor)
    except NotComputedError as error:
        faults = error.faults
    except AuditFailedError:
        faults = [_("Granskningen håller inte med beräkningen. Inget är sparat. Kontakta systemets förvaltare.")]
    with transaction.atomic():
        basis = locked(basis)
        if basis.is_open and basis.failure != faults:
            basis.failure = faults
            basis.save(update_fields=["failure"])
            record(
                actor=actor, action="payment.failed", object_reference=basis.month_text, data={"faults": len(faults)}
            )
    return basis


@transaction.atomic
@gc_disabled()
def _recompute(basis: PaymentBasis, actor: Actor) -> PaymentBasis:
    basis = locked(basis)
    if not basis.is_open:
        return basis
    problem, outcome = computed(basis)
    if engine.problem_sha256(problem) != basis.problem_sha256 or basis.engine_version != outcome.engine:
        _store(basis, problem, outcome)
        data = {"lines": len(outcome.lines), "adjustments": len(outcome.adjustments), "sha256": basis.outcome_sha256}
        record(actor=actor, action="payment.compute", object_reference=basis.month_text, data=data)
    basis.computed_at, basis.failure = clock.now(), []
    basis.save()
    return basis


@gc_disabled()
def computed(basis: PaymentBasis) -> tuple[Problem, Outcome]:
    """Problem and outcome of the facts known now, after the audit.

    Raises:
        NotComputedError: terms are missing, or facts contradict each other.
        AuditFailedError: the outcome breaks a rule.
    """
    try:
        problem = problem_of(basis)
        outcome = engine.compute(problem)
    except ValidationError as error:
        raise NotComputedError(error.messages) from error
    except engine.InvalidProblemError as error:
        raise NotComputedError(in_swedish(error.faults)) from error
    if broken := engine.audit(problem, outcome):
        raise AuditFailedError("; ".join(map(str, broken[:20])))
    return problem, outcome


def locked(basis: PaymentBasis) -> PaymentBasis:
    found: PaymentBasis = PaymentBasis.objects.select_for_update().get(pk=basis.pk)
    return found


def _store(basis: PaymentBasis, problem: Problem, outcome: Outcome) -> None:
    basis.problem_sha256 = documents.store(basis, BasisDocument.Kind.PROBLEM, engine.problem_bytes(problem))
    basis.outcome_sha256 = documents.store(basis, BasisDocument.Kind.OUTCOME, engine.outcome_bytes(outcome))
    basis.engine_version = outcome.engine
    rows = list(_rows(basis, outcome))
    BasisLine.objects.filter(basis=basis).delete()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {BasisLine._meta.db_table} ({_COLUMNS}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _rows(basis: PaymentBasis, outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of ``_COLUMNS``: a provider's lines, then its adjustments."""
    providers = dict(Provider.objects.values_list("code", "pk"))
    found: list[tuple[Line, bool, int, Any]] = [(line, False, line.ore, line) for line in outcome.lines]
    found += [(row.line, True, row.ore, row) for row in outcome.adjustments]
    found.sort(key=lambda row: (row[0].provider, row[1], key_of(row[0])))
    month = basis.month_text
    for position, (line, corrects, ore, content) in enumerate(found):
        yield (
            basis.pk,
            position,
            line_reference(month, line),
            providers[line.provider],
            line.kind,
            first_day(line.month) if corrects else None,
            line.person or "",
            line.area or "",
            line.service or "",
            line.tax_code,
            ore,
            msgspec.json.encode(content).decode(),
        )


def line_reference(month: str, line: Line) -> str:
    """In the basis of a month (``2020-11``): the same for the same line each time it is computed."""
    name = "/".join(map(str, (month, *key_of(line))))
    return reference_from(hashlib.sha256(name.encode()).digest())


def public_reference(person: str) -> str:
    """A person's reference in payment: on pages, in files and for the provider. It leads to nothing else here."""
    return reference_from(hashlib.sha256(f"payment/{person}".encode()).digest())
