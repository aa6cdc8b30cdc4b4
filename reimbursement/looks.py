"""The gate of payment: each person whose lines are shown is logged; only people without protection have a name."""

from collections.abc import Iterable

from accounts.actors import Actor
from audit.services import record_reads
from reimbursement.models import BasisLine
from reimbursement.selectors import Label, labels
from secrecy.gate import Purpose, disclose


def labelled(
    lines: Iterable[BasisLine], *, purpose: Purpose, what: str, actor: Actor
) -> list[tuple[BasisLine, Label | None]]:
    """Lines with the label of their person, None for lines without one."""
    rows = list(lines)
    found = labels(row.person for row in rows)
    named = [label.person for label in found.values() if label.person is not None]
    disclose(actor=actor, concerned=named, purpose=purpose, what=what)
    unnamed = sorted(reference for reference, label in found.items() if label.person is None)
    record_reads(actor=actor, person_references=unnamed, what=what)
    return [(row, found.get(row.person)) for row in rows]
