"""The stored problem and outcome of a basis, checked against their fingerprints when read."""

import gzip
import hashlib

from reimbursement import engine
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem
from reimbursement.models import BasisDocument, PaymentBasis


class ChangedDocumentError(ValueError):
    """A stored document does not match the fingerprint of its basis."""


def problem(basis: PaymentBasis) -> Problem:
    return engine.read_problem(content(basis, BasisDocument.Kind.PROBLEM))


def outcome(basis: PaymentBasis) -> Outcome:
    return engine.read_outcome(content(basis, BasisDocument.Kind.OUTCOME))


def content(basis: PaymentBasis, kind: BasisDocument.Kind) -> bytes:
    """Raises ChangedDocumentError."""
    found = gzip.decompress(basis.documents.get(kind=kind).content_gzip)
    expected = basis.problem_sha256 if kind == BasisDocument.Kind.PROBLEM else basis.outcome_sha256
    if hashlib.sha256(found).hexdigest() != expected:
        raise ChangedDocumentError(f"{basis.month_text}: the {kind} is not the one that was stored")
    return found


def store(basis: PaymentBasis, kind: BasisDocument.Kind, made: bytes) -> str:
    """Replace the document; returns its SHA-256."""
    sha256 = hashlib.sha256(made).hexdigest()
    # mtime=0: equal content gives equal bytes.
    values = {"sha256": sha256, "content_gzip": gzip.compress(made, 6, mtime=0)}
    BasisDocument.objects.update_or_create(basis=basis, kind=kind, defaults=values)
    return sha256
