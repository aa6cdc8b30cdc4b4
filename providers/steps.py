"""Steps over time of ceilings, guarantees and shares: each is valid until the next one begins."""

import datetime
from typing import Any

from common.periods import Period
from providers.models import Ceiling, Guarantee, QuotaChange, ShareStep

Step = Ceiling | Guarantee | ShareStep

KINDS = {
    ShareStep: QuotaChange.Kind.SHARE,
    Ceiling: QuotaChange.Kind.CEILING,
    Guarantee: QuotaChange.Kind.GUARANTEE,
}

_TERMS = ("share_bp", "minutes", "persons", "tolerance_minutes", "guaranteed_minutes")


def siblings_of(row: QuotaChange | Step) -> Any:
    """All steps of the same kind and owner, in order of time."""
    kind = row.kind if isinstance(row, QuotaChange) else KINDS[type(row)]
    model: Any = next(model for model, theirs in KINDS.items() if theirs == kind)
    owner = "area_id" if kind == QuotaChange.Kind.SHARE else "contract_id"
    return model.objects.filter(**{owner: getattr(row, owner)}).order_by("valid_from")


def as_step(change: QuotaChange) -> Step:
    """Row for ``change``: unsaved, without an end."""
    owner: dict[str, Any] = {"area": change.area} if change.area_id else {"contract": change.contract}
    if change.kind == QuotaChange.Kind.SHARE:
        return ShareStep(valid_from=change.valid_from, share_bp=change.share_bp or 0, **owner)
    if change.kind == QuotaChange.Kind.GUARANTEE:
        return Guarantee(valid_from=change.valid_from, minutes=change.guaranteed_minutes or 0, **owner)
    return Ceiling(
        valid_from=change.valid_from,
        minutes=change.minutes,
        persons=change.persons,
        tolerance_minutes=change.tolerance_minutes,
        **owner,
    )


def put_in_force(row: Step, day: datetime.date) -> dict[str, Any] | None:
    """Put ``row`` in force from ``day`` until the next of its siblings begins. Returns the row in force before, or
    None.

    The caller holds the owner's lock.
    """
    siblings = list(siblings_of(row).select_for_update().order_by("pk"))
    now = next((each for each in siblings if _holds(each, day)), None)
    later = min((each.valid_from for each in siblings if each.valid_from > day), default=None)
    row.valid_from = day
    row.valid_until = now.valid_until if now else later
    before = terms_of(now) if now else None
    if now:
        # Begun the very same day: it is deleted and remains only in the log.
        if now.valid_from == day:
            now.delete()
        else:
            now.valid_until = day
            now.save(update_fields=["valid_until"])
    row.full_clean()
    row.save()
    return before


def take_away(row: Step) -> None:
    """Remove a step that has not begun; the one before it continues. The caller holds the owner's lock."""
    siblings = list(siblings_of(row).select_for_update().order_by("pk"))
    before = next((each for each in siblings if each.valid_until == row.valid_from), None)
    row.delete()
    if before:
        before.valid_until = row.valid_until
        before.save(update_fields=["valid_until"])


def terms_of(row: Any) -> dict[str, Any]:
    """Figures for the audit log."""
    return {name: value for name in _TERMS if (value := getattr(row, name, None)) is not None}


def _holds(period: Period, day: datetime.date) -> bool:
    return period.valid_from <= day and (period.valid_until is None or day < period.valid_until)
