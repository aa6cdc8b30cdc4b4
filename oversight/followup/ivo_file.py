"""IVO's list of a quarter as a file, without names, numbers and people with protected identity."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices import identity
from common.spreadsheet import csv_bytes
from followup.not_executed import NotExecuted
from followup.quarters import Quarter
from secrecy.gate import Purpose, disclose


def as_csv(*, quarter: Quarter, found: Iterable[NotExecuted], actor: Actor) -> bytes:
    """The file. A look at each person in it is logged."""
    actor.require(Right.EXPORT_LISTS)
    rows = [each for each in found if not each.person.is_protected]
    disclose(actor=actor, concerned=[each.person for each in rows], purpose=Purpose.EXPORT, what="not_executed.file")
    record(actor=actor, action="not_executed.export", object_reference=quarter.code, data={"rows": len(rows)})
    header = [
        _("Referens"), _("Födelseår"), _("Område"), _("Insats"), _("Beslut"), _("Slag"), _("Beslutsdag eller avbrott"),
        _("Utan hjälp från"), _("Tre månader passerade"), _("Verkställt eller upphört"), _("Hur det slutade"),
        _("Skäl"), _("Mer om skälet"),
    ]  # fmt: skip
    return csv_bytes(header, (_row(each) for each in rows))


def _row(each: NotExecuted) -> list[object]:
    return [
        each.person.reference,
        each.person.birth_date.year or "",
        each.person.area.name,
        each.service_type.name,
        "" if identity.is_mentioned(each.decision) else each.decision,
        kind_of(each),
        each.since,
        each.starts_on,
        each.late_from,
        each.ends_on or "",
        end_of(each),
        each.reason.get_reason_display() if each.reason else _("Inget skäl angivet"),
        each.reason.note if each.reason else "",
    ]


def kind_of(each: NotExecuted) -> str:
    return _("Inte verkställt") if each.is_start else _("Avbrott")


def end_of(each: NotExecuted) -> str:
    return {
        "open": _("Väntar"),
        "executed": _("Verkställt"),
        "ended": _("Beslutet upphörde"),
        "died": _("Avliden"),
    }[each.end]
